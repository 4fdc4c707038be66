// Reads a calendar file that somebody else wrote in a thread beside the process's own, with so much
// time and memory and no more: nothing in the file can keep other work waiting.
import { Worker } from "node:worker_threads";
import type { Expansion } from "./calendar-expansion.ts";
import type { Interval } from "./domain/intervals.ts";

export type Reading = { busy: Interval[] } | { code: "no calendar" | "too much" };

const WITHIN = 20_000; // ms
const MEGABYTES = 256;

/** What takes too long, or too much memory, is too much. */
export async function readCalendar(expansion: Expansion, within = WITHIN): Promise<Reading> {
  const { promise, resolve } = Promise.withResolvers<Reading>();
  const thread = new Worker(new URL("calendar-thread.ts", import.meta.url), {
    workerData: expansion,
    env: {},
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: MEGABYTES },
  });
  const timer = setTimeout(() => resolve({ code: "too much" }), within);
  thread.on("message", resolve);
  thread.on("error", () => resolve({ code: "too much" }));
  thread.on("exit", () => resolve({ code: "too much" }));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    await thread.terminate();
  }
}
