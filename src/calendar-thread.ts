// A thread of its own for one file of somebody else's: see calendar-reading.ts.
import { parentPort, workerData } from "node:worker_threads";
import { busyIn, CalendarError, type Expansion } from "./calendar-expansion.ts";
import type { Reading } from "./calendar-reading.ts";

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
parentPort?.postMessage(read(workerData as Expansion));

function read(expansion: Expansion): Reading {
  try {
    return { busy: busyIn(expansion) };
  } catch (error) {
    // Its other errors may quote the file.
    return { code: error instanceof CalendarError ? error.code : "no calendar" };
  }
}
