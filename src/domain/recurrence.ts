// The days on which a booking repeats. It keeps its local time when the clocks change. The first
// booking is always the first occurrence; then come the days of the pattern that are after it.
import {
  addDays,
  daysBetween,
  type Instant,
  instantToLocal,
  type LocalDate,
  localToInstants,
  weekday,
  type Zone,
} from "./time.ts";

/** So many times, the first included, or up to a day, that day included. */
export type Recurrence = Pattern & ({ count: number } | { until: LocalDate });

export type Pattern = {
  every: "day" | "week" | "month";
  /** Every so many days, weeks or months; weeks begin on Monday. */
  interval: number;
  /** Of weeks: ISO weekdays, 1 is Monday. None: the weekday of the first. */
  weekdays?: readonly number[];
  /** Of months; "date" unless told otherwise. */
  monthly?: Monthly;
};

/**
 * - "date": the day of the month of the first. In a month too short for the 29th, 30th or 31st it is
 *   the last day of that month.
 * - "weekday": the first to fifth such weekday of the month, as the first is. A month with only four
 *   has no occurrence when the first is the fifth.
 * - "last-weekday": the last such weekday of the month.
 */
export type Monthly = "date" | "weekday" | "last-weekday";

/** `start` is null where that local time does not exist on that day; it counts all the same. */
export type Occurrence = { date: LocalDate; start: Instant | null };

export const MOST_OCCURRENCES = 104;
const YEARS_AHEAD = 2;

/**
 * In order, `first` included. At most 104, and none after the same date two years later. Where the
 * clock shows the time twice on a day, it is the first of the two.
 * @throws RangeError for an interval that is not a whole number from 1 up
 */
export function occurrences(first: Instant, zone: Zone, recurrence: Recurrence): Occurrence[] {
  const { date, minutes } = instantToLocal(first, zone);
  const later = datesAfter(date, lastDate(date, recurrence), recurrence);
  const all = [
    { date, start: first },
    ...later.map((day) => ({ date: day, start: localToInstants(day, minutes, zone)[0] ?? null })),
  ];
  const count = "count" in recurrence ? recurrence.count : MOST_OCCURRENCES;
  return all.slice(0, Math.max(1, Math.min(count, MOST_OCCURRENCES)));
}

/** First, second, …: which such weekday of its month a date is. */
export function nthOfMonth(date: LocalDate): number {
  return Math.ceil(dayOfMonth(date) / 7);
}

function lastDate(first: LocalDate, recurrence: Recurrence): LocalDate {
  // As text the 29th of February comes after the 28th, whether or not there is one that year.
  const furthest = `${Number(first.slice(0, 4)) + YEARS_AHEAD}${first.slice(4)}`;
  return "until" in recurrence && recurrence.until < furthest ? recurrence.until : furthest;
}

function datesAfter(first: LocalDate, last: LocalDate, pattern: Pattern): LocalDate[] {
  const { every, interval } = pattern;
  if (!Number.isInteger(interval) || interval < 1)
    throw new RangeError(`every ${interval} ${every}s`);
  const dates: LocalDate[] = [];
  for (let i = 0; ; i++) {
    const begin = periodOf(first, every, i * interval);
    if (begin > last) return dates;
    for (const date of datesIn(begin, first, pattern))
      if (first < date && date <= last) dates.push(date);
  }
}

/** The first day of the day, week or month that is so many after that of `date`. */
function periodOf(date: LocalDate, every: Pattern["every"], ahead: number): LocalDate {
  if (every === "day") return addDays(date, ahead);
  if (every === "week") return addDays(date, 1 - weekday(date) + 7 * ahead);
  return firstOfMonth(date, ahead);
}

/** In order. */
function datesIn(begin: LocalDate, first: LocalDate, pattern: Pattern): LocalDate[] {
  const { every, weekdays = [], monthly = "date" } = pattern;
  if (every === "day") return [begin];
  if (every === "month") return datesInMonth(begin, first, monthly);
  const days = weekdays.length > 0 ? new Set(weekdays) : [weekday(first)];
  return [...days].toSorted((a, b) => a - b).map((day) => addDays(begin, day - 1));
}

/** @param begin the first of the month */
function datesInMonth(begin: LocalDate, first: LocalDate, monthly: Monthly): LocalDate[] {
  const length = daysBetween(begin, firstOfMonth(begin, 1));
  if (monthly === "date") return [addDays(begin, Math.min(dayOfMonth(first), length) - 1)];
  const weekdayOfFirst = (weekday(first) - weekday(begin) + 7) % 7;
  const those = [0, 7, 14, 21, 28]
    .map((days) => weekdayOfFirst + days)
    .filter((day) => day < length);
  const day = monthly === "weekday" ? those[nthOfMonth(first) - 1] : those.at(-1);
  return day === undefined ? [] : [addDays(begin, day)];
}

function firstOfMonth(date: LocalDate, ahead: number): LocalDate {
  const months = Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1 + ahead;
  const month = String((months % 12) + 1).padStart(2, "0");
  return `${Math.floor(months / 12)}-${month}-01`;
}

function dayOfMonth(date: LocalDate): number {
  return Number(date.slice(8));
}
