import type { NextFunction, Request, Response } from "express";
import { log } from "../log.ts";
import { durations, requests } from "./health.ts";

/** One line a request: the route's pattern, never its address; how it ended; how long it took. */
export function logRequests(req: Request, res: Response, next: NextFunction): void {
  const began = performance.now();
  res.on("finish", () => {
    const milliseconds = Math.round(performance.now() - began);
    const route = req.pattern ?? "none";
    const { method } = req;
    const status = res.statusCode;
    requests.inc({ method, route, status });
    durations.observe(milliseconds / 1000);
    log.info({ method, route, status, milliseconds }, "request");
  });
  next();
}
