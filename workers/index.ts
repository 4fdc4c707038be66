// npm run worker [-- --queues a,b --concurrency n]: one worker process.
import { Worker } from "bullmq";
import { closeQueues, type Job, type QueueName } from "../src/jobs.ts";
import { log } from "../src/log.ts";
import { closeMail } from "../src/mail.ts";
import { requireCurrentSchema } from "../src/migrations/index.ts";
import { closeDatabase, openDatabase } from "../src/models/database.ts";
import { closeRedis, connectRedis } from "../src/redis.ts";
import { handle } from "./handlers.ts";
import { workerOptions } from "./options.ts";
import { startReferralWorker } from "./referrals.ts";
import { keepSchedule } from "./scheduler.ts";

type Running = { close(): Promise<void> };

const running: Running[] = [];

try {
  const { queues, concurrency } = workerOptions(process.argv.slice(2));
  await requireCurrentSchema();
  await openDatabase();
  await connectRedis();
  for (const name of queues)
    running.push(
      name === "referrals" ? await startReferralWorker({ concurrency }) : work(name, concurrency),
    );
  if (queues.includes("maintenance")) running.push(await keepSchedule());
  log.info({ queues, concurrency }, "working");
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}

for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void drain());

function work(name: QueueName, concurrency: number): Running {
  const worker = new Worker<Job["payload"]>(
    name,
    async (job) => {
      // A job's result would be kept in Redis: there is none.
      await handle(job.name as Job["name"], job.data as never);
    },
    { connection: {}, concurrency, maxStalledCount: 1 },
  );
  worker.on("error", (error) => log.warn({ error, queue: name }, "worker"));
  worker.on("failed", (job, error) => log.error({ error, job: job?.name }, "job failed"));
  return worker;
}

/** Finishes what runs; what waits stays for the next worker. */
async function drain(): Promise<void> {
  await Promise.all(running.map((worker) => worker.close()));
  await closeQueues();
  await closeMail();
  await closeRedis();
  await closeDatabase();
}
