// Limits by rate bucket: 20 bits that many addresses share, so a count here is nobody's. Programs
// are counted by their key.
import type { Request } from "express";
import { TooManyRequests } from "../errors.ts";
import { askRedis, redis } from "../redis.ts";

export type Limit = { max: number; perSeconds: number };
/** What is left of a limit, and in how many seconds it is whole again. */
export type Standing = { count: number; remaining: number; resetSeconds: number };

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
  most: Limit,
  subject = req.rateBucket,
): Promise<void> {
  const standing = await countAgainst(name, subject, most);
  if (standing && standing.count > most.max) throw new TooManyRequests(most.perSeconds);
}

/** Counts one more against a limit, or tells nothing while Redis is away. */
export async function countAgainst(
  name: string,
  subject: string,
  { max, perSeconds }: Limit,
): Promise<Standing | undefined> {
  const seconds = Math.floor(Date.now() / 1000);
  const keys = [`limit:${name}:${subject}:${Math.floor(seconds / perSeconds)}`];
  const counted = await askRedis(() =>
    redis.eval(COUNT, { keys, arguments: [String(perSeconds)] }),
  );
  if (counted === undefined) return undefined;
  const count = Number(counted);
  const resetSeconds = perSeconds - (seconds % perSeconds);
  return { count, remaining: Math.max(0, max - count), resetSeconds };
}
