// The hours on some local days, and the starts that they have room for.
import type { FixedStart, ServiceRules } from "./book.ts";
import {
  type Closure,
  type Schedule,
  wallRanges,
  wallToInstants,
  type WeeklyRange,
} from "./hours.ts";
import type { Interval } from "./intervals.ts";
import type { Segment } from "./offsets.ts";
import {
  DAY,
  type Instant,
  MINUTE,
  segmentsAround,
  type Wall,
  weekdayOf,
  type Zone,
} from "./time.ts";

/** Local days by their numbers, with the offsets on them and as far around as starts depend on it. */
export type Days = { first: number; last: number; ahead: number; segments: Segment[] };

/** A provider's working time on some local days, and as far around them as starts depend on it. */
export type Plan = { grids: Grid[]; segments: Segment[]; working: Interval[] };

/** Steps count from `anchor` and apply from `start` to `end`, in wall time. */
export type Grid = Interval & { anchor: Wall };

export function daysOf(first: number, last: number, service: ServiceRules, zone: Zone): Days {
  const ahead = Math.ceil((service.minutes * MINUTE) / DAY) + 1; // a day may have 23 hours
  const from = (first - DAYS_BACK) * DAY;
  const until = (last + 1 + ahead) * DAY;
  return { first, last, ahead, segments: segmentsAround(from, until, zone) };
}

export function planOf(schedule: Schedule, closures: readonly Closure[], days: Days): Plan {
  const { first, last, ahead, segments } = days;
  const ranges = wallRanges(schedule, closures, first - DAYS_BACK, last + ahead);
  const asked = { start: first * DAY, end: (last + 1) * DAY };
  return { grids: gridsOf(ranges, asked), segments, working: wallToInstants(ranges, segments) };
}

/** When the hours of a week apply. */
export function weeklyIntervals(hours: readonly WeeklyRange[], days: Days): Interval[] {
  const { first, last, ahead, segments } = days;
  return wallToInstants(
    wallRanges({ hours, exceptions: [] }, [], first - 1, last + ahead),
    segments,
  );
}

/** The instants from which the appointment lies in unbroken working time. */
export function fitting(working: readonly Interval[], { minutes }: ServiceRules): Interval[] {
  const length = minutes * MINUTE;
  return working
    .map(({ start, end }) => ({ start, end: end - length + 1 }))
    .filter(({ start, end }) => start < end);
}

/** The instants at which the clock shows a fixed start, in order: none in a gap, two where it comes twice. */
export function fixedInstants(starts: readonly FixedStart[], days: Days): Instant[] {
  const walls: Wall[] = [];
  for (let day = days.first; day <= days.last; day++)
    for (const { weekday, minute } of starts)
      if (weekday === weekdayOf(day)) walls.push(day * DAY + minute * MINUTE);
  const instants = new Set<Instant>();
  for (const { from, until, offset } of days.segments)
    for (const wall of walls) {
      const instant = wall - offset;
      if (from <= instant && instant < until) instants.add(instant);
    }
  return Array.from(instants).toSorted((a, b) => a - b);
}

/** The instants on the step that lie in `free`, in order. */
export function onStep(plan: Plan, free: readonly Interval[], minutes: number): Instant[] {
  if (!(minutes > 0)) throw new RangeError(`a step of ${minutes} minutes`);
  const step = minutes * MINUTE;
  const instants: Instant[] = [];
  let next = 0; // grids come in order of time, so what is over stays over
  for (const { anchor, start, end } of gridInstants(plan)) {
    while (next < free.length && free[next]!.end <= start) next++;
    for (let i = next; i < free.length && free[i]!.start < end; i++) {
      const from = Math.max(free[i]!.start, start);
      const until = Math.min(free[i]!.end, end);
      const first = anchor + Math.ceil((from - anchor) / step) * step;
      for (let instant = first; instant < until; instant += step) instants.push(instant);
    }
  }
  return instants;
}

// A shift reaches into the next day, so the shifts that may join on to yesterday's first minute
// began up to three days ago.
const DAYS_BACK = 3;

function gridsOf(ranges: readonly Interval[], days: Interval): Grid[] {
  const grids: Grid[] = [];
  for (const range of ranges) {
    const tomorrowsEnd = (Math.floor(range.start / DAY) + 2) * DAY;
    addGrid(
      grids,
      range.start,
      { start: range.start, end: Math.min(range.end, tomorrowsEnd) },
      days,
    );
    for (let midnight = tomorrowsEnd; midnight < range.end; midnight += DAY) {
      const end = Math.min(range.end, midnight + DAY);
      addGrid(grids, midnight, { start: midnight, end }, days);
    }
  }
  return grids;
}

function addGrid(grids: Grid[], anchor: Wall, range: Interval, days: Interval): void {
  const start = Math.max(range.start, days.start);
  const end = Math.min(range.end, days.end);
  if (start < end) grids.push({ anchor, start, end });
}

/** The grids as instants. Segment by segment: an hour that comes twice has its grids twice. */
function gridInstants({ grids, segments }: Plan): Grid[] {
  const instants: Grid[] = [];
  for (const { from, until, offset } of segments)
    for (const grid of grids) {
      const start = Math.max(from, grid.start - offset);
      const end = Math.min(until, grid.end - offset);
      if (start < end) instants.push({ anchor: grid.anchor - offset, start, end });
    }
  return instants;
}
