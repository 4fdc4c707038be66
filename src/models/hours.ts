import { tooNear } from "../domain/elsewhere.ts";
import type { WeeklyHours, WeeklyRange } from "../domain/hours.ts";
import { formatRange, type Range } from "../domain/hours-text.ts";
import { type Instant, instantToLocal } from "../domain/time.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import { rows, run } from "./database.ts";
import { FIRST_LOCATION } from "./location.ts";
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

/** @throws Refused */
async function refuseNearness(
  staff: { businessId: number; id: number },
  week: Week,
  locationId: number,
  now: Instant,
): Promise<void> {
  const places = await rows<{ id: number; name: string; zone: string; travel: number }>(PLACES, {
    businessId: staff.businessId,
  });
  const here = places.find(({ id }) => id === locationId);
  if (!here || places.length === 1) return;
  const others = places.filter(({ id }) => id !== locationId);
  const elsewhere = await Promise.all(
    others.map(async (place) => ({
      ...place,
      hours: flat(await Hours.weekOf(staff, place.id)),
    })),
  );
  const around = instantToLocal(now, here.zone).date;
  const near = tooNear({ ...here, hours: flat(week) }, elsewhere, here.travel, around);
  if (!near) return;
  const way = here.travel > 0 ? `, ${here.travel} minutes away` : "";
  const message = `${formatRange(near.range)} is too near to the hours at ${near.name}${way}`;
  throw new Refused(WEEKDAYS[near.range.weekday - 1] ?? "form", message);
}

const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const PLACES = `SELECT l.id, l.name, COALESCE(l.zone, b.zone) AS zone, b.travel_minutes AS travel
  FROM locations l JOIN businesses b ON b.id = l.business_id
  WHERE l.business_id = $businessId AND l.archived_at IS NULL
  ORDER BY l.position, l.name, l.id`;

function flat(week: Week): WeeklyRange[] {
  return week.flatMap((day, i) => day.map((range) => ({ weekday: i + 1, ...range })));
}

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
