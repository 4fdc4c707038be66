// The session cookie holds the session's id sealed with AES-256-GCM, new at each sign-in. It
// exists only for who signs in: visitors get no cookie and leave nothing in Redis.
import { sign } from "cookie-signature";
import type { NextFunction, Request, Response } from "express";
import session from "express-session";
import onHeaders from "on-headers";
import { config } from "../../config/index.ts";
import { Unavailable } from "../errors.ts";
import { newToken, seal, unseal } from "../secrets.ts";
import { sessionStore } from "./session-store.ts";

export const COOKIE = config.secure ? "__Host-sid" : "sid";

// express-session's own cookie is made and read inside this process only; the seal around it is
// what authenticates it outside.
const INNER = "inner";
const INNER_SECRET = newToken();
const ATTRIBUTES = `Path=/; HttpOnly; SameSite=Lax${config.secure ? "; Secure" : ""}`;

const inner = session({
  name: INNER,
  secret: INNER_SECRET,
  genid: newToken,
  store: sessionStore,
  resave: false,
  saveUninitialized: false,
  cookie: { httpOnly: true, sameSite: "lax", path: "/" },
});

/** Loads the session of a request that brings our cookie; without one there is nothing to load. */
export function loadSession(req: Request, res: Response, next: NextFunction): void {
  if (!sealedId(req)) return next();
  beginSession(req, res, next);
}

/** Gives the request a fresh session: at sign-in, and whenever rights change. */
export async function newSession(req: Request, res: Response): Promise<void> {
  if (!req.session)
    await new Promise<void>((resolve, reject) => {
      beginSession(req, res, (error) => (error ? reject(error) : resolve()));
    });
  await new Promise<void>((resolve, reject) => {
    req.session.regenerate((error) => (error ? reject(new Unavailable()) : resolve()));
  });
}

/** Ends the session here and in the browser. */
export async function endSession(req: Request, res: Response): Promise<void> {
  if (!req.session) return;
  await new Promise<void>((resolve, reject) => {
    req.session.destroy((error) => (error ? reject(new Unavailable()) : resolve()));
  });
  res.append("Set-Cookie", `${COOKIE}=; Max-Age=0; ${ATTRIBUTES}`);
}

function beginSession(req: Request, res: Response, next: (error?: Error) => void): void {
  const id = openedId(req);
  req.headers.cookie = id ? innerCookie(id) : "";
  // Registered first, so it runs last: what express-session sets is sealed on its way out.
  onHeaders(res, () => sealCookie(res));
  inner(req, res, (error?: unknown) => next(error ? new Unavailable() : undefined));
}

function sealedId(req: Request): string | undefined {
  for (const pair of (req.headers.cookie ?? "").split(";")) {
    const [name, ...value] = pair.trim().split("=");
    if (name === COOKIE && value[0]) return value.join("=");
  }
  return undefined;
}

function openedId(req: Request): string | undefined {
  const value = sealedId(req);
  return value ? unseal("session cookie", value) : undefined;
}

function sealCookie(res: Response): void {
  const cookies = [res.getHeader("Set-Cookie") ?? []].flat().map(String);
  if (cookies.length === 0) return;
  res.setHeader("Set-Cookie", cookies.map(sealed));
}

function sealed(cookie: string): string {
  if (!cookie.startsWith(`${INNER}=`)) return cookie;
  const id = idFromInnerCookie(cookie);
  return `${COOKIE}=${seal("session cookie", id)}; ${ATTRIBUTES}`;
}

function innerCookie(id: string): string {
  return `${INNER}=${encodeURIComponent(`s:${sign(id, INNER_SECRET)}`)}`;
}

function idFromInnerCookie(cookie: string): string {
  const [, value = ""] = /^inner=([^;]*)/.exec(cookie) ?? [];
  const signed = decodeURIComponent(value).slice("s:".length);
  return signed.slice(0, signed.lastIndexOf("."));
}
