// When providers worked or will work in a period: the weekly hours as they are today, with the
// exceptions, closures and time off of each day. Hours have no history.
import {
  type Closure,
  type Exception,
  type WeeklyRange,
  workingIntervals,
} from "../domain/hours.ts";
import { intersect, type Interval, normalise } from "../domain/intervals.ts";
import { daysAround, minutesIn, type Slice, type Span, sum } from "../domain/reports.ts";
import { addDays, type Instant, type LocalDate, type Zone } from "../domain/time.ts";
import { rows } from "./database.ts";

/** `intervals` as `normalise` returns them. */
export type WorkedTime = { staffId: number; locationId: number; intervals: Interval[] };

type HoursRow = WeeklyRange & {
  staffId: number;
  locationId: number;
  zone: Zone;
  since: Instant;
  archivedAt: Instant | null;
  closedAt: Instant | null;
};

/** An exception, or days of a closure or of somebody's time off. Null: everybody, everywhere. */
type Change = { staffId: number | null; locationId: number | null } & (
  | (Omit<Exception, "staffId"> & { toDate: null })
  | { kind: "away"; date: LocalDate; toDate: LocalDate }
);

/** Of each provider at each location where she has hours; two queries. */
export async function workedTime(
  business: { id: number; zone: Zone },
  span: Span,
): Promise<WorkedTime[]> {
  const around = daysAround(span);
  const bind = { businessId: business.id };
  const dates = { from: addDays(around.from, -1), to: addDays(around.from, around.days) };
  const [hours, changes] = await Promise.all([
    rows<HoursRow>(HOURS, { ...bind, zone: business.zone }),
    rows<Change>(CHANGES, { ...bind, ...dates }),
  ]);
  const posts = Map.groupBy(hours, ({ staffId, locationId }) => `${staffId} ${locationId}`);
  return [...posts.values()].map((ranges) => workedAt(ranges, changes, around));
}

export type WorkedMinutes = {
  /** In the order of the slices; who has hours at two locations at once works once. */
  slices: number[];
  staff: Map<number, number>;
  locations: Map<number, number>;
};

export function workedMinutes(
  worked: readonly WorkedTime[],
  slices: readonly Slice[],
): WorkedMinutes {
  const minutes: WorkedMinutes = {
    slices: slices.map(() => 0),
    staff: new Map(),
    locations: new Map(),
  };
  for (const [staffId, posts] of Map.groupBy(worked, (one) => one.staffId)) {
    const hers = minutesIn(normalise(posts.flatMap(({ intervals }) => intervals)), slices);
    for (const [i, count] of hers.entries()) minutes.slices[i]! += count;
    minutes.staff.set(staffId, sum(hers));
  }
  for (const [locationId, posts] of Map.groupBy(worked, (one) => one.locationId)) {
    const there = posts.map(({ intervals }) => sum(minutesIn(intervals, slices)));
    minutes.locations.set(locationId, sum(there));
  }
  return minutes;
}

function workedAt(
  ranges: readonly HoursRow[],
  changes: readonly Change[],
  { from, days }: { from: LocalDate; days: number },
): WorkedTime {
  const { staffId, locationId, zone, since, archivedAt, closedAt } = ranges[0]!;
  const concerning = changes.filter(
    (one) =>
      (one.staffId === null || one.staffId === staffId) &&
      (one.locationId === null || one.locationId === locationId),
  );
  const exceptions: Exception[] = [];
  const closures: Closure[] = [];
  for (const change of concerning)
    if (change.kind === "away") closures.push({ from: change.date, to: change.toDate });
    else exceptions.push({ ...change, staffId });
  const hours = ranges.filter(({ weekday }) => weekday > 0);
  const there = { start: since, end: Math.min(archivedAt ?? Infinity, closedAt ?? Infinity) };
  const worked = workingIntervals({ hours, exceptions }, closures, zone, from, days);
  return { staffId, locationId, intervals: intersect(worked, normalise([there])) };
}

// Who works on single days only has no weekly hours there: weekday 0 stands for none.
const HOURS = `SELECT s.id AS "staffId", h.location_id AS "locationId", h.weekday,
    h.from_minute AS "from", h.to_minute AS "to", COALESCE(l.zone, $zone) AS zone,
    s.created_at AS since, s.archived_at AS "archivedAt", l.archived_at AS "closedAt"
  FROM staff s
  JOIN (
    SELECT staff_id, location_id, weekday, from_minute, to_minute FROM hours
      WHERE business_id = $businessId
    UNION ALL
    SELECT DISTINCT staff_id, location_id, 0, 0, 0 FROM exceptions
      WHERE business_id = $businessId AND kind = 'open'
  ) h ON h.staff_id = s.id
  JOIN locations l ON l.business_id = s.business_id AND l.id = h.location_id
  WHERE s.business_id = $businessId AND s.bookable
  ORDER BY s.id, h.location_id, h.weekday, h.from_minute`;
const CHANGES = `SELECT staff_id AS "staffId", location_id AS "locationId", date, kind,
    from_minute AS "from", to_minute AS "to", NULL AS "toDate"
  FROM exceptions WHERE business_id = $businessId AND date >= $from AND date <= $to
  UNION ALL
  SELECT NULL, location_id, from_date, 'away', NULL, NULL, to_date
  FROM closures WHERE business_id = $businessId AND to_date >= $from AND from_date <= $to
  UNION ALL
  SELECT staff_id, NULL, from_date, 'away', NULL, NULL, to_date
  FROM absences
  WHERE business_id = $businessId AND state = 'granted' AND to_date >= $from AND from_date <= $to`;
