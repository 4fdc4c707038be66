// The free times of 31 days for one provider: with the zone's offsets known, with a zone that was
// never asked about before, and with every rule at once. The floors of the first two are what was
// measured for bare interval arithmetic; the third is measured against the first.
import { type Book, type Busy, type Resource, starts } from "../../src/domain/availability.ts";
import { print } from "./tools.ts";

const FLOOR = { known: 10, cold: 600 }; // microseconds
const MOST_WITH_ALL = 500;
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
const plain: Book = {
  service,
  providers: [{ staffId: 1, hours, exceptions: [], busy }],
  closures: [],
  zone: "America/New_York",
  now,
};

// Two needs that share three rooms, groups to join, the way between locations, limits, hours,
// absences and buffers.
const rooms = [1, 2, 3].map((id): Resource => ({
  id,
  capacity: 8,
  position: id,
  busy: busy.filter((_, i) => i % 4 < id),
}));
const everything: Book = {
  ...plain,
  serviceId: 1,
  service: {
    ...service,
    bufferBefore: 5,
    bufferAfter: 10,
    seats: 6,
    dailyLimit: 8,
    weeklyLimit: 30,
    hours: hours.map((range) => ({ ...range, from: 600 })),
  },
  providers: [
    {
      staffId: 1,
      hours,
      exceptions: [{ staffId: 1, date: "2027-01-13", kind: "closed", from: 540, to: 720 }],
      absences: [{ from: "2027-01-20", to: "2027-01-21" }],
      taken: busy.map(({ start }) => start),
      busy: busy.map((one, i): Busy => ({ ...one, ...(i % 2 === 0 ? groupAt(one) : wayTo(one)) })),
    },
  ],
  closures: [{ from: "2027-01-18", to: "2027-01-18" }],
  needs: [{ resources: rooms }, { resources: rooms.slice(1) }],
  people: 2,
};

const known = median(2000, () => plain);
const all = median(2000, () => everything);
const zones = Intl.supportedValuesOf("timeZone").filter((zone) => zone !== plain.zone);
const cold = median(zones.length, (i) => ({ ...plain, zone: zones[i] ?? "UTC" }));
print([
  measure("31 days, offsets known", known, FLOOR.known),
  measure("31 days, zone asked for the first time", cold, FLOOR.cold),
  {
    what: "31 days, every rule at once",
    figure: all,
    unit: "µs",
    ratio: known / all,
    aim: `at most ${MOST_WITH_ALL} µs`,
  },
]);

function groupAt({ start }: Busy): Pick<Busy, "group"> {
  return { group: { serviceId: 1, start, seatsTaken: 3, resourceIds: [1, 2] } };
}

function wayTo({ start, end }: Busy): Pick<Busy, "reach"> {
  return { reach: { start: start - HOUR / 4, end: end + HOUR / 4 } };
}

function measure(what: string, figure: number, floor: number) {
  return { what, figure, unit: "µs", ratio: floor / figure, aim: `floor ${floor} µs` };
}

/** Median microseconds of one question. */
function median(times: number, bookOf: (index: number) => Book): number {
  const taken = Array.from({ length: times }, (_, i) => {
    const book = bookOf(i);
    const began = performance.now();
    const found = starts({ ...book, from: "2027-01-04", days: 31 });
    if (found.length === 0) throw new Error(`no times in ${book.zone}`);
    return (performance.now() - began) * 1000;
  });
  return taken.toSorted((a, b) => a - b)[Math.floor(times / 2)] ?? Number.NaN;
}
