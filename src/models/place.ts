// Where one of the staff works when: her weekly hours and exceptions, location by location.
import { type Clash, clashOf, type Days, type Place } from "../domain/elsewhere.ts";
import type { Exception, Schedule, WeeklyHours } from "../domain/hours.ts";
import { formatInstant, type LocalDate, type Zone } from "../domain/time.ts";
import { type Flag, rows } from "./database.ts";

type Worker = { businessId: number; id: number };
type At<T> = T & { locationId: number };

export type WorkPlace = Place & {
  id: number;
  archived: boolean;
  /** The way to any other, in minutes. */
  travel: number;
};

/**
 * All of the business's locations in its order, with exceptions from a day on; three queries.
 * Closures are left out: a location that opens again must not put anybody at two at once.
 */
export async function placesOf(staff: Worker, since: LocalDate): Promise<WorkPlace[]> {
  const bind = { businessId: staff.businessId, staffId: staff.id };
  type Location = { id: number; name: string; zone: Zone; travel: number; archived: Flag };
  // One after the other: it is asked within transactions too, which have one connection.
  const places = await rows<Location>(PLACES, { businessId: staff.businessId });
  const hours = await rows<At<WeeklyHours>>(HOURS, bind);
  const exceptions = await rows<Exception & { locationId: number | null }>(EXCEPTIONS, {
    ...bind,
    since,
  });
  return places.map((place) => ({
    ...place,
    archived: Boolean(place.archived),
    schedule: {
      hours: hours.filter(({ locationId }) => locationId === place.id),
      exceptions: exceptions.filter((one) => (one.locationId ?? place.id) === place.id),
    },
  }));
}

/**
 * The first time of a schedule at a location that is too near to what the same person works at
 * another. What is archived is no other.
 */
export function clashAmong(
  places: readonly WorkPlace[],
  locationId: number,
  schedule: Schedule,
  on: Days,
): Clash | undefined {
  const here = places.find(({ id }) => id === locationId);
  const others = places.filter(({ id, archived }) => id !== locationId && !archived);
  return here && clashOf({ ...here, schedule }, others, here.travel, on);
}

/** "the hours at Old Town on Monday, February 1, 2027, 9:00 AM–5:00 PM there, 30 minutes away" */
export function clashWords({ there, name }: Clash, places: readonly WorkPlace[]): string {
  const place = places.find((one) => one.name === name);
  const zone = place?.zone ?? "UTC";
  const [start, end] = [formatInstant(there.start, zone), formatInstant(there.end, zone)];
  const way = place && place.travel > 0 ? `, ${place.travel} minutes away` : "";
  return `the hours at ${name} on ${start.weekday}, ${start.date}, ${start.time}–${end.time} there${way}`;
}

const PLACES = `SELECT l.id, l.name, COALESCE(l.zone, b.zone) AS zone, b.travel_minutes AS travel,
    l.archived_at IS NOT NULL AS archived
  FROM locations l JOIN businesses b ON b.id = l.business_id
  WHERE l.business_id = $businessId ORDER BY l.position, l.name, l.id`;
const HOURS = `SELECT staff_id AS "staffId", location_id AS "locationId", weekday,
    from_minute AS "from", to_minute AS "to"
  FROM hours WHERE business_id = $businessId AND staff_id = $staffId`;
const EXCEPTIONS = `SELECT staff_id AS "staffId", location_id AS "locationId", date, kind,
    from_minute AS "from", to_minute AS "to"
  FROM exceptions WHERE business_id = $businessId AND staff_id = $staffId AND date >= $since
  ORDER BY date, kind, from_minute, id`;
