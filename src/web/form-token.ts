// Visitors' forms carry a signed, expiring token instead of a session's: it says that we rendered
// a form lately, and nothing about who asked for it.
import { randomBytes } from "node:crypto";
import type { NextFunction, Request, Response } from "express";
import { BadRequest } from "../errors.ts";
import { say } from "../language.ts";
import { hmac, verifies } from "../secrets.ts";
import { StaleForm } from "./stale-form.ts";
import { requireSameOrigin } from "./same-origin.ts";

const LIFETIME = 12 * 60 * 60; // seconds; an expired form is offered again with what was typed

/** The name of the input that people leave empty and programs fill in. */
export const HONEYPOT = "leave_empty";

// No two tokens are alike; what makes one hard to forge is the signature.
const ours = randomBytes(9).toString("base64url");
let count = 0;

/** A new token: time of issue, a number nobody else has, signature. */
export function formToken(now = Date.now()): string {
  const head = `${Math.floor(now / 1000).toString(36)}.${ours}${(count++).toString(36)}`;
  return `${head}.${hmac("form token", head)}`;
}

/** Middleware for a visitor's POST. */
export function requireFormToken(req: Request, _res: Response, next: NextFunction): void {
  requireSameOrigin(req);
  const body = (req.body ?? {}) as Record<string, unknown>;
  if (!isFresh(body._csrf, Date.now())) throw new StaleForm();
  if (typeof body[HONEYPOT] === "string" && body[HONEYPOT] !== "")
    throw new BadRequest(say("refusal.honeypot"));
  next();
}

function isFresh(token: unknown, now: number): boolean {
  if (typeof token !== "string" || token.length > 200) return false;
  const [issued = "", nonce = "", signature = ""] = token.split(".");
  const age = now / 1000 - Number.parseInt(issued, 36);
  if (!(age > -60 && age < LIFETIME)) return false;
  return verifies("form token", `${issued}.${nonce}`, signature);
}
