// Counting of pages shown. Counts gather in memory and go to the worker every few seconds, as a
// batch with a random number that names nobody and nothing.
import { randomUUID } from "node:crypto";
import type { NextFunction, Request, Response } from "express";
import { utcDay } from "../domain/statistics.ts";
import {
  areaOf,
  audienceOf,
  browserFamily,
  languageOf,
  pageOf,
  UNKNOWN_REGION,
  type Visit,
} from "../domain/visit.ts";
import { enqueue, type Jobs } from "../jobs.ts";
import { log } from "../log.ts";
import { VisitCount } from "../models/visit-count.ts";
import { within } from "../within.ts";
import { createTally } from "./tally.ts";

type Batch = Jobs["visits.add"];

const EVERY = 10_000; // milliseconds between batches
const LAST_WAIT = 5_000; // milliseconds a process that stops waits for Redis
const MOST_KINDS = 10_000; // kept apart in memory: about 2 MB
const BATCH_KINDS = 2_000;

const tally = createTally(MOST_KINDS);
// Handed over, and not yet known to have arrived: it is sent again under the same number.
let waiting: Batch[] = [];
let flushing: Promise<void> | undefined;
let timer: NodeJS.Timeout | undefined;

/** Counts the page if one is shown in the end. */
export function countVisits(req: Request, res: Response, next: NextFunction): void {
  res.once("finish", () => {
    const visit = visitOf(req, res);
    if (visit) tally.add(utcDay(Date.now()), visit);
  });
  next();
}

export function startFlushing(): void {
  timer ??= setInterval(() => void flushVisits(), EVERY).unref();
}

/** Hands over what has been counted. Never fails: with Redis away the counts stay here. */
export function flushVisits(): Promise<void> {
  flushing ??= handOver()
    .catch((error: unknown) => log.warn({ error }, "visits wait for Redis"))
    .finally(() => (flushing = undefined));
  return flushing;
}

/**
 * Hands over the last counts of a process that stops: to the queue, or to the database itself if
 * Redis does not take them. A batch that reaches both is added once.
 */
export async function stopFlushing(): Promise<void> {
  clearInterval(timer);
  timer = undefined;
  await within(LAST_WAIT, flushVisits().then(flushVisits));
  for (const batch of [...waiting, ...takeBatches()])
    await VisitCount.addBatch(batch, Date.now()).catch((error: unknown) =>
      log.error({ error, lines: batch.counts.length }, "visits were lost"),
    );
  waiting = [];
}

function visitOf(req: Request, res: Response): Visit | undefined {
  const { pattern, method } = req;
  const type = String(res.getHeader("Content-Type") ?? "");
  const area = pattern === undefined ? undefined : areaOf(pattern);
  const isPage = method === "GET" && res.statusCode === 200 && type.startsWith("text/html");
  if (!isPage || pattern === undefined || area === undefined) return undefined;
  return {
    area,
    audience: audienceOf(pattern, (req.person ?? req.staff) !== undefined),
    region: req.region ?? UNKNOWN_REGION,
    page: pageOf(pattern),
    browser: browserFamily(req.headers["user-agent"]),
    language: languageOf(req.headers["accept-language"]),
  };
}

async function handOver(): Promise<void> {
  if (waiting.length === 0) waiting = takeBatches();
  for (let batch = waiting[0]; batch; batch = waiting[0]) {
    await enqueue([{ name: "visits.add", payload: batch, id: batch.batch }]);
    waiting.shift();
  }
}

function takeBatches(): Batch[] {
  return tally.take().flatMap(({ day, counts }) =>
    Array.from({ length: Math.ceil(counts.length / BATCH_KINDS) }, (_, i) => ({
      batch: randomUUID(),
      day,
      counts: counts.slice(i * BATCH_KINDS, (i + 1) * BATCH_KINDS),
    })),
  );
}
