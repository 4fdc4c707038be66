// A change of places concerns everybody who works at two of them: the way between them, the clocks of
// one, one that opens again. It is refused where it would put somebody at two at once; it cannot be
// let through with a warning, since her times there would be offered to customers at once.
import type { Clash, Days } from "../domain/elsewhere.ts";
import {
  addDays,
  daysBetween,
  formatInstant,
  type Instant,
  instantToLocal,
} from "../domain/time.ts";
import { rows } from "./database.ts";
import { clashAmong, clashWords, placesOf, type WorkPlace } from "./place.ts";
import { Refused } from "./set-up.ts";

const AHEAD = 371; // days: a year with every change of the clocks, and a week
const MOST_NAMED = 5;

/**
 * Asked after the change, inside its transaction.
 * @param field of the form, beside which it is told who is in the way, and when
 * @throws Refused
 */
export async function requireWays(
  business: { id: number },
  field: string,
  now: Instant,
): Promise<void> {
  const from = addDays(instantToLocal(now, "UTC").date, -1);
  const told: string[] = [];
  for (const { id, name } of await rows<{ id: number; name: string }>(AT_TWO, {
    businessId: business.id,
    from,
  })) {
    const places = await placesOf({ businessId: business.id, id }, addDays(from, -4));
    const words = clashOfAny(places, from);
    if (words) told.push(`${name}: ${words}`);
    if (told.length === MOST_NAMED) break;
  }
  if (told.length > 0) throw new Refused(field, `Change these hours first. ${told.join(". ")}`);
}

/** The first of each two places, in words. */
function clashOfAny(places: readonly WorkPlace[], from: string): string | undefined {
  const open = places.filter(({ archived }) => !archived);
  const dates = open.flatMap(({ schedule }) => schedule.exceptions.map(({ date }) => date));
  const days = Math.max(AHEAD, ...dates.map((date) => daysBetween(from, date) + 2));
  const on: Days = { from, days };
  for (const { id, name, zone, schedule } of open) {
    const clash = clashAmong(open, id, schedule, on);
    if (clash) return `${timesAt(clash, name, zone)} is too near to ${clashWords(clash, places)}`;
  }
  return undefined;
}

function timesAt({ here }: Clash, name: string, zone: string): string {
  const [start, end] = [formatInstant(here.start, zone), formatInstant(here.end, zone)];
  return `${start.weekday}, ${start.date}, ${start.time}–${end.time} at ${name}`;
}

const AT_TWO = `SELECT s.id, s.name FROM staff s
  WHERE s.business_id = $businessId AND s.archived_at IS NULL AND (
    SELECT COUNT(DISTINCT location_id) FROM (
      SELECT h.location_id FROM hours h WHERE h.business_id = s.business_id AND h.staff_id = s.id
      UNION SELECT e.location_id FROM exceptions e WHERE e.business_id = s.business_id
        AND e.staff_id = s.id AND e.kind = 'open' AND e.date >= $from) AS worked) > 1
  ORDER BY s.name, s.id`;
