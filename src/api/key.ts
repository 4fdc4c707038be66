// Who asks: a program with a key of a business. The key comes in the Authorization header and
// nowhere else, so no browser sends it by itself, and no form of another site can.
import type { Request, Response } from "express";
import type { Scope } from "../domain/scopes.ts";
import type { Instant } from "../domain/time.ts";
import { ApiKey } from "../models/api-key.ts";
import { countAgainst, limit } from "../web/rate-limit.ts";
import { Problem, tooMany } from "./problem.ts";

export const LIMIT = { max: 300, perSeconds: 60 };
// Keys cannot be guessed; who tries all the same shall not keep the database busy.
const TRIES = { max: 200, perSeconds: 600 };
const REALM = 'Bearer realm="Plainbook"';

/** @throws Problem, TooManyRequests */
export async function keyOf(req: Request, now: Instant): Promise<ApiKey> {
  const [, text] = /^Bearer +([\w.~+/-]+=*) *$/i.exec(req.headers.authorization ?? "") ?? [];
  if (text === undefined)
    throw unauthorized(REALM, "Send the key in a header: Authorization: Bearer <key>");
  const key = await ApiKey.withText(text);
  if (!key) {
    await limit(req, "api-unknown", TRIES);
    throw unauthorized(`${REALM}, error="invalid_token"`, "No such key is in use; was it revoked?");
  }
  await ApiKey.used(key, now);
  return key;
}

/** @throws Problem */
export function requireScope({ scopes }: ApiKey, scope: Scope): void {
  if (scopes.includes(scope)) return;
  const challenge = `${REALM}, error="insufficient_scope", scope="${scope}"`;
  const detail = `The key lacks the scope ${scope}`;
  throw new Problem("insufficient-scope", { detail, headers: { "WWW-Authenticate": challenge } });
}

/**
 * Counts the request against the key's limit, and says in headers what is left of it
 * (draft-ietf-httpapi-ratelimit-headers). With Redis away nothing is limited, and nothing said.
 * @throws Problem
 */
export async function limitRequests(res: Response, { id }: ApiKey): Promise<void> {
  const standing = await countAgainst("api", String(id), LIMIT);
  if (!standing) return;
  const { count, remaining, resetSeconds } = standing;
  res.setHeader("RateLimit-Policy", `"key";q=${LIMIT.max};w=${LIMIT.perSeconds}`);
  res.setHeader("RateLimit", `"key";r=${remaining};t=${resetSeconds}`);
  if (count > LIMIT.max) throw tooMany(resetSeconds);
}

function unauthorized(challenge: string, detail: string): Problem {
  return new Problem("unauthorized", { detail, headers: { "WWW-Authenticate": challenge } });
}
