// The free times of 31 days for one provider: with the zone's offsets known, and with a zone that
// was never asked about before. The floors are what was measured for bare interval arithmetic.
import { starts } from "../../src/domain/availability.ts";
import { print } from "./tools.ts";

const FLOOR = { known: 10, cold: 600 }; // microseconds
const HOUR = 3_600_000;
const now = Date.parse("2027-01-04T12:00:00Z");

const service = {
  minutes: 30,
  step: 30,
  bufferBefore: 0,
  bufferAfter: 0,
  bookingNotice: 0,
  horizonDays: 60,
};
const hours = [1, 2, 3, 4, 5].map((weekday) => ({ staffId: 1, weekday, from: 540, to: 1020 }));
const busy = Array.from({ length: 31 * 4 }, (_, i) => {
  const start = now + Math.floor(i / 4) * 24 * HOUR + (i % 4) * 2 * HOUR;
  return { start, end: start + HOUR / 2 };
});

const known = best(2000, () => "America/New_York");
const zones = Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "America/New_York");
const cold = best(zones.length, (i) => zones[i] ?? "UTC");
print([
  measure("31 days, offsets known", known, FLOOR.known),
  measure("31 days, zone asked for the first time", cold, FLOOR.cold),
]);

function measure(what: string, figure: number, floor: number) {
  return { what, figure, unit: "µs", ratio: floor / figure, aim: `floor ${floor} µs` };
}

/** Median microseconds of one question. */
function best(times: number, zoneOf: (index: number) => string): number {
  const taken = Array.from({ length: times }, (_, i) => {
    const zone = zoneOf(i);
    const began = performance.now();
    const found = starts({
      service,
      providers: [{ staffId: 1, hours, exceptions: [], busy }],
      closures: [],
      zone,
      now,
      from: "2027-01-04",
      days: 31,
    });
    if (found.length === 0) throw new Error(`no times in ${zone}`);
    return (performance.now() - began) * 1000;
  });
  return taken.toSorted((a, b) => a - b)[Math.floor(times / 2)] ?? Number.NaN;
}
