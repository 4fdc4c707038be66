import { freeSlug, slugOf } from "../domain/slug.ts";
import type { Instant, Zone } from "../domain/time.ts";
import { Conflict } from "../errors.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import { run } from "./database.ts";
import { requireWays } from "./place-change.ts";
import { inTurn, Refused } from "./set-up.ts";
import { Shelf } from "./shelf.ts";

/** In SQL, of `$businessId`: where things are unless told otherwise. */
export const FIRST_LOCATION = `(SELECT id FROM locations
  WHERE business_id = $businessId AND archived_at IS NULL
  ORDER BY position, name, id LIMIT 1)`;

/** In SQL, of an appointment `a`: what the place is called, or null where the business has but one. */
export const LOCATION_NAME = `(SELECT l.name FROM locations l
  WHERE l.business_id = a.business_id AND l.id = a.location_id
    AND EXISTS (SELECT 1 FROM locations o
      WHERE o.business_id = a.business_id AND o.id <> a.location_id))`;

/** null: as the business's own. A slug "" is made from the name. */
export type LocationFields = {
  name: string;
  slug: string;
  address: string | null;
  phone: string | null;
  zone: Zone | null;
  position: number;
};

/** Where a business works; it has at least one place. */
export const Locations = new Shelf<LocationFields>({
  table: "locations",
  noun: "location",
  columns: {
    name: "name",
    slug: "slug",
    address: "address",
    phone: "phone",
    zone: "zone",
    position: "position",
  },
  prepare(fields, others, before) {
    const isTaken = (candidate: string) => others.some(({ slug }) => slug === candidate);
    if (isTaken(fields.slug)) throw new Refused("slug", "Another location has this address");
    const slug = fields.slug || before?.slug || freeSlug(slugOf(fields.name, "location"), isTaken);
    return { ...fields, slug };
  },
  spare(others) {
    if (others.length === 0)
      throw new Conflict("A business has one location at least: this one is the last");
  },
  // A new zone moves no appointment: from now on it is told in that zone.
  async changed({ id: businessId }, { id: locationId, zone }, before, now) {
    await run(
      `UPDATE appointments SET zone = COALESCE(CAST($zone AS TEXT),
         (SELECT zone FROM businesses WHERE id = $businessId))
       WHERE business_id = $businessId AND location_id = $locationId AND ends_at > $now`,
      { businessId, locationId, zone, now },
    );
    if (zone !== before.zone) await requireWays({ id: businessId }, "zone", now);
  },
  restored: (business, now) => requireWays(business, "restore", now),
});

/**
 * How long the way from one location to another takes, in minutes.
 * @throws Refused when somebody who works at two places would not have the time
 */
export function setTravel(
  business: { id: number },
  minutes: number,
  actor: Actor,
  now: Instant,
): Promise<void> {
  return inTurn(business, async () => {
    const changed = await run(
      `UPDATE businesses SET travel_minutes = $minutes
       WHERE id = $businessId AND travel_minutes <> $minutes`,
      { businessId: business.id, minutes },
    );
    if (changed === 0) return;
    const fact = { businessId: business.id, action: "travel.changed", details: { minutes } };
    await AuditEntry.write(fact, actor, now);
    await requireWays(business, "travel", now);
  });
}
