// A provider works at one location at a time, and needs the way from one to another.
import { type Closure, type Schedule, workingIntervals } from "./hours.ts";
import type { Interval } from "./intervals.ts";
import { addDays, type Instant, type LocalDate, MINUTE, type Zone } from "./time.ts";

/** When somebody works at one place, by the clocks there. */
export type Place = {
  name: string;
  zone: Zone;
  schedule: Schedule;
  closures?: readonly Closure[];
};

/** Work `here` is too near to work `there`, the place of that name, from this instant on. */
export type Clash = { at: Instant; here: Interval; there: Interval; name: string };

/** Local days, from the first on. */
export type Days = { from: LocalDate; days: number };

/**
 * The first time here, on these days, that leaves no way to or from a time at another place.
 * @param travelMinutes the way from one place to another
 */
export function clashOf(
  here: Place,
  others: readonly Place[],
  travelMinutes: number,
  on: Days,
): Clash | undefined {
  const times = worked(here, on);
  const clashes = others.flatMap((other) => clashWith(times, other, travelMinutes, on) ?? []);
  return clashes.toSorted((a, b) => a.at - b.at)[0];
}

/** The first of some times, in order, that is too near to work at another place. */
export function clashWith(
  times: readonly Interval[],
  other: Place,
  travelMinutes: number,
  { from, days }: Days,
): Clash | undefined {
  const way = travelMinutes * MINUTE;
  // The same instant can be two days earlier or later by the clocks of another zone.
  const there = worked(other, { from: addDays(from, -2), days: days + 4 });
  let next = 0;
  for (const here of times) {
    while (next < there.length && there[next]!.end + way <= here.start) next++;
    const met = there[next];
    if (met && met.start - way < here.end)
      return { at: Math.max(here.start, met.start - way), here, there: met, name: other.name };
  }
  return undefined;
}

function worked({ schedule, closures = [], zone }: Place, { from, days }: Days): Interval[] {
  return workingIntervals(schedule, closures, zone, from, days);
}
