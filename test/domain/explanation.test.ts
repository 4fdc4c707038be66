import assert from "node:assert/strict";
import type { Busy, Provider } from "../../src/domain/availability.ts";
import { explain, type Question, type Verdict } from "../../src/domain/explanation.ts";
import type { Exception, WeeklyHours } from "../../src/domain/hours.ts";
import { localToInstants, MINUTE } from "../../src/domain/time.ts";

const NEW_YORK = "America/New_York";
const FRIDAY = "2026-11-27";

const at = (date: string, hour: number) => localToInstants(date, hour * 60, NEW_YORK)[0]!;
const closed: Exception = { staffId: 1, date: FRIDAY, kind: "closed", from: 840, to: 900 };
const appointment: Busy = { start: at(FRIDAY, 10), end: at(FRIDAY, 11), kind: "appointment" };
const hold: Busy = { start: at(FRIDAY, 11), end: at(FRIDAY, 12), kind: "hold" };
const ana: Provider = {
  staffId: 1,
  hours: [4, 5, 7].map((weekday): WeeklyHours => ({ staffId: 1, weekday, from: 540, to: 1020 })),
  exceptions: [closed],
  busy: [hold, appointment],
};
const closure = { from: "2026-12-03", to: "2026-12-04" };
const question = (fields: Partial<Question> = {}): Question => ({
  service: {
    minutes: 30,
    step: 30,
    bufferBefore: 0,
    bufferAfter: 10,
    bookingNotice: 120,
    horizonDays: 30,
  },
  providers: [ana],
  closures: [closure],
  zone: NEW_YORK,
  now: at("2026-11-26", 10),
  start: at(FRIDAY, 9),
  ...fields,
});
const verdict = (fields: Partial<Question>) => explain(question(fields))[0]?.verdict;
const hours = (from: number, to: number) => [{ start: at(FRIDAY, from), end: at(FRIDAY, to) }];

describe("why a time is not offered [D28]", () => {
  const cases: [string, Partial<Question>, Verdict][] = [
    ["offered", {}, { offered: true }],
    ["offered up to closing", { start: at(FRIDAY, 16.5) }, { offered: true }],
    ["bookings are closed", { bookingsOpen: false }, { offered: false, rule: "bookings-closed" }],
    [
      "the provider does not offer it",
      { staffId: 9 },
      { offered: false, rule: "service-not-offered" },
    ],
    [
      "it is past",
      { start: at("2026-11-26", 9.5) },
      { offered: false, rule: "past", now: at("2026-11-26", 10) },
    ],
    [
      "it is within the notice",
      { start: at("2026-11-26", 11.5) },
      { offered: false, rule: "notice", earliest: at("2026-11-26", 12) },
    ],
    ["it is exactly at the notice", { start: at("2026-11-26", 12) }, { offered: true }],
    [
      "it is past the horizon",
      { start: at("2026-12-27", 9) },
      { offered: false, rule: "horizon", last: "2026-12-26" },
    ],
    [
      "the business is closed",
      { start: at("2026-12-04", 9) },
      { offered: false, rule: "closure", closure },
    ],
    [
      "the business is closed, at any hour",
      { start: at("2026-12-04", 3) },
      { offered: false, rule: "closure", closure },
    ],
    [
      "nobody works so early",
      { start: at(FRIDAY, 8.5) },
      { offered: false, rule: "outside-hours", working: [...hours(9, 14), ...hours(15, 17)] },
    ],
    [
      "it would end after closing",
      { start: at(FRIDAY, 16.75) },
      { offered: false, rule: "outside-hours", working: [...hours(9, 14), ...hours(15, 17)] },
    ],
    [
      "nobody works that day",
      { start: at("2026-11-28", 9) },
      { offered: false, rule: "outside-hours", working: [] },
    ],
    [
      "there is an exception",
      { start: at(FRIDAY, 14) },
      { offered: false, rule: "exception", exception: closed },
    ],
    [
      "it would run into an exception",
      { start: at(FRIDAY, 13.75) },
      { offered: false, rule: "exception", exception: closed },
    ],
    [
      "it is between two steps",
      { start: at(FRIDAY, 9.25) },
      {
        offered: false,
        rule: "not-on-step",
        step: 30,
        countedFrom: { date: FRIDAY, minutes: 540 },
      },
    ],
    [
      "it is between two steps after the exception",
      { start: at(FRIDAY, 15.25) },
      {
        offered: false,
        rule: "not-on-step",
        step: 30,
        countedFrom: { date: FRIDAY, minutes: 900 },
      },
    ],
    [
      "it is booked",
      { start: at(FRIDAY, 10.5) },
      { offered: false, rule: "busy", taken: { start: appointment.start, end: appointment.end } },
    ],
    [
      "its buffer is booked",
      { start: at(FRIDAY, 9.5) },
      { offered: false, rule: "busy", taken: { start: appointment.start, end: appointment.end } },
    ],
    [
      "it is booked, between two steps",
      { start: at(FRIDAY, 10.25) },
      { offered: false, rule: "busy", taken: { start: appointment.start, end: appointment.end } },
    ],
    [
      "it is booked, and bookings are closed",
      { start: at(FRIDAY, 10), bookingsOpen: false },
      { offered: false, rule: "busy", taken: { start: appointment.start, end: appointment.end } },
    ],
    [
      "it is booked, within the notice",
      { start: at(FRIDAY, 10), now: at(FRIDAY, 9.5) },
      { offered: false, rule: "busy", taken: { start: appointment.start, end: appointment.end } },
    ],
    [
      "it is held",
      { start: at(FRIDAY, 11.5) },
      { offered: false, rule: "hold", taken: { start: hold.start, end: hold.end } },
    ],
    ["it is free right after a hold", { start: at(FRIDAY, 12) }, { offered: true }],
  ];
  for (const [title, fields, expected] of cases)
    it(`${expected.offered ? "offered" : expected.rule}: ${title}`, () => {
      assert.deepEqual(verdict(fields), expected);
    });

  it("names a closure that takes the small hours of the shift before", () => {
    const night = { ...ana, hours: [{ staffId: 1, weekday: 3, from: 1320, to: 1800 }] };
    const asked = { providers: [night], start: at("2026-12-02", 23.75) };
    assert.deepEqual(verdict(asked), { offered: false, rule: "closure", closure });
  });

  it("names a closure that takes a shift on the day after it", () => {
    const night = { ...ana, hours: [{ staffId: 1, weekday: 5, from: 1320, to: 1800 }] };
    const asked = { providers: [night], start: at("2026-12-05", 1) };
    assert.deepEqual(verdict(asked), { offered: false, rule: "closure", closure });
  });
});

describe("a question by the clock", () => {
  const sundays = { ...ana, hours: [{ staffId: 1, weekday: 7, from: 0, to: 300 }] };

  it("has no instant where the clock skips it", () => {
    const asked = question({
      providers: [sundays],
      start: { date: "2027-03-14", minutes: 150 },
      now: at("2027-03-10", 9),
    });
    assert.deepEqual(explain(asked), [
      { staffId: 1, start: null, verdict: { offered: false, rule: "nonexistent-time" } },
    ]);
  });

  it("has two answers where the clock shows it twice", () => {
    const [first, second] = localToInstants("2026-11-01", 90, NEW_YORK);
    const taken = { start: first!, end: first! + 30 * MINUTE };
    const asked = question({
      providers: [{ ...sundays, busy: [taken] }],
      start: { date: "2026-11-01", minutes: 90 },
      now: at("2026-10-30", 9),
    });
    assert.deepEqual(explain(asked), [
      { staffId: 1, start: first, verdict: { offered: false, rule: "busy", taken } },
      { staffId: 1, start: second, verdict: { offered: true } },
    ]);
  });

  it("is answered for every provider, or for the one asked about", () => {
    const ben = { ...ana, staffId: 2, busy: [] };
    const asked = question({ providers: [ana, ben], start: { date: FRIDAY, minutes: 600 } });
    assert.deepEqual(
      explain(asked).map(({ staffId, verdict: { offered } }) => [staffId, offered]),
      [
        [1, false],
        [2, true],
      ],
    );
    assert.deepEqual(
      explain({ ...asked, staffId: 2 }).map(({ staffId }) => staffId),
      [2],
    );
  });
});
