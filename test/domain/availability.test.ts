import assert from "node:assert/strict";
import {
  type Busy,
  firstStartFrom,
  type ServiceRules,
  starts,
} from "../../src/domain/availability.ts";
import type { Exception } from "../../src/domain/hours.ts";
import { formatInstant, MINUTE } from "../../src/domain/time.ts";
import { at, book, busy, FRIDAY, NEW_YORK, provider, service, times, weekly } from "./book.ts";

describe("the times of a day", () => {
  it("go from opening to the last that ends exactly at closing", () => {
    assert.deepEqual(times(book()), ["9:00 AM", "9:30 AM", "10:00 AM", "10:30 AM", "11:00 AM"]);
  });

  it("are none when the service is a minute too long, one when it fills the hours", () => {
    assert.deepEqual(times(book({ service: service({ minutes: 181 }) })), []);
    assert.deepEqual(times(book({ service: service({ minutes: 180 }) })), ["9:00 AM"]);
  });

  it("count their steps from the beginning of each range", () => {
    const hours = [weekly(5, 9.25, 11), weekly(5, 13 + 10 / 60, 15)];
    assert.deepEqual(times(book({ providers: [provider({ hours })] })), [
      "9:15 AM",
      "9:45 AM",
      "1:10 PM",
      "1:40 PM",
    ]);
  });

  it("treat ranges without a gap between them as one", () => {
    const hours = [weekly(5, 9, 10.25), weekly(5, 10.25, 12)];
    assert.deepEqual(times(book({ providers: [provider({ hours })] })), times(book()));
  });

  it("are none outside of the page, without providers, and when bookings are closed", () => {
    assert.deepEqual(times(book({ from: "2026-11-28", days: 6 })), []);
    assert.deepEqual(times(book({ providers: [] })), []);
    assert.deepEqual(times(book({ days: 0 })), []);
    assert.deepEqual(times(book({ bookingsOpen: false })), []);
  });

  it("are none on a closed day, and on the day after it again some", () => {
    const closures = [{ from: "2026-11-20", to: FRIDAY }];
    assert.deepEqual(times(book({ closures })), []);
    assert.equal(times(book({ closures, from: "2026-12-04" })).length, 5);
  });

  it("follow an exception of the day", () => {
    const exceptions: Exception[] = [
      { staffId: 1, date: FRIDAY, kind: "closed", from: 600, to: 610 },
      { staffId: 1, date: FRIDAY, kind: "open", from: 840, to: 900 },
    ];
    assert.deepEqual(times(book({ providers: [provider({ exceptions })] })), [
      "9:00 AM",
      "10:10 AM",
      "10:40 AM",
      "2:00 PM",
    ]);
  });

  it("refuse a step that leads nowhere", () => {
    assert.throws(() => starts(book({ service: service({ step: 0 }) })), RangeError);
  });
});

describe("what is booked already", () => {
  const cases: [string, Partial<ServiceRules>, Busy[], string[]][] = [
    ["may touch on both sides", {}, [busy(10, 11)], ["9:00 AM", "11:00 AM"]],
    ["blocks when it reaches in by a minute", {}, [busy(10 - 1 / 60, 11 + 1 / 60)], []],
    ["blocks as a hold too", {}, [busy(9, 11, "hold")], ["11:00 AM"]],
    [
      "may lie outside of the hours",
      {},
      [busy(6, 9), busy(12, 20)],
      ["9:00 AM", "9:30 AM", "10:00 AM", "10:30 AM", "11:00 AM"],
    ],
    [
      "may come unsorted and overlapping",
      {},
      [busy(11, 12), busy(9, 10), busy(9, 10)],
      ["10:00 AM"],
    ],
    // [D8] buffers, on each side its own
    [
      "keeps the buffer before",
      { bufferBefore: 30 },
      [busy(9, 9.5)],
      ["10:00 AM", "10:30 AM", "11:00 AM"],
    ],
    ["keeps the buffer after", { bufferAfter: 30 }, [busy(11, 12)], ["9:00 AM", "9:30 AM"]],
    [
      "keeps unequal buffers",
      { bufferBefore: 10, bufferAfter: 20 },
      [busy(8, 9), busy(10.5, 10.75)],
      ["11:00 AM"],
    ],
    [
      "touches buffers",
      { bufferBefore: 30, bufferAfter: 60 },
      [busy(8, 8.5), busy(11, 12)],
      ["9:00 AM"],
    ],
    [
      "reaches into the buffer before opening",
      { bufferBefore: 15 },
      [busy(8, 8.8)],
      ["9:30 AM", "10:00 AM", "10:30 AM", "11:00 AM"],
    ],
    [
      "reaches into the buffer after closing",
      { bufferAfter: 15 },
      [busy(12, 13)],
      ["9:00 AM", "9:30 AM", "10:00 AM", "10:30 AM"],
    ],
  ];
  for (const [title, rules, taken, expected] of cases)
    it(title, () => {
      const asked = book({ service: service(rules), providers: [provider({ busy: taken })] });
      assert.deepEqual(times(asked), expected);
    });

  it("lets buffers lie outside of working hours", () => {
    const rules = service({ bufferBefore: 45, bufferAfter: 45 });
    assert.deepEqual(times(book({ service: rules })), times(book()));
  });
});

describe("notice and horizon", () => {
  it("offer a start exactly at the notice, and none a millisecond earlier", () => {
    const rules = service({ bookingNotice: 120 });
    const now = at(FRIDAY, 7);
    assert.equal(times(book({ service: rules, now }))[0], "9:00 AM");
    assert.equal(times(book({ service: rules, now: now + 1 }))[0], "9:30 AM");
  });

  it("offer nothing that has begun", () => {
    assert.equal(times(book({ now: at(FRIDAY, 10) }))[0], "10:00 AM");
    assert.deepEqual(times(book({ now: at(FRIDAY, 11) + MINUTE })), []);
    assert.deepEqual(times(book({ from: "2026-11-20" })), []);
  });

  it("count the horizon in local days, the last included", () => {
    const now = at("2026-11-22", 23.9);
    assert.equal(times(book({ now, service: service({ horizonDays: 5 }) })).length, 5);
    assert.equal(times(book({ now, service: service({ horizonDays: 4 }) })).length, 0);
    assert.equal(
      times(book({ now: at(FRIDAY, 0), service: service({ horizonDays: 0 }) })).length,
      5,
    );
  });
});

describe("anyone", () => {
  const ana = provider({ staffId: 7, busy: [busy(9, 10)] });
  const ben = provider({ staffId: 3, hours: [weekly(5, 9, 10), weekly(5, 11.25, 12.25)] });

  it("is offered the times of all, each with those who are free", () => {
    const asked = book({ providers: [ana, ben] });
    assert.deepEqual(
      starts(asked).map(({ start, staffIds }) => [formatInstant(start, NEW_YORK).time, staffIds]),
      [
        ["9:00 AM", [3]],
        ["10:00 AM", [7]],
        ["10:30 AM", [7]],
        ["11:00 AM", [7]],
        ["11:15 AM", [3]],
      ],
    );
  });

  it("names the free in the order given", () => {
    const asked = book({ providers: [provider({ staffId: 9 }), provider({ staffId: 2 })] });
    assert.deepEqual(starts(asked)[0]?.staffIds, [9, 2]);
  });
});

describe("the next free day", () => {
  it("is found beyond the page, and not beyond the horizon", () => {
    const closures = [{ from: FRIDAY, to: "2027-01-20" }];
    const asked = book({ closures, service: service({ horizonDays: 61 }) });
    assert.deepEqual(firstStartFrom(asked), { start: at("2027-01-22", 9), staffIds: [1] });
    assert.equal(firstStartFrom({ ...asked, service: service({ horizonDays: 60 }) }), null);
  });

  it("is not in the past", () => {
    assert.equal(firstStartFrom(book({ from: "2020-01-01" }))?.start, at(FRIDAY, 9));
  });

  it("is none when bookings are closed", () => {
    assert.equal(firstStartFrom(book({ bookingsOpen: false })), null);
  });
});
