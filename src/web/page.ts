import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Request, Response } from "express";
import { config } from "../../config/index.ts";
import { render } from "../view.ts";
import { wordsOf } from "./language.ts";

export type Layout = "site" | "booking" | "business" | "operator";
export type Locals = { title: string } & Record<string, unknown>;

const TOO_SMALL_TO_COMPRESS = 1000; // bytes: below, the response fits one packet anyway

/** Where the stylesheet is; its name changes with its content, so browsers keep it for good. */
export const stylesheet = `/style.css?v=${fingerprint("style.css")}`;

/** Renders views/<view>.ejs inside the layout of the area and sends it. */
export function page(res: Response, view: string, locals: Locals, status = 200): void {
  sendHtml(res.req, res.status(status), rendered(res, view, locals));
}

/** views/<view>.ejs inside the layout of the area, as text. */
export function rendered(res: Response, view: string, locals: Locals): string {
  const { t, parts, language } = wordsOf(res);
  const ours = { t, parts, language, stylesheet, postalAddress: config.postalAddress };
  const all = { ...res.locals, ...ours, ...locals };
  const body = render(view, all);
  return render(`layouts/${layoutOf(res)}`, { ...all, body });
}

/** Sends finished HTML, compressed where the browser takes it. */
export function sendHtml(req: Request, res: Response, html: string): void {
  const plain = Buffer.from(html);
  const compress = plain.length > TOO_SMALL_TO_COMPRESS && acceptsGzip(req);
  if (compress) res.setHeader("Content-Encoding", "gzip");
  sendBytes(req, res, compress ? gzipSync(plain) : plain);
}

/** Sends HTML that is ready for the wire. */
export function sendBytes(req: Request, res: Response, bytes: Buffer): void {
  res.setHeader("Content-Type", "text/html; charset=utf-8");
  if (!res.hasHeader("Cache-Control")) res.setHeader("Cache-Control", "no-store");
  const spoken = res.hasHeader("Content-Language");
  res.setHeader("Vary", spoken ? "Accept-Encoding, Accept-Language" : "Accept-Encoding");
  res.setHeader("Content-Length", bytes.length);
  res.end(req.method === "HEAD" ? undefined : bytes);
}

export function acceptsGzip(req: Request): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(req.headers["accept-encoding"] ?? "");
}

function layoutOf(res: Response): Layout {
  return (res.locals.layout as Layout | undefined) ?? "site";
}

function fingerprint(file: string): string {
  const content = readFileSync(join(config.root, "public", file));
  return createHash("sha256").update(content).digest("base64url").slice(0, 10);
}
