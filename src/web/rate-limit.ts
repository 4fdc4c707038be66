// Limits by rate bucket: 20 bits that many addresses share, so a count here is nobody's.
import type { Request } from "express";
import { TooManyRequests } from "../errors.ts";
import { log } from "../log.ts";
import { redis } from "../redis.ts";

type Limit = { max: number; perSeconds: number };

const COUNT = `
  local n = redis.call('INCR', KEYS[1])
  if n == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
  return n`;

/**
 * Counts this request against a limit of its visitor's bucket. With Redis away nothing is limited:
 * a limit protects, and must not stop who may come in.
 * @param subject what else the limit is for, such as the hash of a contact; never the contact
 * @throws TooManyRequests
 */
export async function limit(
  req: Request,
  name: string,
  { max, perSeconds }: Limit,
  subject = req.rateBucket,
): Promise<void> {
  const window = Math.floor(Date.now() / 1000 / perSeconds);
  const count = await increment(`limit:${name}:${subject}:${window}`, perSeconds);
  if (count > max) throw new TooManyRequests(perSeconds);
}

async function increment(key: string, seconds: number): Promise<number> {
  if (!redis.isReady) return 0;
  try {
    return Number(await redis.eval(COUNT, { keys: [key], arguments: [String(seconds)] }));
  } catch (error) {
    log.warn({ error }, "a limit could not be counted");
    return 0;
  }
}
