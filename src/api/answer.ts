import { gzipSync } from "node:zlib";
import type { Request, Response } from "express";
import { log } from "../log.ts";
import { acceptsGzip } from "../web/page.ts";
import { problemOf } from "./problem.ts";

/** What goes over the wire; `body` undefined: nothing. */
export type Answer = { status: number; headers: Record<string, string>; body?: unknown };

const TOO_SMALL_TO_COMPRESS = 1000; // bytes: below, the response fits one packet anyway

export function send(req: Request, res: Response, { status, headers, body }: Answer): void {
  res.status(status);
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  if (!res.hasHeader("Cache-Control")) res.setHeader("Cache-Control", "no-store");
  if (body === undefined) return void res.end();
  const type = status < 400 ? "application/json" : "application/problem+json";
  const plain = Buffer.from(`${JSON.stringify(body)}\n`);
  const compress = plain.length > TOO_SMALL_TO_COMPRESS && acceptsGzip(req);
  const bytes = compress ? gzipSync(plain) : plain;
  if (compress) res.setHeader("Content-Encoding", "gzip");
  res.setHeader("Content-Type", type);
  res.setHeader("Vary", "Accept-Encoding");
  res.setHeader("Content-Length", bytes.length);
  res.end(req.method === "HEAD" ? undefined : bytes);
}

/** The answer an error makes; what is our fault is noted. */
export function refusal(req: Request, error: unknown): Answer {
  const problem = problemOf(error);
  if (problem.status >= 500) log.error({ error, route: req.pattern }, "request failed");
  return { status: problem.status, headers: problem.headers, body: problem.body };
}
