import type { WeeklyHours } from "../domain/hours.ts";
import type { Range } from "../domain/hours-text.ts";
import type { Instant } from "../domain/time.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import { rows, run } from "./database.ts";
import { FIRST_LOCATION } from "./location.ts";
import { inTurn, isChange } from "./set-up.ts";

/** The ranges of each weekday, Monday first, in the order of the day. */
export type Week = readonly Range[][];

/** When providers work, week by week. */
export const Hours = {
  async weekOf(staff: { businessId: number; id: number }): Promise<Week> {
    const { businessId, id } = staff;
    return toWeek(await select("AND staff_id = $id", { businessId, id }));
  },

  /** The weeks of all of a business, by staff id; nobody without hours is in it. */
  async weeksOf(business: { id: number }): Promise<Map<number, Week>> {
    const byStaff = Map.groupBy(await select("", { businessId: business.id }), (r) => r.staffId);
    return new Map([...byStaff].map(([staffId, ranges]) => [staffId, toWeek(ranges)]));
  },

  /**
   * The whole week anew, or nothing.
   * @param seen the edition of the week that was changed
   * @throws ChangedMeanwhile
   */
  replace(
    staff: { businessId: number; id: number },
    week: Week,
    seen: string,
    actor: Actor,
    now: Instant,
  ): Promise<void> {
    const { businessId, id: staffId } = staff;
    return inTurn({ id: businessId }, async () => {
      if (!isChange(await Hours.weekOf(staff), week, seen)) return;
      await run("DELETE FROM hours WHERE business_id = $businessId AND staff_id = $staffId", {
        businessId,
        staffId,
      });
      await insert(businessId, staffId, week);
      const fact = { businessId, action: "hours.changed", details: { staffId } };
      await AuditEntry.write(fact, actor, now);
    });
  },
};

function select(condition: string, bind: Record<string, number>): Promise<WeeklyHours[]> {
  return rows<WeeklyHours>(
    `SELECT staff_id AS "staffId", weekday, from_minute AS "from", to_minute AS "to"
     FROM hours WHERE business_id = $businessId ${condition}
     ORDER BY staff_id, weekday, from_minute, to_minute`,
    bind,
  );
}

/** Ranges in the order of the day, by their weekday. */
export function toWeek(hours: ReadonlyArray<Range & { weekday: number }>): Week {
  return [1, 2, 3, 4, 5, 6, 7].map((day) =>
    hours.filter(({ weekday }) => weekday === day).map(({ from, to }) => ({ from, to })),
  );
}

async function insert(businessId: number, staffId: number, week: Week): Promise<void> {
  for (const [i, ranges] of week.entries())
    for (const { from, to } of ranges)
      await run(
        `INSERT INTO hours (business_id, staff_id, location_id, weekday, from_minute, to_minute)
         VALUES ($businessId, $staffId, ${FIRST_LOCATION}, $weekday, $from, $to)`,
        { businessId, staffId, weekday: i + 1, from, to },
      );
}
