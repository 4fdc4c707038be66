import assert from "node:assert/strict";
import { clashOf, type Place } from "../../src/domain/elsewhere.ts";
import type { Exception } from "../../src/domain/hours.ts";
import { formatInstant } from "../../src/domain/time.ts";
import { weekly } from "./book.ts";

type Hours = Place["schedule"]["hours"];
const NEW_YORK = "America/New_York";
const MONDAY = "2027-02-01";

function place(hours: Hours, exceptions: Exception[] = [], zone = NEW_YORK): Place {
  return { name: zone, zone, schedule: { hours, exceptions } };
}

function dated(kind: "open" | "closed", from: number, to: number, date = MONDAY): Exception {
  return { staffId: 1, date, kind, from: from * 60, to: to * 60 };
}

/** The first time by the clocks here that is too near, of a year of days. */
function first(here: Place, there: Place, travel = 0): string | undefined {
  const clash = clashOf(here, [there], travel, { from: MONDAY, days: 371 });
  return clash && formatInstant(clash.at, here.zone).dateTime.slice(0, 16);
}

describe("work at two places", () => {
  const day = place([weekly(1, 9, 17)]);
  const cases: Array<[string, here: Place, there: Place, at: string | undefined, travel?: number]> =
    [
      ["at other times is none", day, place([weekly(1, 17, 20)]), undefined],
      ["on another day is none", day, place([weekly(2, 9, 17)]), undefined],
      ["at the same time is seen", day, place([weekly(1, 16, 20)]), `${MONDAY}T16:00`],
      ["without the way is seen", day, place([weekly(1, 17.25, 20)]), `${MONDAY}T16:45`, 30],
      ["with the way is none", day, place([weekly(1, 17.5, 20)]), undefined, 30],
      ["before it, without the way", day, place([weekly(1, 7, 8.75)]), `${MONDAY}T09:00`, 30],
      [
        "in the night after",
        place([weekly(1, 22, 30)]),
        place([weekly(2, 5, 9)]),
        "2027-02-02T05:00",
      ],
      ["from that night's end on", place([weekly(1, 22, 30)]), place([weekly(2, 6, 9)]), undefined],
      [
        "on a single day is seen on that day",
        day,
        place([], [dated("open", 10, 12, "2027-03-01")]),
        "2027-03-01T10:00",
      ],
      [
        "is none on a day with time off from one of them",
        place([], [dated("open", 10, 12)]),
        place([weekly(1, 9, 17)], [dated("closed", 0, 48)]),
        undefined,
      ],
      [
        "is none in hours off from one of them",
        place([], [dated("open", 10, 12)]),
        place([weekly(1, 9, 17)], [dated("closed", 9.5, 12.5)]),
        undefined,
        30,
      ],
      [
        "by the clocks of another zone",
        day,
        place([weekly(1, 15.5, 20)], [], "America/Chicago"),
        `${MONDAY}T16:30`,
      ],
      [
        "in the weeks in which only the clocks here have changed",
        place([weekly(1, 13, 15)]),
        place([weekly(1, 14, 17.5)], [], "Europe/London"),
        "2027-03-15T13:00",
      ],
      [
        "on another day of the week by the clocks there",
        place([weekly(1, 18, 20)]),
        place([weekly(2, 13, 15)], [], "Pacific/Kiritimati"),
        `${MONDAY}T18:00`,
      ],
    ];
  for (const [name, here, there, at, travel] of cases)
    it(name, () => assert.equal(first(here, there, travel), at));

  it("does not count where the other place is closed", () => {
    const closed = { ...day, closures: [{ from: MONDAY, to: MONDAY }] };
    assert.equal(first(day, closed), "2027-02-08T09:00");
  });

  it("tells of the earliest, wherever it is", () => {
    const late = { ...place([], [dated("open", 12, 13)]), name: "Late" };
    const early = { ...place([], [dated("open", 10, 11)]), name: "Early" };
    const clash = clashOf(day, [late, early], 0, { from: MONDAY, days: 1 });
    assert.equal(clash?.name, "Early");
  });
});
