import type { Request, Response } from "express";
import { Unavailable } from "../errors.ts";
import { type QueueDepth, queueDepths } from "../queue-depths.ts";
import { page } from "../web/page.ts";

export async function index(_req: Request, res: Response) {
  try {
    showQueues(res, await queueDepths());
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    res.setHeader("Retry-After", 30);
    showQueues(res, undefined, 503);
  }
}

function showQueues(res: Response, queues: QueueDepth[] | undefined, status = 200) {
  page(res, "operator/queues/index", { title: "Queues", queues }, status);
}
