// When a provider works. Hours are written in wall time, and a provider works at an instant when
// the clock on the wall then shows a time of theirs: hours that do not exist are not worked, an hour
// that comes twice is worked twice, a night shift over a change has 7 or 9 hours.
//
// A shift belongs to the local day on which it begins. The shifts of a day are
// (the weekly hours of its weekday − 'closed' exceptions of that date) ∪ 'open' exceptions of it.
// A 'closed' exception takes nothing from the shift that began the evening before.
import { intersect, type Interval, normalise, subtract, union } from "./intervals.ts";
import type { Segment } from "./offsets.ts";
import {
  DAY,
  dateOf,
  dayNumber,
  type LocalDate,
  MINUTE,
  segmentsAround,
  weekdayOf,
  type Zone,
} from "./time.ts";

/** Minutes from midnight; `to` may pass 1440, up to 2880: a shift past midnight. */
export type WeeklyRange = { weekday: number; from: number; to: number };
export type WeeklyHours = WeeklyRange & { staffId: number };

/** `from` null: from midnight. `to` null: open to midnight; closed to the end of the day's shifts. */
export type Exception = {
  staffId: number;
  date: LocalDate;
  kind: "open" | "closed";
  from: number | null;
  to: number | null;
};

/**
 * Days, both included, on which the whole business is closed, whatever exceptions say: nothing on
 * these days, the small hours of the shift before included, and no shift that begins on them.
 */
export type Closure = { from: LocalDate; to: LocalDate };

/** One provider's hours and exceptions. */
export type Schedule = { hours: readonly WeeklyRange[]; exceptions: readonly Exception[] };

/** The instants at which a provider works on the `days` local days from `from` on. */
export function workingIntervals(
  schedule: Schedule,
  closures: readonly Closure[],
  zone: Zone,
  from: LocalDate,
  days: number,
): Interval[] {
  const first = dayNumber(from);
  const asked = { start: first * DAY, end: (first + days) * DAY };
  const ranges = intersect(wallRanges(schedule, closures, first - 1, first + days - 1), [asked]);
  return wallToInstants(ranges, segmentsAround(asked.start, asked.end, zone));
}

/** The shifts that begin on the days `first` to `last`, in wall time; what touches is one range. */
export function wallRanges(
  schedule: Schedule,
  closures: readonly Closure[],
  first: number,
  last: number,
): Interval[] {
  const closed = closedDays(closures, first, last + 1);
  const shiftsOn = shiftsOf(schedule, first, last);
  const ranges: Interval[] = [];
  for (let day = first; day <= last; day++) {
    if (closed.some(({ start, end }) => start <= day && day < end)) continue;
    for (const { start, end } of shiftsOn(day))
      ranges.push({ start: day * DAY + start * MINUTE, end: day * DAY + end * MINUTE });
  }
  return subtract(
    normalise(ranges),
    closed.map(({ start, end }) => ({ start: start * DAY, end: end * DAY })),
  );
}

/** The instants at which the clock shows a time of these ranges. */
export function wallToInstants(
  ranges: readonly Interval[],
  segments: readonly Segment[],
): Interval[] {
  const instants: Interval[] = [];
  for (const { from, until, offset } of segments)
    for (const range of ranges) {
      const start = Math.max(range.start - offset, from);
      const end = Math.min(range.end - offset, until);
      if (start < end) instants.push({ start, end });
    }
  return normalise(instants);
}

const END_OF_SHIFTS = 2880;

function closedDays(closures: readonly Closure[], first: number, last: number): Interval[] {
  if (closures.length === 0) return [];
  const [firstDate, lastDate] = [dateOf(first), dateOf(last)];
  return normalise(
    closures
      .filter(({ from, to }) => from <= lastDate && firstDate <= to)
      .map(({ from, to }) => ({ start: dayNumber(from), end: dayNumber(to) + 1 })),
  );
}

/** The shifts of a day, in minutes from its midnight. */
function shiftsOf(
  { hours, exceptions }: Schedule,
  first: number,
  last: number,
): (day: number) => Interval[] {
  const weekly = weeklyShifts(hours);
  const changed = byDay(exceptions, first, last);
  return (day) => {
    const usual = weekly[weekdayOf(day)] ?? [];
    const changes = changed.get(day);
    if (!changes) return usual;
    return union(subtract(usual, minutesOf(changes, "closed")), minutesOf(changes, "open"));
  };
}

function weeklyShifts(hours: readonly WeeklyRange[]): Interval[][] {
  const shifts: Interval[][] = [[], [], [], [], [], [], [], []];
  for (const { weekday, from, to } of hours) shifts[weekday]?.push({ start: from, end: to });
  return shifts.map(normalise);
}

function byDay(
  exceptions: readonly Exception[],
  first: number,
  last: number,
): Map<number, Exception[]> {
  const days = new Map<number, Exception[]>();
  if (exceptions.length === 0) return days;
  const [firstDate, lastDate] = [dateOf(first), dateOf(last)];
  for (const exception of exceptions) {
    if (exception.date < firstDate || lastDate < exception.date) continue;
    const day = dayNumber(exception.date);
    const sameDay = days.get(day);
    if (sameDay) sameDay.push(exception);
    else days.set(day, [exception]);
  }
  return days;
}

function minutesOf(exceptions: readonly Exception[], kind: Exception["kind"]): Interval[] {
  const end = kind === "open" ? 1440 : END_OF_SHIFTS;
  return normalise(
    exceptions
      .filter((exception) => exception.kind === kind)
      .map(({ from, to }) => ({ start: from ?? 0, end: to ?? end })),
  );
}
