// The mail catcher's pages. What a mail says is somebody else's text: it is escaped, and its HTML
// is shown only in a sandbox that runs nothing and fetches nothing.
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { config } from "../../config/index.ts";
import { formatInstant } from "../domain/time.ts";
import { render } from "../view.ts";
import type { Mail, Mailbox, Part } from "./mailbox.ts";

type Answer = { status?: number; type: string; body: string | Buffer; headers?: Headers };
type Headers = Record<string, string>;

export function createMailPages(mailbox: Mailbox): Server {
  return createServer((req, res) => {
    send(res, req.method === "HEAD", safely(req, mailbox));
  });
}

// It runs inside the supervisor, which must survive whatever a mail may hold.
function safely(req: IncomingMessage, mailbox: Mailbox): Answer {
  try {
    return isAddressedToUs(req) ? answerTo(req, mailbox) : misdirected();
  } catch {
    return { status: 500, type: "text/plain; charset=utf-8", body: "This cannot be shown.\n" };
  }
}

// A foreign page whose name points here (DNS rebinding) must not read mails.
function isAddressedToUs({ headers: { host = "" } }: IncomingMessage): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host);
}

function answerTo(req: IncomingMessage, mailbox: Mailbox): Answer {
  if (req.method !== "GET" && req.method !== "HEAD") return notAllowed();
  const path = (req.url ?? "/").replace(/[?#].*/, "");
  if (path === "/") return list(mailbox.all());
  if (path === "/style.css") return stylesheet();
  const [, id, what, number] =
    /^\/mails\/(\d+)(?:\/(source|html|parts)(?:\/(\d+))?)?$/.exec(path) ?? [];
  const mail = mailbox.find(Number(id));
  if (!mail || (what !== "parts" && number)) return notFound();
  if (!what) return one(mail);
  if (what === "source") return source(mail);
  if (what === "html") return html(mail);
  return attachment(mail.attachments[Number(number) - 1]);
}

function list(mails: Mail[]): Answer {
  const lines = mails.map((mail) => ({ ...mail, time: time(mail) }));
  return page("mails", { title: "Mails", mails: lines });
}

function one(mail: Mail): Answer {
  const locals = { title: mail.subject || "(no subject)", mail, time: time(mail) };
  return page("mail", { ...locals, pieces: withLinks(mail.text) });
}

function source(mail: Mail): Answer {
  return { type: "text/plain; charset=utf-8", body: mail.source };
}

function html(mail: Mail): Answer {
  if (mail.html === undefined) return notFound();
  const policy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";
  const headers = { "Content-Security-Policy": policy };
  return { type: "text/html; charset=utf-8", body: mail.html, headers };
}

function attachment(part: Part | undefined): Answer {
  if (!part) return notFound();
  const headers = {
    "Content-Disposition": `attachment; filename*=UTF-8''${encodeURIComponent(part.name)}`,
  };
  const type = /^[\w.+-]+\/[\w.+-]+$/.test(part.type) ? part.type : "application/octet-stream";
  return {
    type: type.startsWith("text/") ? `${type}; charset=utf-8` : type,
    body: part.content,
    headers,
  };
}

// The web process serves the same file, but to its own origin only.
function stylesheet(): Answer {
  const body = readFileSync(join(config.root, "public/style.css"));
  return { type: "text/css; charset=utf-8", body };
}

const notFound = (): Answer => problem(404, "There is no such mail any more");
const notAllowed = (): Answer => problem(405, "This page can only be read");
const misdirected = (): Answer => problem(421, "This page answers to 127.0.0.1 and localhost only");

function problem(status: number, title: string): Answer {
  return { ...page("problem", { title }), status };
}

function page(view: string, locals: { title: string } & Record<string, unknown>): Answer {
  const all = { ...locals, siteUrl: config.baseUrl };
  const body = render(`embedded/${view}`, all);
  return { type: "text/html; charset=utf-8", body: render("embedded/layout", { ...all, body }) };
}

const POLICY =
  "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

function send(
  res: ServerResponse,
  headOnly: boolean,
  { status = 200, type, body, headers }: Answer,
) {
  res.writeHead(status, {
    "Content-Type": type,
    "Content-Length": Buffer.byteLength(body),
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    ...headers,
  });
  res.end(headOnly ? undefined : body);
}

function time(mail: Mail) {
  return formatInstant(mail.receivedAt, Temporal.Now.timeZoneId());
}

/** Splits a text so that its web addresses can be followed. */
export function withLinks(text: string): Array<{ text: string; isLink: boolean }> {
  const pieces = text.split(/(https?:\/\/[^\s<>"]*[^\s<>"'.,;:!?)\]])/);
  return pieces
    .map((piece, index) => ({ text: piece, isLink: index % 2 === 1 }))
    .filter((piece) => piece.text !== "");
}
