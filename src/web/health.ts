import { timingSafeEqual } from "node:crypto";
import type { Request, Response } from "express";
import { collectDefaultMetrics, Counter, Histogram, register } from "prom-client";
import { config } from "../../config/index.ts";
import { NotFound } from "../errors.ts";
import { databaseAnswers, statementCount } from "../models/database.ts";
import { redis } from "../redis.ts";

collectDefaultMetrics();

export const statements = new Counter({
  name: "plainbook_statements_total",
  help: "Statements the database was asked to run",
  collect() {
    this.reset();
    this.inc(statementCount());
  },
});

export const requests = new Counter({
  name: "plainbook_requests_total",
  help: "Requests answered",
  labelNames: ["method", "route", "status"],
});

export const durations = new Histogram({
  name: "plainbook_request_seconds",
  help: "Time to answer",
  buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
});

export function alive(_req: Request, res: Response): void {
  res.type("text").send("ok\n");
}

export async function ready(_req: Request, res: Response): Promise<void> {
  const database = await databaseAnswers();
  const parts = { database, redis: redis.isReady };
  const ok = database && redis.isReady;
  res.status(ok ? 200 : 503).json(parts);
}

const ONLY_HERE = ["127.0.0.0/8", "::1/128"];

/**
 * For whoever has the token and, while developing, the machine itself: in production a proxy may be
 * on it, and bring anybody. To others the address does not exist.
 */
export async function metrics(req: Request, res: Response): Promise<void> {
  if (!hasToken(req) && !isHere(req)) throw new NotFound();
  res.type(register.contentType).send(await register.metrics());
}

function isHere(req: Request): boolean {
  return !config.production && config.trustProxy === 0 && req.addressIsIn(ONLY_HERE);
}

function hasToken(req: Request): boolean {
  if (!config.metricsToken) return false;
  const [given, wanted] = [req.headers.authorization ?? "", `Bearer ${config.metricsToken}`].map(
    (text) => Buffer.from(text),
  ) as [Buffer, Buffer];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
