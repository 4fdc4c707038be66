// Which money people pay with where a zone's clocks are right.
import countryToCurrency from "country-to-currency";
import type { Zone } from "./domain/time.ts";
import { presentName } from "./domain/zones.ts";

const UNKNOWN = "USD";

/** The currency of the zone's country; dollars for a zone that is no country's, such as UTC. */
export function currencyIn(zone: Zone): string {
  byZone ??= allZones();
  return byZone.get(zone) ?? UNKNOWN;
}

let byZone: Map<Zone, string> | undefined;

function allZones(): Map<Zone, string> {
  return new Map(
    Object.entries(countryToCurrency).flatMap(([country, currency]) =>
      zonesOf(country).map((zone): [Zone, string] => [zone, currency]),
    ),
  );
}

function zonesOf(country: string): Zone[] {
  const locale = new Intl.Locale(`und-${country}`);
  // A country that is no more gives its zones to the one after it.
  const zones = locale.region === country ? (locale.getTimeZones() ?? []) : [];
  return zones.flatMap((zone) => [zone, presentName(zone)]);
}
