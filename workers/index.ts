// npm run worker [-- --queues a,b --concurrency n]: one worker process.
import { closeQueues, type Job, type QueueName } from "../src/jobs.ts";
import { log } from "../src/log.ts";
import { closeMail } from "../src/mail.ts";
import { requireCurrentSchema } from "../src/migrations/index.ts";
import { closeDatabase, openDatabase } from "../src/models/database.ts";
import { closeRedis, connectRedis, requireNoEviction } from "../src/redis.ts";
import { stopOnSignal } from "../src/stopping.ts";
import { handle } from "./handlers.ts";
import { workerOptions } from "./options.ts";
import { startReferralWorker } from "./referrals.ts";
import { keepSchedule } from "./scheduler.ts";
import { createWorker } from "./worker.ts";

type Running = { close(): Promise<void> };

// Seconds. A mail server that is silent has so long; then what it did not take waits in the
// database again. In the end everything is cut off.
const [SENT, ENDED] = [15, 28];

const running: Running[] = [];

try {
  const { queues, concurrency } = workerOptions(process.argv.slice(2));
  await requireCurrentSchema();
  await openDatabase();
  await connectRedis();
  await requireNoEviction();
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

stopOnSignal(drain, ENDED);

function work(name: QueueName, concurrency: number): Running {
  const { worker, close } = createWorker<Job["payload"]>(
    name,
    async (job) => void (await handle(job.name as Job["name"], job.data as never)),
    { concurrency, maxStalledCount: 1 },
  );
  worker.on("error", (error) => log.warn({ error, queue: name }, "worker"));
  worker.on("failed", (job, error) => log.error({ error, job: job?.name }, "job failed"));
  return { close };
}

/** Finishes what runs; what waits stays for the next worker. */
async function drain(): Promise<void> {
  const givingUp = setTimeout(() => void closeMail({ force: true }), SENT * 1000);
  await Promise.all(running.map((worker) => worker.close()));
  clearTimeout(givingUp);
  await closeQueues();
  await closeMail();
  await closeRedis();
  await closeDatabase();
}
