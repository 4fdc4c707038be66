import type { Zone } from "../domain/time.ts";

/** Every time zone there is, and the one stored, for a list to choose from. */
export function zoneOptions(stored: Zone = "UTC"): Array<[zone: Zone, text: string]> {
  const zones = new Set([...Intl.supportedValuesOf("timeZone"), "UTC", stored]);
  return [...zones].toSorted().map((zone) => [zone, zone.replaceAll("_", " ")]);
}
