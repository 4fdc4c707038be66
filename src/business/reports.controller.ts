import type { Request, Response } from "express";
import { csv } from "../csv.ts";
import { type PeriodName, periodOf, PERIODS, type Span } from "../domain/reports.ts";
import { BadRequest, NotFound } from "../errors.ts";
import { Report } from "../models/report.ts";
import { download } from "../web/download.ts";
import { blank, type Form, parse } from "../web/form.ts";
import { page } from "../web/page.ts";
import { at } from "./actor.ts";
import { daysWords, today, zoneName } from "./moments.ts";
import { asked, linkTo } from "./query.ts";
import { chartOf, PLOT } from "./reports.chart.ts";
import { PeriodForm } from "./reports.form.ts";
import {
  cellsOf,
  csvColumns,
  isTable,
  type Measure,
  MEASURES,
  type Table,
  tableOf,
  tablesOf,
} from "./reports.tables.ts";

export async function show(req: Request, res: Response) {
  const { business } = req;
  const now = Date.now();
  const { name, span, form } = periodAsked(req, now);
  const measure = measureAsked(req);
  const report = span && (await Report.of(business, span, now));
  const kept = measure === "bookings" ? undefined : measure;
  const link = (params: Record<string, string | undefined>) =>
    linkTo(at(req, "/reports"), { ...chosen(name, span), show: kept, ...params });
  page(
    res,
    "business/reports/show",
    {
      title: "Reports",
      here: at(req, "/reports"),
      form,
      show: kept,
      periods: Object.entries(PERIODS).map(([period, text]) => ({
        text,
        path: link({ period, from: undefined, to: undefined }),
        current: period === name,
      })),
      measures: Object.entries(MEASURES).map(([one, text]) => ({
        text,
        path: link({ show: one === "bookings" ? undefined : one }),
        current: one === measure,
      })),
      heading: span && daysWords(span.from, span.to),
      zone: zoneName(business.zone, now),
      total: report && report.total.bookings + report.total.booked > 0 && report.total,
      cells: report && cellsOf(report.total, business.currency),
      tables: span && report && tablesOf(report).map((table) => shown(req, table, span, measure)),
      plot: PLOT,
    },
    span ? 200 : 422,
  );
}

/** One table of the page, whole, as CSV. */
export async function file(req: Request, res: Response) {
  const { business } = req;
  const { report: name } = req.params;
  if (!isTable(name)) throw new NotFound("report");
  const now = Date.now();
  const { span } = periodAsked(req, now);
  if (!span) throw new BadRequest("No such period");
  const table = tableOf(await Report.of(business, span, now), name);
  const content = csv(csvColumns(table, business.currency), table.lines);
  const which = `${span.from}-to-${span.to}`;
  await download(req, res, `${name}-${business.slug}-${which}.csv`, content);
}

type Period = { name: PeriodName | undefined; span: Span | undefined; form: Form<Span> };

/** From one day to another, or one with a name; unless told otherwise this month. */
function periodAsked(req: Request, now: number): Period {
  if (req.query.from !== undefined || req.query.to !== undefined) {
    const form = parse(PeriodForm, req.query);
    return { name: undefined, span: form.input, form };
  }
  const period = asked(req, "period");
  const name = isPeriod(period) ? period : "this-month";
  const span = periodOf(name, today(req.business.zone, now));
  return { name, span, form: blank(span) };
}

function isPeriod(text: string): text is PeriodName {
  return Object.hasOwn(PERIODS, text);
}

function measureAsked(req: Request): Measure {
  const name = asked(req, "show");
  return Object.hasOwn(MEASURES, name) ? (name as Measure) : "bookings";
}

/** What of an address keeps the period. */
function chosen(name: PeriodName | undefined, span: Span | undefined) {
  return name ? { period: name } : { from: span?.from, to: span?.to };
}

function shown(req: Request, table: Table, span: Span, measure: Measure) {
  const { currency } = req.business;
  const { name, caption, heading } = table;
  return {
    name,
    caption,
    heading,
    chart: chartOf(table, measure, currency),
    headings: table.lines[0] ? cellsOf(table.lines[0], currency).map((cell) => cell.heading) : [],
    lines: table.lines.map((line) => ({ label: line.label, cells: cellsOf(line, currency) })),
    file: linkTo(at(req, `/reports/${name}.csv`), { from: span.from, to: span.to }),
  };
}
