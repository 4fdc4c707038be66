import type { Request, Response } from "express";
import { durationText } from "../domain/duration.ts";
import { MINUTE } from "../domain/time.ts";
import { Unavailable } from "../errors.ts";
import { deliveryBacklog } from "../models/delivery-backlog.ts";
import { type QueueDepth, queueDepths } from "../queue-depths.ts";
import { page } from "../web/page.ts";

export async function index(_req: Request, res: Response) {
  try {
    await showQueues(res, await queueDepths());
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    res.setHeader("Retry-After", 30);
    await showQueues(res, undefined, 503);
  }
}

/** The queues ring; what is owed is in the database. */
async function showQueues(res: Response, queues: QueueDepth[] | undefined, status = 200) {
  const now = Date.now();
  const { oldestDueAt, ...owed } = await deliveryBacklog(now);
  const oldest = oldestDueAt === null ? undefined : ageText(now - oldestDueAt);
  page(res, "operator/queues/index", { title: "Queues", queues, owed, oldest }, status);
}

function ageText(age: number): string {
  return age < MINUTE ? "less than a minute" : durationText(Math.floor(age / MINUTE));
}
