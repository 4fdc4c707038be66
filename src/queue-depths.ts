// What waits in the queues, for the operator's page.
import { Unavailable } from "./errors.ts";
import { queue, type QueueName, queueNames } from "./jobs.ts";
import { redis } from "./redis.ts";
import { liveWorkers, referralDepth } from "./referral-workers.ts";

export type QueueDepth = {
  name: QueueName | "referrals";
  waiting: number;
  active: number;
  delayed: number;
  failed: number;
  /** Processes that take from it. */
  workers: number;
};

const PATIENCE = 3000; // ms: a Redis that goes away in the middle does not answer

/** @throws Unavailable while Redis is away */
export async function queueDepths(): Promise<QueueDepth[]> {
  if (!redis.isReady) throw new Unavailable("Redis is away");
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Unavailable("Redis does not answer")), PATIENCE);
  try {
    return await Promise.race([tooLate, Promise.all([...queueNames.map(depth), referrals()])]);
  } catch (error) {
    throw error instanceof Unavailable ? error : new Unavailable("Redis is away");
  } finally {
    clearTimeout(timer);
  }
}

async function depth(name: QueueName): Promise<QueueDepth> {
  const [counts, workers] = await Promise.all([
    queue(name).getJobCounts("waiting", "prioritized", "active", "delayed", "failed"),
    queue(name).getWorkersCount(),
  ]);
  const { waiting = 0, prioritized = 0, active = 0, delayed = 0, failed = 0 } = counts;
  return { name, waiting: waiting + prioritized, active, delayed, failed, workers };
}

// Each worker has a queue of its own, and a referral is tried once: nothing is delayed or stays.
async function referrals(): Promise<QueueDepth> {
  const [workers, waiting] = await Promise.all([liveWorkers(), referralDepth()]);
  return { name: "referrals", waiting, active: 0, delayed: 0, failed: 0, workers: workers.length };
}
