// What the reports reckon with: periods and their slices in local days, medians, worked minutes.
import { intersect, type Interval } from "./intervals.ts";
import {
  addDays,
  dayStart,
  daysBetween,
  type Instant,
  type LocalDate,
  MINUTE,
  monthStart,
  nextMonth,
  weekday,
  type Zone,
} from "./time.ts";

/** Local days, both included. */
export type Span = { from: LocalDate; to: LocalDate };

/** Days of one week and one month, as instants: local days have 23 to 25 hours. */
export type Slice = Span & {
  start: Instant;
  end: Instant;
  /** Which of the period's weeks and months it belongs to, from 0 on. */
  week: number;
  month: number;
};

/** Periods that are called by a name, in the order in which they are offered. */
export const PERIODS = {
  "this-week": "This week",
  "last-week": "Last week",
  "this-month": "This month",
  "last-month": "Last month",
  "this-quarter": "This quarter",
  "last-quarter": "Last quarter",
  "this-year": "This year",
  "last-year": "Last year",
} as const;

export type PeriodName = keyof typeof PERIODS;

/** The longest period there is a report of: two years, one of them a leap year. */
export const LONGEST_PERIOD = 731; // days

/** The whole week from Monday, month, quarter or year around a day, or the one before. */
export function periodOf(name: PeriodName, today: LocalDate): Span {
  const [which, unit = ""] = name.split("-");
  const first = firstDay(unit, today);
  const from = which === "last" ? firstDay(unit, addDays(first, -1)) : first;
  return { from, to: addDays(firstDay(unit, addDays(from, LONGEST_UNIT[unit] ?? 0)), -1) };
}

/** Enough days to reach into the next one from the first day of any, and not beyond it. */
const LONGEST_UNIT: Record<string, number> = { week: 7, month: 31, quarter: 92, year: 366 };

/** The period cut at each Monday and each first of a month. Those without any instant are left out. */
export function slicesOf({ from, to }: Span, zone: Zone): Slice[] {
  const slices: Slice[] = [];
  const until = addDays(to, 1);
  let [week, month] = [0, 0];
  for (let first = from; first < until;) {
    const next = earliest(until, nextMonday(first), nextMonth(first));
    const [start, end] = [dayStart(first, zone), dayStart(next, zone)];
    if (start < end) slices.push({ from: first, to: addDays(next, -1), start, end, week, month });
    if (weekday(next) === 1) week++;
    if (next === monthStart(next)) month++;
    first = next;
  }
  return slices;
}

/** The days of each week, or of each month, that lie in the period. `id` as in the slices. */
export function spansBy(
  by: "week" | "month",
  slices: readonly Slice[],
): Array<Span & { id: number }> {
  return [...Map.groupBy(slices, (slice) => slice[by])].map(([id, parts]) => ({
    id,
    from: parts[0]?.from ?? "",
    to: parts.at(-1)?.to ?? "",
  }));
}

/** How many days a period has, both ends included. */
export function lengthOf({ from, to }: Span): number {
  return daysBetween(from, to) + 1;
}

/** Whole days from the booking to the start, and how many bookings have so many. */
export type LeadCount = { days: number; count: number };

/** The middle one of all, or the mean of the two in the middle; null of none. */
export function medianOf(counts: readonly LeadCount[]): number | null {
  const all = sum(counts.map(({ count }) => count));
  if (all === 0) return null;
  const sorted = counts.toSorted((a, b) => a.days - b.days);
  return (valueAt(sorted, Math.ceil(all / 2)) + valueAt(sorted, Math.floor(all / 2) + 1)) / 2;
}

/** Minutes of these instants that lie in each slice. `intervals` as `normalise` returns them. */
export function minutesIn(intervals: readonly Interval[], slices: readonly Slice[]): number[] {
  const sums = slices.map(() => 0);
  let at = 0;
  for (const { start, end } of intersect(intervals, slices)) {
    while (slices[at]!.end <= start) at++;
    sums[at]! += (end - start) / MINUTE;
  }
  return sums;
}

/** From 0 on; more than 1 where more was booked than worked. Null where nobody worked. */
export function shareOf(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

/** The days on which a place in another zone may have something in the period. */
export function daysAround({ from, to }: Span): { from: LocalDate; days: number } {
  return { from: addDays(from, -AROUND), days: lengthOf({ from, to }) + 2 * AROUND };
}

const AROUND = 2; // days: two zones are never further apart

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function firstDay(unit: string, date: LocalDate): LocalDate {
  if (unit === "week") return addDays(date, 1 - weekday(date));
  if (unit === "month") return monthStart(date);
  const month = Number(date.slice(5, 7));
  const first = unit === "year" ? 1 : month - ((month - 1) % 3);
  return `${date.slice(0, 5)}${String(first).padStart(2, "0")}-01`;
}

function nextMonday(date: LocalDate): LocalDate {
  return addDays(date, 8 - weekday(date));
}

function earliest(...dates: LocalDate[]): LocalDate {
  return dates.toSorted()[0] ?? "";
}

function valueAt(sorted: readonly LeadCount[], position: number): number {
  let passed = 0;
  for (const { days, count } of sorted) if ((passed += count) >= position) return days;
  return sorted.at(-1)?.days ?? 0;
}
