import assert from "node:assert/strict";
import { currencyIn } from "../src/currencies.ts";
import { zoneNames } from "../src/domain/zones.ts";

describe("the currency of a zone", () => {
  for (const [zone, currency] of [
    ["America/New_York", "USD"],
    ["Europe/Berlin", "EUR"],
    ["Europe/Zurich", "CHF"],
    ["Europe/London", "GBP"],
    ["Asia/Kolkata", "INR"],
    ["Asia/Calcutta", "INR"],
    ["America/Argentina/Cordoba", "ARS"],
    ["UTC", "USD"],
    ["Nowhere/At_All", "USD"],
  ] as const)
    it(`${zone} has ${currency}`, () => assert.equal(currencyIn(zone), currency));

  it("is one that can be shown, for every zone", () => {
    const known = new Set(Intl.supportedValuesOf("currency"));
    for (const zone of zoneNames()) assert.ok(known.has(currencyIn(zone)), zone);
  });
});
