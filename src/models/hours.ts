import type { WeeklyHours } from "../domain/hours.ts";
import { formatRange, type Range } from "../domain/hours-text.ts";
import { addDays, daysBetween, type Instant, instantToLocal } from "../domain/time.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import { rows, run } from "./database.ts";
import { FIRST_LOCATION } from "./location.ts";
import { clashAmong, clashWords, placesOf } from "./place.ts";
import { inTurn, isChange, Refused } from "./set-up.ts";

/** The ranges of each weekday, Monday first, in the order of the day. */
export type Week = readonly Range[][];

/** When providers work, week by week. */
export const Hours = {
  /** At a location, or at all of them together. */
  async weekOf(staff: { businessId: number; id: number }, locationId?: number): Promise<Week> {
    const { businessId, id } = staff;
    return toWeek(await select("AND staff_id = $id", { businessId, id }, locationId));
  },

  /** The weeks of all of a business at a location, by staff id; nobody without hours is in it. */
  async weeksOf(business: { id: number }, locationId: number): Promise<Map<number, Week>> {
    const found = await select("", { businessId: business.id }, locationId);
    const byStaff = Map.groupBy(found, (range) => range.staffId);
    return new Map([...byStaff].map(([staffId, ranges]) => [staffId, toWeek(ranges)]));
  },

  /**
   * The whole week at a location anew, or nothing.
   * @param at the location's id; the first one, if not given
   * @param seen the edition of the week that was changed
   * @throws ChangedMeanwhile; Refused, of the weekday, for hours too near to those elsewhere
   */
  replace(
    staff: { businessId: number; id: number },
    week: Week,
    seen: string,
    actor: Actor,
    now: Instant,
    at?: number,
  ): Promise<void> {
    const { businessId, id: staffId } = staff;
    return inTurn({ id: businessId }, async () => {
      const locationId = at ?? (await firstLocation(businessId));
      if (!isChange(await Hours.weekOf(staff, locationId), week, seen)) return;
      await refuseNearness(staff, week, locationId, now);
      await run(
        `DELETE FROM hours WHERE business_id = $businessId AND staff_id = $staffId
           AND location_id = $locationId`,
        { businessId, staffId, locationId },
      );
      await insert({ businessId, staffId, locationId }, week);
      const fact = { businessId, action: "hours.changed", details: { staffId, locationId } };
      await AuditEntry.write(fact, actor, now);
    });
  },
};

async function firstLocation(businessId: number): Promise<number> {
  const [found] = await rows<{ id: number }>(`SELECT ${FIRST_LOCATION} AS id`, { businessId });
  return found?.id ?? 0;
}

const AHEAD = 371; // days: a year with every change of the clocks, and a week

/**
 * Looked at day by day: the clocks of two zones do not always change together, and on single days
 * there are exceptions.
 * @throws Refused
 */
async function refuseNearness(
  staff: { businessId: number; id: number },
  week: Week,
  locationId: number,
  now: Instant,
): Promise<void> {
  const from = addDays(instantToLocal(now, "UTC").date, -1);
  const places = await placesOf(staff, addDays(from, -4));
  const here = places.find(({ id }) => id === locationId);
  if (!here || places.length === 1) return;
  const dates = places.flatMap(({ schedule }) => schedule.exceptions.map(({ date }) => date));
  const days = Math.max(AHEAD, ...dates.map((date) => daysBetween(from, date) + 2));
  const exceptions = here.schedule.exceptions.filter(({ kind }) => kind === "closed");
  const hours = week.flatMap((ranges, i) =>
    ranges.map((range) => ({ staffId: staff.id, weekday: i + 1, ...range })),
  );
  const clash = clashAmong(places, locationId, { hours, exceptions }, { from, days });
  if (!clash) return;
  const around = { from: addDays(instantToLocal(clash.at, here.zone).date, -1), days: 3 };
  for (const range of hours) {
    const one = clashAmong(places, locationId, { hours: [range], exceptions }, around);
    const field = WEEKDAYS[range.weekday - 1] ?? "form";
    if (one)
      throw new Refused(field, `${formatRange(range)} is too near to ${clashWords(one, places)}`);
  }
}

const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

function select(
  condition: string,
  bind: Record<string, number>,
  locationId?: number,
): Promise<WeeklyHours[]> {
  return rows<WeeklyHours>(
    `SELECT staff_id AS "staffId", weekday, from_minute AS "from", to_minute AS "to"
     FROM hours WHERE business_id = $businessId ${condition}
       ${locationId === undefined ? "" : "AND location_id = $locationId"}
     ORDER BY staff_id, weekday, from_minute, to_minute`,
    locationId === undefined ? bind : { ...bind, locationId },
  );
}

/** Ranges in the order of the day, by their weekday. */
export function toWeek(hours: ReadonlyArray<Range & { weekday: number }>): Week {
  return [1, 2, 3, 4, 5, 6, 7].map((day) =>
    hours.filter(({ weekday }) => weekday === day).map(({ from, to }) => ({ from, to })),
  );
}

async function insert(
  bind: { businessId: number; staffId: number; locationId: number },
  week: Week,
): Promise<void> {
  for (const [i, ranges] of week.entries())
    for (const { from, to } of ranges)
      await run(
        `INSERT INTO hours (business_id, staff_id, location_id, weekday, from_minute, to_minute)
         VALUES ($businessId, $staffId, $locationId, $weekday, $from, $to)`,
        { ...bind, weekday: i + 1, from, to },
      );
}
