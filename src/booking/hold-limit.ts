// How many times one corner of the network may keep without booking any of them: programs that hold
// everything get little, and that expires. Counted in Redis by bucket; a booking gives its place
// back.
import type { Request } from "express";
import { TooManyRequests } from "../errors.ts";
import { log } from "../log.ts";
import { redis } from "../redis.ts";

const MOST_HOLDS = 30;
const WINDOW_SECONDS = 10 * 60; // as long as a hold lasts

const RESERVE = `
  local n = redis.call('INCR', KEYS[1])
  if n == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
  return n`;
const RELEASE = `
  if tonumber(redis.call('GET', KEYS[1]) or '0') > 0 then redis.call('DECR', KEYS[1]) end`;

/** @throws TooManyRequests */
export async function reserveHoldLimit(req: Request): Promise<void> {
  const held = Number((await ask(req, RESERVE)) ?? 0);
  if (held <= MOST_HOLDS) return;
  await releaseHoldLimit(req);
  throw new TooManyRequests(WINDOW_SECONDS);
}

export async function releaseHoldLimit(req: Request): Promise<void> {
  await ask(req, RELEASE);
}

async function ask(req: Request, script: string): Promise<unknown> {
  if (!redis.isReady) return undefined;
  const keys = [`limit:live-holds:${req.rateBucket}`];
  try {
    return await redis.eval(script, { keys, arguments: [String(WINDOW_SECONDS)] });
  } catch (error) {
    log.warn({ error }, "holds could not be counted");
    return undefined;
  }
}
