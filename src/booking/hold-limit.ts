// How many times one corner of the network may keep without booking any of them: programs that hold
// everything get little, and that expires. Counted in Redis by bucket; a booking gives its place
// back.
import type { Request } from "express";
import { TooManyRequests } from "../errors.ts";
import { askRedis, redis } from "../redis.ts";

const MOST_HOLDS = 30;
const WINDOW_SECONDS = 10 * 60; // as long as a hold lasts

const RESERVE = `
  local n = redis.call('INCR', KEYS[1])
  if n == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
  return n`;
const RELEASE = `
  if KEYS[2] and not redis.call('SET', KEYS[2], 1, 'NX', 'EX', ARGV[1]) then return end
  if tonumber(redis.call('GET', KEYS[1]) or '0') > 0 then redis.call('DECR', KEYS[1]) end`;

/** @throws TooManyRequests */
export async function reserveHoldLimit(req: Request): Promise<void> {
  const held = Number((await ask(req, RESERVE)) ?? 0);
  if (held <= MOST_HOLDS) return;
  await releaseHoldLimit(req);
  throw new TooManyRequests(WINDOW_SECONDS);
}

/** The place of a time that was not to be had. */
export async function releaseHoldLimit(req: Request): Promise<void> {
  await ask(req, RELEASE);
}

/** The place of a hold that has been booked: once, however often its form is sent. */
export async function settleHoldLimit(req: Request, { id }: { id: number }): Promise<void> {
  await ask(req, RELEASE, [`limit:settled-hold:${id}`]);
}

function ask(req: Request, script: string, more: string[] = []): Promise<unknown> {
  const keys = [`limit:live-holds:${req.rateBucket}`, ...more];
  return askRedis(() => redis.eval(script, { keys, arguments: [String(WINDOW_SECONDS)] }));
}
