// Which workers can take a referral, and what happens to the queue of one that has gone. A worker
// says every two seconds that it lives and what its public key is.
import { createNodeRedisClient, Queue } from "bullmq";
import { giveUp } from "./referral-outcomes.ts";
import { log } from "./log.ts";
import { redis } from "./redis.ts";
import { hmac, verifies } from "./secrets.ts";

export type ReferralWorker = { id: string; publicKey: string };
export type SealedReferral = { sealed: string };

export const BEAT = 2; // seconds between two signs of life
const ALIVE = 6; // seconds a sign of life is believed

const SEEN = "referrals:seen"; // worker -> second of its last sign of life
const KEYS_OF = "referrals:keys"; // worker -> signed public key, while it takes new ones
const keys = [SEEN, KEYS_OF];

const ANNOUNCE = `
  redis.call('ZADD', KEYS[1], redis.call('TIME')[1], ARGV[1])
  if ARGV[2] ~= '' then redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
  else redis.call('HDEL', KEYS[2], ARGV[1]) end
  return 1`;

const LIVE = `
  local since = redis.call('TIME')[1] - ${ALIVE}
  local found = {}
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], since, '+inf')) do
    local key = redis.call('HGET', KEYS[2], id)
    if key then table.insert(found, id) table.insert(found, key) end
  end
  return found`;

// When Redis itself was away nobody could give a sign of life.
const DEAD = `
  local info = redis.pcall('INFO', 'server')
  local up = type(info) == 'string' and string.match(info, 'uptime_in_seconds:(%d+)')
  if up and tonumber(up) < ${2 * ALIVE} then return {} end
  return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', redis.call('TIME')[1] - ${2 * ALIVE})`;

const UNLESS_DEAD = `
  local seen = redis.call('ZSCORE', KEYS[1], ARGV[1])
  if seen and tonumber(seen) > redis.call('TIME')[1] - ${2 * ALIVE} then return 0 end`;
const IS_DEAD = `${UNLESS_DEAD}
  return 1`;
const FORGET = `${UNLESS_DEAD}
  redis.call('ZREM', KEYS[1], ARGV[1])
  redis.call('HDEL', KEYS[2], ARGV[1])
  return 1`;

/** A sign of life; a worker that is closing gives one without its key and gets nothing new. */
export async function announce(id: string, publicKey: string | undefined): Promise<void> {
  // Signed, so that who can write to Redis but has no SECRET_KEY cannot have friends sent to him.
  const entry = publicKey ? `${publicKey}.${hmac("referral worker", `${id} ${publicKey}`)}` : "";
  await redis.eval(ANNOUNCE, { keys, arguments: [id, entry] });
}

/** The workers that live and take referrals. */
export async function liveWorkers(): Promise<ReferralWorker[]> {
  const found = texts(await redis.eval(LIVE, { keys }));
  const pairs = found.flatMap((id, at) => (at % 2 === 0 ? [[id, found[at + 1] ?? ""]] : []));
  return pairs.flatMap(([id = "", entry = ""]) => {
    const [publicKey = "", signature = ""] = entry.split(".");
    const genuine = verifies("referral worker", `${id} ${publicKey}`, signature);
    return genuine ? [{ id, publicKey }] : [];
  });
}

/** Takes back what dead workers held; any number of workers may do so at once. */
export async function takeBackFromTheDead(): Promise<void> {
  for (const id of texts(await redis.eval(DEAD, { keys }))) {
    await takeBack(id);
    await redis.eval(FORGET, { keys, arguments: [id] });
  }
}

/**
 * The same for one that something was put to just now: if it was dead by then, nobody may look into
 * its queue again.
 */
export async function takeBackIfDead(id: string): Promise<void> {
  const isDead = (await redis.eval(IS_DEAD, { keys, arguments: [id] })) === 1;
  if (isDead) await takeBack(id);
}

/** Empties a worker's queue and tells the referrers: nobody else can open what is in it. */
export async function takeBack(id: string): Promise<void> {
  await withReferralQueue(id, async (queue) => {
    const jobs = await queue.getJobs(["waiting", "active"]);
    for (const job of jobs) await giveUp(job.id ?? "");
    await queue.obliterate({ force: true });
    if (jobs.length > 0) log.info({ referrals: jobs.length }, "referrals taken back");
  });
}

/** How many wait for, or are with, the workers that are known. */
export async function referralDepth(): Promise<number> {
  const ids = await redis.zRange(SEEN, 0, -1);
  const depths = ids.map((id) =>
    withReferralQueue(id, async (queue) => queue.getJobCountByTypes("waiting", "active")),
  );
  return (await Promise.all(depths)).reduce((sum, depth) => sum + depth, 0);
}

export function referralQueueName(id: string): string {
  return `referrals-${id}`;
}

/** Lends the queue of one worker, on the shared connection: it fails at once when Redis is away. */
export async function withReferralQueue<T>(
  id: string,
  work: (queue: Queue<SealedReferral>) => Promise<T>,
): Promise<T> {
  const queue = new Queue<SealedReferral>(referralQueueName(id), {
    connection: sharedConnection(),
    skipMetasUpdate: true,
  });
  queue.on("error", (error) => log.warn({ error }, "referral queue failed"));
  try {
    return await work(queue);
  } finally {
    await queue.close();
  }
}

let adapter: ReturnType<typeof createNodeRedisClient> | undefined;

function sharedConnection() {
  if (!redis.isReady) throw new Error("Redis is away");
  adapter ??= adapt();
  return adapter;
}

function adapt() {
  const made = createNodeRedisClient(redis);
  made.on("error", () => undefined); // the client it stands for logs its own
  return made;
}

function texts(reply: unknown): string[] {
  return Array.isArray(reply) ? reply.map(String) : [];
}
