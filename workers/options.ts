import { parseArgs } from "node:util";
import { ConfigError } from "../config/environment.ts";
import { queueNames, type QueueName } from "../src/jobs.ts";

export type WorkedQueue = QueueName | "referrals";
export type WorkerOptions = { queues: WorkedQueue[]; concurrency: number };

export const workedQueues: readonly WorkedQueue[] = [...queueNames, "referrals"];

/**
 * `--queues a,b` (default: all) and `--concurrency n` (default: 10, jobs at once a queue).
 * @throws ConfigError naming the option
 */
export function workerOptions(args: readonly string[]): WorkerOptions {
  const { queues, concurrency } = parsed(args);
  const names = queues === undefined ? [...workedQueues] : queues.split(",").map((q) => q.trim());
  const unknown = names.find((name) => !workedQueues.includes(name as WorkedQueue));
  if (unknown !== undefined)
    throw new ConfigError(`--queues: no queue "${unknown}"; there are ${workedQueues.join(", ")}`);
  const jobs = Number(concurrency ?? 10);
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > 200)
    throw new ConfigError("--concurrency: must be a whole number from 1 to 200");
  return { queues: names as WorkedQueue[], concurrency: jobs };
}

function parsed(args: readonly string[]) {
  try {
    const options = { queues: { type: "string" }, concurrency: { type: "string" } } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new ConfigError((error as Error).message);
  }
}
