// Which country's clocks a zone tells.
import countryToCurrency from "country-to-currency";
import type { Zone } from "./domain/time.ts";
import { presentName } from "./domain/zones.ts";

/** ISO 3166-1, such as "US"; undefined for a zone that is no country's, such as UTC. */
export function countryOf(zone: Zone): string | undefined {
  byZone ??= allZones();
  return byZone.get(zone);
}

let byZone: Map<Zone, string> | undefined;

function allZones(): Map<Zone, string> {
  return new Map(
    Object.keys(countryToCurrency).flatMap((country) =>
      zonesOf(country).map((zone): [Zone, string] => [zone, country]),
    ),
  );
}

function zonesOf(country: string): Zone[] {
  const locale = new Intl.Locale(`und-${country}`);
  // A country that is no more gives its zones to the one after it.
  const zones = locale.region === country ? (locale.getTimeZones() ?? []) : [];
  return zones.flatMap((zone) => [zone, presentName(zone)]);
}
