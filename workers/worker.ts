import { type Job, Worker, type WorkerOptions } from "bullmq";
import { redis } from "../src/redis.ts";
import { within } from "../src/within.ts";

const LOOKED_AFTER = 200; // ms

/** A worker of one queue that can be closed whatever Redis does. */
export function createWorker<Data>(
  queue: string,
  run: (job: Job<Data>) => Promise<void>,
  options: Omit<WorkerOptions, "connection">,
) {
  const running = new Set<Promise<void>>();
  const worker = new Worker<Data>(
    queue,
    async (job) => {
      const one = run(job).finally(() => running.delete(one));
      running.add(one);
      await one; // a job's result would be kept in Redis: there is none
    },
    { ...options, connection: {} },
  );

  /** Finishes what runs. That Redis hears of it, BullMQ awaits for ever; we do not while it is away. */
  async function close(): Promise<void> {
    const closed = worker.close();
    while (!(await within(LOOKED_AFTER, closed))) if (!redis.isReady && running.size === 0) return;
  }

  return { worker, close };
}
