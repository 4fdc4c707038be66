// Tables of visits, and all that anybody can ask of them.
import * as fc from "fast-check";
import {
  type DayCount,
  type Period,
  periodOf,
  publish,
  type Published,
} from "../../src/domain/statistics.ts";
import { addDays, type LocalDate, weekday } from "../../src/domain/time.ts";

export const LATER = "2100-01-01"; // everything before is over

// Two months whose boundary cuts a week, with regions of every size.
export const SPAN = days("2026-03-01", 61);
export const tables = fc
  .array(
    fc.record({
      region: fc.constantFrom("US", "NZ", "TV", "NU", "NR", "WS", "TO", "FJ"),
      usual: fc.constantFrom(0, 1, 2, 5, 9, 12),
      seed: fc.array(fc.nat(6), { minLength: 61, maxLength: 61 }),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((regions) => {
    const byName = new Map(regions.map((one) => [one.region, one]));
    return [...byName.values()].flatMap(({ region, usual, seed }) =>
      SPAN.map((day, i) => cell(day, region, Math.max(0, usual + (seed[i] ?? 0) - 3))),
    );
  });

export function cell(day: LocalDate, region: string, visits: number): DayCount {
  return { day, area: "site", audience: "visitor", region, visits };
}

export function days(from: LocalDate, count: number): LocalDate[] {
  return Array.from({ length: count }, (_, i) => addDays(from, i));
}

export function show(counts: DayCount[], period: Period, through = LATER): Record<string, number> {
  return Object.fromEntries(
    publish(counts, period, through).map(({ region, visits }) => [region, visits]),
  );
}

export function ranges(span: LocalDate[]): Period[] {
  const all = (["day", "week", "month"] as const).flatMap((kind) =>
    span.map((day) => periodOf(kind, day)),
  );
  return [...new Map(all.map((period) => [`${period.kind}${period.start}`, period])).values()];
}

/** All that can be asked for, in one order. */
export function everything(table: DayCount[]): Published[][] {
  return ranges(SPAN).map((period) =>
    publish(table, period, LATER).toSorted((a, b) => (a.region < b.region ? -1 : 1)),
  );
}

/** What subtracting finer ranges from coarser ones gives. */
export function differences(table: DayCount[], region: string): number[] {
  const figure = (kind: Period["kind"], date: LocalDate) =>
    show(table, periodOf(kind, date))[region] ?? 0;
  const mondays = SPAN.filter((day) => weekday(day) === 1);
  const weeks = mondays.flatMap((monday) => {
    const week = figure("week", monday);
    return [week, week - sum(days(monday, 7).map((day) => figure("day", day)))];
  });
  const months = ["2026-03", "2026-04"].flatMap((month) => {
    const all = SPAN.filter((day) => day.startsWith(month));
    const inDays = sum(all.map((day) => figure("day", day)));
    const whole = mondays.filter((day) => all.includes(day) && all.includes(addDays(day, 6)));
    const inWeeks = sum(whole.map((monday) => figure("week", monday)));
    const rest = all.filter((day) => !whole.some((m) => m <= day && day <= addDays(m, 6)));
    const total = figure("month", `${month}-01`);
    return [total, total - inDays, total - inWeeks - sum(rest.map((day) => figure("day", day)))];
  });
  return [...SPAN.map((day) => figure("day", day)), ...weeks, ...months];
}

export function sum(numbers: number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
