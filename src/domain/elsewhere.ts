// A provider works at one location at a time: her weekly hours at two must leave her the way between.
import { type WeeklyRange, workingIntervals } from "./hours.ts";
import type { Interval } from "./intervals.ts";
import { addDays, type LocalDate, MINUTE, weekday, type Zone } from "./time.ts";

export type Place = { name: string; zone: Zone; hours: readonly WeeklyRange[] };

/**
 * The first range that is too near to her hours at another place, and where; undefined: none is.
 * Compared as instants of one week in the zones of both.
 * @param travelMinutes the way from one place to another
 * @param around a day of the week that is looked at
 */
export function tooNear(
  here: Place,
  others: readonly Place[],
  travelMinutes: number,
  around: LocalDate,
): { range: WeeklyRange; name: string } | undefined {
  const monday = addDays(around, 1 - weekday(around));
  const travel = travelMinutes * MINUTE;
  for (const { name, zone, hours } of others) {
    const there = intervals(hours, zone, addDays(monday, -2), 11);
    const range = here.hours.find((one) =>
      intervals([one], here.zone, monday, 8).some(({ start, end }) =>
        there.some((other) => start < other.end + travel && other.start < end + travel),
      ),
    );
    if (range) return { range, name };
  }
  return undefined;
}

function intervals(
  hours: readonly WeeklyRange[],
  zone: Zone,
  from: LocalDate,
  days: number,
): Interval[] {
  return workingIntervals({ hours, exceptions: [] }, [], zone, from, days);
}
