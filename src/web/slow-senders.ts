// Slow senders must not hold a connection for good: a form has half a minute to arrive. A file that
// somebody signed in brings has longer, for lines are slow as well.
import type { IncomingMessage } from "node:http";

/** Milliseconds that any request may take to arrive: 256 MB at 2.5 Mbit a second. */
export const LONGEST = 15 * 60_000;
const USUAL = 30_000; // ms

const timers = new WeakMap<IncomingMessage, NodeJS.Timeout>();

/** Cuts it off when it has not arrived by then. */
export function hurry(req: IncomingMessage, ms = USUAL): void {
  const { "content-length": length, "transfer-encoding": encoding } = req.headers;
  if (length === undefined && encoding === undefined) return;
  const timer = setTimeout(() => {
    if (!req.complete) req.destroy();
  }, ms);
  timers.set(req, timer);
  req.once("close", () => clearTimeout(timer));
}

export function allowLonger(req: IncomingMessage): void {
  clearTimeout(timers.get(req));
}
