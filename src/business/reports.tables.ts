// The tables of a report, for the page, for its charts and as files.
import type { CsvColumn } from "../csv.ts";
import { formatMoney, plainMoney } from "../domain/money.ts";
import { shareOf, type Span } from "../domain/reports.ts";
import { addDays, DAY, dayNumber, monthStart, nextMonth } from "../domain/time.ts";
import type { Figures, Report } from "../models/report.ts";
import { monthWords } from "./moments.ts";

export type Line = Figures & { label: string; span?: Span };
export type TableName = keyof typeof TABLES;
export type Table = { name: TableName; caption: string; heading: string; lines: Line[] };

// In the order of the page; weeks may be many.
const TABLES = {
  months: { caption: "By month", heading: "Month" },
  services: { caption: "By service", heading: "Service" },
  providers: { caption: "By provider", heading: "Provider" },
  locations: { caption: "By location", heading: "Location" },
  weeks: { caption: "By week", heading: "Week" },
} as const;

/** What can be drawn, in the words of the page. */
export const MEASURES = {
  bookings: "Bookings",
  utilisation: "Utilisation",
  noshows: "No-shows",
  cancelled: "Cancellations",
  revenue: "Revenue",
  lead: "Lead time",
} as const;

export type Measure = keyof typeof MEASURES;

export function isTable(name: unknown): name is TableName {
  return typeof name === "string" && Object.hasOwn(TABLES, name);
}

export function tableOf(report: Report, name: TableName): Table {
  return { name, ...TABLES[name], lines: linesOf(report, name) };
}

/** Those that tell more than the totals do. */
export function tablesOf(report: Report): Table[] {
  const names = Object.keys(TABLES) as TableName[];
  return names
    .map((name) => tableOf(report, name))
    .filter(({ name, lines }) => {
      if (name === "locations") return report.manyLocations;
      return name === "weeks" || name === "months" ? lines.length > 1 : lines.length > 0;
    });
}

/** What a measure comes to; null where there is nothing to measure. */
export function valueOf(measure: Measure, figures: Figures): number | null {
  return VALUES[measure](figures);
}

const VALUES: Record<Measure, (figures: Figures) => number | null> = {
  bookings: ({ bookings }) => bookings,
  utilisation: ({ booked, worked }) => (worked === null ? null : percentOf(booked, worked)),
  noshows: ({ noShows }) => noShows,
  cancelled: ({ cancelled }) => cancelled,
  revenue: ({ revenue }) => revenue,
  lead: ({ lead }) => lead,
};

/** The same as people read it. */
export function valueWords(measure: Measure, value: number | null, currency: string): string {
  if (value === null) return "–";
  if (measure === "revenue") return formatMoney(value, currency);
  if (measure === "utilisation") return `${value}%`;
  if (measure === "lead") return value === 1 ? "1 day" : `${number(value)} days`;
  return number(value);
}

export type Cell = { heading: string; text: string };

/** The cells of a line after its label. Services have no hours of their own. */
export function cellsOf(figures: Figures, currency: string): Cell[] {
  const { bookings, cancelled, noShows, booked, worked } = figures;
  const words = (measure: Measure) => valueWords(measure, valueOf(measure, figures), currency);
  const cells = [
    { heading: "Bookings", text: words("bookings") },
    { heading: "Cancelled", text: withShare(cancelled, bookings) },
    { heading: "No-shows", text: withShare(noShows, bookings - cancelled) },
    { heading: "Revenue", text: words("revenue") },
    { heading: "Lead time", text: words("lead") },
    { heading: "Hours booked", text: HOURS.format(booked / 60) },
  ];
  if (worked === null) return cells;
  return [
    ...cells,
    { heading: "Hours worked", text: HOURS.format(worked / 60) },
    { heading: "Utilisation", text: words("utilisation") },
  ];
}

/** Plain numbers, for programs. */
export function csvColumns({ name, heading }: Table, currency: string): Array<CsvColumn<Line>> {
  const columns: Array<CsvColumn<Line>> = [
    [heading, ({ label }) => label],
    ...(name === "weeks" || name === "months"
      ? ([
          ["First day", ({ span }) => span?.from],
          ["Last day", ({ span }) => span?.to],
        ] satisfies Array<CsvColumn<Line>>)
      : []),
    ["Bookings", ({ bookings }) => bookings],
    ["Cancelled", ({ cancelled }) => cancelled],
    ["No-shows", ({ noShows }) => noShows],
    [`Revenue (${currency})`, ({ revenue }) => plainMoney(revenue)],
    ["Lead time in days (median)", ({ lead }) => lead],
    ["Hours booked", ({ booked }) => hours(booked)],
  ];
  if (name === "services") return columns;
  return [
    ...columns,
    ["Hours worked", ({ worked }) => hours(worked ?? 0)],
    ["Utilisation in %", (line) => valueOf("utilisation", line)],
  ];
}

/** Feb 1 – 7, 2027 */
export function spanWords({ from, to }: Span): string {
  const words = SHORT.formatRange(dayNumber(from) * DAY, dayNumber(to) * DAY);
  return words.replaceAll(/[\u2009\u202F\u00A0]/g, " ");
}

const SHORT = new Intl.DateTimeFormat("en-US", { dateStyle: "medium", timeZone: "UTC" });
const HOURS = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });
const NUMBER = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });

function linesOf(report: Report, name: TableName): Line[] {
  if (name === "weeks" || name === "months")
    return report[name].map(({ from, to, ...figures }) => {
      const label = name === "weeks" ? spanWords({ from, to }) : monthLabel({ from, to });
      return { ...figures, label, span: { from, to } };
    });
  return report[name].map(({ name: label, ...figures }) => ({ ...figures, label }));
}

/** A month by its name; of a part of one, its days. */
function monthLabel({ from, to }: Span): string {
  const whole = from === monthStart(from) && addDays(to, 1) === nextMonth(from);
  return whole ? monthWords(from) : spanWords({ from, to });
}

function withShare(part: number, whole: number): string {
  const percent = percentOf(part, whole);
  return part === 0 || percent === null ? number(part) : `${number(part)} (${percent}%)`;
}

function percentOf(part: number, whole: number): number | null {
  const share = shareOf(part, whole);
  return share === null ? null : Math.round(share * 100);
}

/** With two decimals at most. */
function hours(minutes: number): number {
  return Math.round(minutes / 0.6) / 100;
}

function number(value: number): string {
  return NUMBER.format(value);
}
