// The catalogue of background work: name -> payload. Payloads carry ids, never rows and never
// anything of a person. The row is the job; what is enqueued here is only the bell.
import { Queue } from "bullmq";
import { log } from "./log.ts";
import { afterCommit } from "./models/database.ts";
import { redis } from "./redis.ts";
import { within } from "./within.ts";

export type Jobs = {
  "agenda.owe": Record<string, never>;
  "answers.sweep": Record<string, never>;
  "delivery.send": { deliveryId: number };
  "delivery.sweep": Record<string, never>;
  "hold.sweep": Record<string, never>;
  "my-link.sweep": Record<string, never>;
  "pending.sweep": Record<string, never>;
  "api-request.sweep": Record<string, never>;
  "webhook.send": { callId: number };
  "webhook.sweep": Record<string, never>;
  "calendar.read": { calendarId: number };
  "calendar.sweep": Record<string, never>;
  "transfer.run": { transferId: number };
  "transfer.sweep": Record<string, never>;
  "secrets.renew": Record<string, never>;
  "retention.run": Record<string, never>;
  "sign-in.sweep": Record<string, never>;
  "waiting.offer": { businessId: number };
  "waiting.sweep": Record<string, never>;
  "visits.add": { batch: string; day: string; counts: VisitCount[] };
  "visits.sweep": Record<string, never>;
};
export type VisitCount = readonly [key: string, visits: number];
export type JobName = keyof Jobs;
export type Job = { [N in JobName]: { name: N; payload: Jobs[N]; id?: string } }[JobName];
export type QueueName =
  | "deliveries"
  | "webhooks"
  | "calendars"
  | "files"
  | "regions"
  | "maintenance";

/** Which queue a job waits in; operators start workers by queue. */
export const queueOf: { [N in JobName]: QueueName } = {
  "agenda.owe": "maintenance",
  "answers.sweep": "maintenance",
  "delivery.send": "deliveries",
  "delivery.sweep": "maintenance",
  "hold.sweep": "maintenance",
  "my-link.sweep": "maintenance",
  "pending.sweep": "maintenance",
  "api-request.sweep": "maintenance",
  "webhook.send": "webhooks",
  "webhook.sweep": "maintenance",
  "calendar.read": "calendars",
  "calendar.sweep": "maintenance",
  "transfer.run": "files",
  "transfer.sweep": "maintenance",
  "secrets.renew": "maintenance",
  "retention.run": "maintenance",
  "sign-in.sweep": "maintenance",
  "waiting.offer": "maintenance",
  "waiting.sweep": "maintenance",
  "visits.add": "regions",
  "visits.sweep": "maintenance",
};
export const queueNames: readonly QueueName[] = [
  "deliveries",
  "webhooks",
  "calendars",
  "files",
  "regions",
  "maintenance",
];

const queues = new Map<QueueName, Queue>();

// Bells rung while others are on their way go together after them.
const AT_ONCE = 1000;
const MOST_WAITING = 10_000; // what is more than that is left to the sweep
let waiting: Job[] = [];
let ringing: Promise<void> | undefined;

/**
 * Rings the bell for rows that are committed, or will be by the transaction around the call. Never
 * fails and is not waited for: with Redis away the change stands, and the sweep rings again.
 */
export function enqueueAfterCommit(jobs: Job[]): void {
  if (jobs.length === 0) return;
  afterCommit(() => {
    if (waiting.length < MOST_WAITING) waiting.push(...jobs);
    ringing ??= ringAll().finally(() => (ringing = undefined));
  });
}

/** Resolves when every bell rung so far has been heard, or has failed. */
export async function bellsRung(): Promise<void> {
  await ringing;
}

/** Adds jobs and waits for Redis to have them. @throws while Redis is away */
export async function enqueue(jobs: Job[]): Promise<void> {
  if (!redis.isReady) throw new Error("Redis is away");
  const byQueue = Map.groupBy(jobs, ({ name }) => queueOf[name]);
  for (const [name, group] of byQueue) await queue(name).addBulk(group.map(toBullJob));
}

/** The queue itself, for workers' schedules and the operator's page. */
export function queue(name: QueueName): Queue {
  const known = queues.get(name);
  if (known) return known;
  const made = new Queue(name, { connection: {} });
  made.on("error", (error) => log.warn({ error, queue: name }, "queue failed"));
  queues.set(name, made);
  return made;
}

const CLOSING = 5000; // ms

/** Closes the queues while Redis answers. Without it BullMQ would wait for ever: they are left. */
export async function closeQueues(): Promise<void> {
  if (redis.isReady) await within(CLOSING, bellsRung().then(closeAll));
  queues.clear();
}

async function closeAll(): Promise<void> {
  await Promise.all([...queues.values()].map((made) => made.close()));
}

async function ringAll(): Promise<void> {
  while (waiting.length > 0) {
    const [jobs, rest] = [waiting.slice(0, AT_ONCE), waiting.slice(AT_ONCE)];
    waiting = rest;
    await ring(jobs);
  }
}

async function ring(jobs: Job[]): Promise<void> {
  if (!redis.isOpen) return; // a process that has no Redis, such as one that makes the demo
  try {
    await enqueue(jobs);
  } catch (error) {
    log.warn({ error, jobs: jobs.length }, "the bell did not ring; the sweep will");
  }
}

// A row is claimed in the database, so a job is never tried by the queue: a failed send gives its
// row back with a later due instant, and the sweep rings again. Batches are tried ten times over
// about 17 minutes (1 s × 2^n) and then stay in the failed set for the operator.
function toBullJob({ name, payload, id }: Job) {
  const retried = name === "visits.add";
  return {
    name,
    data: payload,
    opts: {
      ...(id ? { jobId: id } : {}),
      attempts: retried ? 10 : 1,
      backoff: { type: "exponential", delay: 1000 },
      removeOnComplete: true,
      removeOnFail: !retried,
    },
  };
}
