import type { Request, Response } from "express";
import {
  lastShownDay,
  type Period,
  type PeriodKind,
  periodOf,
  publish,
  shownFrom,
  utcDay,
} from "../domain/statistics.ts";
import { addDays, formatInstant, isLocalDate, type LocalDate } from "../domain/time.ts";
import { type Area, AREAS } from "../domain/visit.ts";
import { BadRequest } from "../errors.ts";
import { VisitCount } from "../models/visit-count.ts";
import { page } from "../web/page.ts";
import { csvOf, tableOf } from "./statistics.table.ts";

const KINDS: readonly PeriodKind[] = ["day", "week", "month"];

export async function show(req: Request, res: Response) {
  const { period, area, through } = asked(req);
  const figures = await figuresOf(period, through);
  const first = (await VisitCount.firstDay()) ?? utcDay(Date.now());
  page(res, "operator/statistics/show", {
    title: "Visits by region",
    period,
    area,
    kinds: KINDS,
    areas: AREAS,
    through,
    table: tableOf(figures.filter((figure) => !area || figure.area === area)),
    earlier: first < period.start ? addDays(period.start, -1) : undefined,
    beginning: first > through ? formatInstant(shownFrom(first), "UTC") : undefined,
    later: period.end < through ? addDays(period.end, 1) : undefined,
  });
}

export async function download(req: Request, res: Response) {
  const { period, through } = asked(req);
  const figures = await figuresOf(period, through);
  const name = `visits-${period.kind}-${period.start}.csv`;
  res.setHeader("Content-Type", "text/csv; charset=utf-8");
  res.setHeader("Content-Disposition", `attachment; filename="${name}"`);
  res.setHeader("Cache-Control", "no-store");
  res.end(csvOf(period, figures));
}

async function figuresOf(period: Period, through: LocalDate) {
  return publish(await VisitCount.byDay(period.start, period.end), period, through);
}

/** Without an answer: the week of the last day that can be shown. */
function asked({ query }: Request): { period: Period; area: Area | undefined; through: LocalDate } {
  const through = lastShownDay(Date.now());
  const { period = "week", start = through, area = "" } = query;
  const kind = KINDS.find((name) => name === period);
  const chosen = AREAS.find((name) => name === area);
  const isDate = typeof start === "string" && isLocalDate(start);
  if (!kind || !isDate || (!chosen && area !== "")) throw new BadRequest("No such period");
  return { period: periodOf(kind, start), area: chosen, through };
}
