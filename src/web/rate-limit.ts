// Limits by rate bucket: 20 bits that many addresses share, so a count here is nobody's.
import type { Request } from "express";
import { TooManyRequests } from "../errors.ts";
import { askRedis, redis } from "../redis.ts";

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
  const keys = [`limit:${name}:${subject}:${window}`];
  const count = await askRedis(() => redis.eval(COUNT, { keys, arguments: [String(perSeconds)] }));
  if (Number(count ?? 0) > max) throw new TooManyRequests(perSeconds);
}
