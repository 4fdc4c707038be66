// Which money people pay with where a zone's clocks are right.
import countryToCurrency from "country-to-currency";
import { countryOf } from "./countries.ts";
import type { Zone } from "./domain/time.ts";

const UNKNOWN = "USD";
const currencies: Record<string, string> = countryToCurrency;

/** The currency of the zone's country; dollars for a zone that is no country's, such as UTC. */
export function currencyIn(zone: Zone): string {
  return currencies[countryOf(zone) ?? ""] ?? UNKNOWN;
}
