// How a process ends. What it leans on may be gone or hang just then (BullMQ waits for Redis for
// ever), so it ends by itself, and nothing is waited for without an end.
import { log } from "./log.ts";

/** Has `drain` run when the process is told to stop, and ends it: after `patience` s in any case. */
export function stopOnSignal(drain: () => Promise<void>, patience: number): void {
  let stopping: Promise<void> | undefined;
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.once(signal, () => void (stopping ??= stop(drain, patience)));
}

async function stop(drain: () => Promise<void>, patience: number): Promise<void> {
  setTimeout(() => {
    log.error("what still ran was cut off");
    process.exit(1);
  }, patience * 1000).unref();
  try {
    await drain();
    process.exit(0);
  } catch (error) {
    log.error({ error }, "stopping failed");
    process.exit(1);
  }
}
