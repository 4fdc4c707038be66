import type { Instant, Zone } from "../domain/time.ts";
import { zoneNames } from "../domain/zones.ts";

export type ZoneGroup = [label: string, options: Array<[zone: Zone, text: string]>];

/** Every time zone there is, by continent, and the one stored by the name it was stored with. */
export function zoneGroups(now: Instant, stored: Zone = "UTC"): ZoneGroup[] {
  const at = Temporal.Instant.fromEpochMilliseconds(now);
  const zones = [...new Set([...zoneNames(), "UTC", stored])].toSorted();
  const groups = Map.groupBy(zones, (zone) => part(zone).label);
  return Array.from(groups, ([label, inside]) => [
    label,
    inside.map((zone) => [zone, `${part(zone).place} (${offsetOf(zone, at)})`]),
  ]);
}

const LABELS: Record<string, string> = {
  Atlantic: "Atlantic Ocean",
  Indian: "Indian Ocean",
  Pacific: "Pacific Ocean",
};

function part(zone: Zone): { label: string; place: string } {
  const [, area = "", place = zone] = /^([A-Z][a-z]+)\/(.+)$/.exec(zone) ?? [];
  const label = area === "" || area === "Etc" ? "Other" : (LABELS[area] ?? area);
  return { label, place: place.replaceAll("_", " ") };
}

/** UTC−05:00 */
function offsetOf(zone: Zone, at: Temporal.Instant): string {
  return `UTC${at.toZonedDateTimeISO(zone).offset.replace("-", "−")}`;
}
