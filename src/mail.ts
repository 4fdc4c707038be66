// The one way out for mail: each message goes to one person, and what the transport says about a
// failure is reduced to a code, because its errors quote the address in five places.
import type { Readable } from "node:stream";
import nodemailer, { type MailMessage } from "nodemailer";
import { config } from "../config/index.ts";
import { isLoopback } from "./ip.ts";
import { mimeMessage, type MimePart } from "./mime.ts";

export type Mailbox = { name: string; address: string };
export type Mail = {
  from: Mailbox;
  to: Mailbox;
  replyTo?: Mailbox | undefined;
  subject: string;
  text: string;
  html?: string | undefined;
  headers?: Record<string, string>;
  /** A calendar part, for clients that keep appointments; `method` is also inside `content`. */
  calendar?: { method: "REQUEST" | "CANCEL" | "PUBLISH"; content: string } | undefined;
  /** Without angle brackets; the same on each try, so that a double shows as one mail. */
  messageId?: string;
  /** Where bounces go; "" for nowhere. */
  envelopeFrom?: string;
};

/**
 * - refused: for good (SMTP 5yz, or an address that is none)
 * - deferred: the server said not now (4yz)
 * - unreachable: the message was not handed over
 * - unknown: the connection broke after the message was handed over; it may have been taken
 */
export type MailErrorCode = "refused" | "deferred" | "unreachable" | "unknown";

/** Says why a mail was not sent, and nothing of the mail. */
export class MailError extends Error {
  readonly code: MailErrorCode;
  /** The server will take no mail for this address. */
  readonly bounced: boolean;
  constructor(code: MailErrorCode, bounced = false) {
    super(`mail ${code}`);
    this.name = "MailError";
    this.code = code;
    this.bounced = bounced;
  }
}

/**
 * Sends one mail to one person; resolves when the server has taken it.
 * @throws MailError
 */
export async function sendMail(mail: Mail): Promise<void> {
  if (!isAddress(mail.to.address)) throw new MailError("refused", true);
  const handedOver: HandedOver = {};
  const options = { ...message(mail), handedOver };
  try {
    await transport().sendMail(options);
  } catch (error) {
    const code = codeOf(error, handedOver.stream?.readableDidRead === true);
    throw new MailError(code, code === "refused" && isAboutRecipient(error));
  }
}

/**
 * Lets go of the server's connections; the next mail makes new ones. Mails under way are finished,
 * or given up if `force` is set.
 */
export async function closeMail({ force = false } = {}): Promise<void> {
  current?.close({ force });
  current = undefined;
}

type Transport = ReturnType<typeof createPool>;
type HandedOver = { stream?: Readable };

let current: Transport | undefined;

const CONNECTION_TIMEOUT = 10_000;
const SOCKET_TIMEOUT = 30_000;
// Below the lease of a delivery, whatever a server does with its answers.
const SENDING_TIMEOUT = 240_000;

function transport(): Transport {
  current ??= createPool(new URL(config.smtpUrl));
  return current;
}

function createPool(url: URL) {
  const loopback = isLoopback(url.hostname);
  const pool = nodemailer.createTransport({
    url: url.href,
    pool: true,
    maxConnections: 10,
    maxMessages: Infinity,
    // A message whose connection broke is ours to judge: what may have been taken is not sent twice.
    maxRequeues: 0,
    connectionTimeout: CONNECTION_TIMEOUT,
    greetingTimeout: CONNECTION_TIMEOUT,
    socketTimeout: SOCKET_TIMEOUT,
    dnsTimeout: CONNECTION_TIMEOUT,
    // On loopback there is nobody to hide from, and a relay's certificate there is often its own.
    requireTLS: config.production && !loopback,
    ignoreTLS: loopback,
    name: new URL(config.baseUrl).hostname,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  pool.use("stream", noteHandOver);
  return pool;
}

// Whether a byte of the message has left is what tells "not sent" from "may have been sent".
function noteHandOver<T>({ message: mime, data }: MailMessage<T>, done: () => void): void {
  const { handedOver } = data as { handedOver?: HandedOver };
  if (mime && handedOver) {
    const create = mime.createReadStream.bind(mime);
    mime.createReadStream = (options) => (handedOver.stream = create(options));
  }
  done();
}

function message(mail: Mail) {
  return {
    envelope: { from: mail.envelopeFrom ?? config.mailFrom, to: [mail.to.address] },
    raw: mimeMessage(headers(mail), parts(mail)),
    signal: AbortSignal.timeout(SENDING_TIMEOUT),
  };
}

function headers(mail: Mail): Record<string, string | Mailbox> {
  return {
    From: oneLineBox(mail.from),
    To: oneLineBox(mail.to),
    ...(mail.replyTo ? { "Reply-To": oneLineBox(mail.replyTo) } : {}),
    Subject: oneLine(mail.subject),
    ...(mail.messageId ? { "Message-ID": `<${mail.messageId}>` } : {}),
    // RFC 3834: no out-of-office answer comes back.
    "Auto-Submitted": "auto-generated",
    ...mail.headers,
  };
}

function parts({ text, html, calendar }: Mail): MimePart[] {
  const all = [{ contentType: "text/plain; charset=utf-8", content: text }];
  if (html !== undefined) all.push({ contentType: "text/html; charset=utf-8", content: html });
  // RFC 6047: a part beside the text, not an attachment, and the method in its type.
  if (calendar) {
    const contentType = `text/calendar; charset=utf-8; method=${calendar.method}`;
    all.push({ contentType, content: calendar.content });
  }
  return all;
}

// One address and nothing that could end it: a comma would reach a second person, a line break a
// third. Quoted local parts are refused with the rest; nobody has one.
function isAddress(text: string): boolean {
  return text.length <= 254 && /^[^\s\p{C}@,;:<>()[\]\\"]+@[^\s\p{C}@,;:<>()[\]\\"]+$/u.test(text);
}

function oneLineBox({ name, address }: Mailbox): Mailbox {
  return { name: oneLine(name), address };
}

/** Control characters end a header or hide in it. */
function oneLine(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .replaceAll(/ {2,}/g, " ")
    .trim();
}

// Replies that speak of our session (order of commands, sign-in, encryption), not of this mail.
const ABOUT_THE_SESSION = new Set([503, 530, 534, 535, 538]);

/** The command that was refused named the recipient. */
function isAboutRecipient(error: unknown): boolean {
  return (error as { command?: unknown }).command === "RCPT TO";
}

function codeOf(error: unknown, handedOver: boolean): MailErrorCode {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  if (typeof responseCode === "number" && responseCode >= 400) {
    if (responseCode < 500) return "deferred";
    const aboutThisMail = code === "EENVELOPE" || code === "EMESSAGE";
    return aboutThisMail && !ABOUT_THE_SESSION.has(responseCode) ? "refused" : "unreachable";
  }
  return handedOver ? "unknown" : "unreachable";
}
