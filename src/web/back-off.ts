// Slows down whoever guesses one account's password, without ever shutting its owner out: tries are
// counted by account and rate bucket together, so what somebody else does elsewhere costs her
// nothing, and her own next try is never more than a minute away.
import type { Request } from "express";
import { TooManyRequests, Unavailable } from "../errors.ts";
import { redis } from "../redis.ts";
import { hmac } from "../secrets.ts";

const FREE_TRIES = 10;
const LONGEST_WAIT = 60; // seconds; the first is one second, each further one twice as long
const REMEMBERED = 15 * 60; // seconds after the last try

// Counted before the password is looked at: a hundred tries at once are a hundred tries.
const BEGIN = `
  local wait = redis.call('PTTL', KEYS[2])
  if wait > 0 then return wait end
  local over = redis.call('INCR', KEYS[1]) - ${FREE_TRIES}
  redis.call('EXPIRE', KEYS[1], ${REMEMBERED})
  if over > 0 then
    redis.call('SET', KEYS[2], 1, 'EX', math.min(2 ^ math.min(over - 1, 10), ${LONGEST_WAIT}))
  end
  return 0`;

/**
 * Which account is tried. Addresses nobody has share 2^18 made-up accounts: they are slowed down
 * just the same, and nothing of what was typed is kept.
 */
export function accountTried(kind: "person" | "operator", id: number | undefined, typed: string) {
  return id === undefined
    ? `${kind} nobody ${hmac("sign-in nobody", typed).slice(0, 3)}`
    : `${kind} ${id}`;
}

/**
 * Counts a try to sign in.
 * @throws TooManyRequests for one that comes too soon, Unavailable when it cannot be counted
 */
export async function beginTry(req: Request, account: string): Promise<void> {
  const wait = Number(await counted(() => redis.eval(BEGIN, { keys: keysOf(req, account) })));
  if (wait > 0) throw new TooManyRequests(Math.ceil(wait / 1000));
}

/** After a try that went well. */
export async function endTries(req: Request, account: string): Promise<void> {
  await counted(() => redis.del(keysOf(req, account)));
}

function keysOf(req: Request, account: string): string[] {
  const key = hmac("sign-in tries", `${account} ${req.rateBucket}`);
  return [`tries:${key}`, `tries-wait:${key}`];
}

// Without Redis nobody can be signed in anyhow, and passwords must not be tried uncounted.
async function counted<T>(work: () => Promise<T>): Promise<T> {
  if (!redis.isReady) throw new Unavailable();
  return work().catch(() => {
    throw new Unavailable();
  });
}
