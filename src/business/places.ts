// Locations where a form asks for one or for all, and by whose clocks its days are meant.
import { z } from "zod";
import type { Instant, LocalDate, Zone } from "../domain/time.ts";
import { toId } from "../models/id.ts";
import { Locations } from "../models/location.ts";
import type { Option } from "./meanwhile.ts";
import { today, zoneName } from "./moments.ts";

export type Places = {
  /** Those in use; with one no form asks. */
  options: Option[];
  /** Archived ones too; undefined for none and where there is but one. */
  nameOf: (locationId: number | null) => string | undefined;
  zoneOf: ReadonlyMap<number, Zone>;
  /** "Eastern Standard Time (America/New_York)", or location by location where they differ. */
  zones: string;
  /** The earliest day that is today somewhere there. */
  since: LocalDate;
};

/** One query. */
export async function placesIn(
  business: { id: number; zone: Zone },
  now: Instant,
): Promise<Places> {
  const all = await Locations.of(business);
  const used = all.filter(({ archived }) => !archived);
  const zoneOf = new Map(all.map(({ id, zone }) => [id, zone ?? business.zone]));
  const usedZones = used.map(({ id }) => zoneOf.get(id) ?? business.zone);
  const zones = usedZones.map((zone) => zoneName(zone, now));
  const differ = new Set(zones).size > 1;
  const names = new Map(all.map(({ id, name }) => [id, name]));
  return {
    options: used.map(({ id, name }) => [id, name]),
    nameOf: (id) => (id === null || all.length === 1 ? undefined : names.get(id)),
    zoneOf,
    zones: differ ? used.map(({ name }, i) => `${name}: ${zones[i]}`).join("; ") : (zones[0] ?? ""),
    since: usedZones.map((zone) => today(zone, now)).toSorted()[0] ?? today(business.zone, now),
  };
}

/** A field for one location, giving its id; null, as it is when left empty, is all of them. */
export function where(places: readonly Option[]) {
  const ids = places.map(([id]) => Number(id));
  return z
    .string()
    .default("")
    .transform((text) => (text === "" || ids.length === 1 ? null : toId(text)))
    .refine((id) => id === null || ids.includes(id), "Choose a location");
}
