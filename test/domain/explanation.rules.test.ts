import assert from "node:assert/strict";
import type { Book, Busy, Provider, ServiceRules } from "../../src/domain/availability.ts";
import { explain, isTaken, type Verdict } from "../../src/domain/explanation.ts";
import { at, book, busy, FRIDAY, provider, service, weekly } from "./book.ts";

const SERVICE = 4;
const interval = (from: number, to: number) => ({ start: at(FRIDAY, from), end: at(FRIDAY, to) });
const absence = { from: "2026-11-26", to: FRIDAY };
const elsewhere: Busy = { ...busy(7, 8), reach: interval(6, 9.5) };
const group = (hour: number, seatsTaken: number): Busy => ({
  ...busy(hour, hour + 1),
  group: { serviceId: SERVICE, start: at(FRIDAY, hour), seatsTaken, resourceIds: [] },
});
const room = { id: 1, capacity: 2, position: 1, busy: [busy(9, 10)] };
const hall = { id: 2, capacity: 9, position: 1, busy: [] };
const fixedStarts = [
  { weekday: 5, minute: 660 },
  { weekday: 5, minute: 615 },
  { weekday: 4, minute: 540 },
];

type Case = {
  hour?: number;
  rules?: Partial<ServiceRules>;
  one?: Partial<Provider>;
  rest?: Partial<Book>;
};
const verdictOf = ({ hour = 9, rules = {}, one = {}, rest = {} }: Case) => {
  const asked = {
    ...book({ service: service(rules), serviceId: SERVICE, providers: [provider(one)] }),
    ...rest,
  };
  return explain({ ...asked, start: at(FRIDAY, hour) })[0]!.verdict;
};
const no = <R extends string, F extends object>(rule: R, found: F) => ({
  offered: false as const,
  rule,
  ...found,
});

describe("why a time is not offered, by rules that a service may have [D28]", () => {
  const cases: [string, Case, Verdict, taken?: "taken"][] = [
    ["the provider is off", { one: { absences: [absence] } }, no("absence", { absence })],
    [
      "the business is closed and the provider is off",
      { one: { absences: [absence] }, rest: { closures: [absence] } },
      no("closure", { closure: absence }),
    ],
    [
      "the provider is off on the day before, when the shift began",
      {
        hour: 1,
        one: { hours: [weekly(4, 22, 30)], absences: [{ from: absence.from, to: absence.from }] },
      },
      no("absence", { absence: { from: absence.from, to: absence.from } }),
    ],
    [
      "it is before the service's hours",
      { rules: { hours: [weekly(5, 9.5, 11), weekly(4, 0, 1)] } },
      no("service-hours", { open: [interval(9.5, 11)] }),
    ],
    [
      "it is not a fixed start",
      { rules: { fixedStarts } },
      no("not-a-fixed-start", { starts: [at(FRIDAY, 10.25), at(FRIDAY, 11)] }),
    ],
    ["it is a fixed start", { hour: 10.25, rules: { fixedStarts } }, { offered: true }],
    [
      "the day's limit is reached",
      { rules: { dailyLimit: 1, weeklyLimit: 1 }, one: { taken: [at(FRIDAY, 15)] } },
      no("limit", { per: "day" as const, limit: 1 }),
    ],
    [
      "the week's limit is reached",
      { rules: { dailyLimit: 1, weeklyLimit: 1 }, one: { taken: [at("2026-11-23", 15)] } },
      no("limit", { per: "week" as const, limit: 1 }),
    ],
    [
      "another calendar says busy",
      { one: { busy: [busy(9.5, 12, "calendar")] } },
      no("calendar", { taken: interval(9.5, 12) }),
    ],
    [
      "another calendar says busy, and so do we",
      { one: { busy: [busy(9, 12, "calendar"), busy(9.5, 10)] } },
      no("busy", { taken: interval(9.5, 10) }),
      "taken",
    ],
    [
      "no room is free",
      { rest: { needs: [{ resources: [hall] }, { resources: [room] }] } },
      no("resource", { need: 1 }),
      "taken",
    ],
    [
      "two needs have one room between them",
      { rest: { needs: [{ resources: [hall] }, { resources: [room, hall] }] } },
      no("resource", { need: 1 }),
      "taken",
    ],
    [
      "no room is large enough",
      { hour: 10, rules: { seats: 3 }, rest: { needs: [{ resources: [room] }] } },
      no("resource", { need: 0 }),
      "taken",
    ],
    [
      "no room is free, and the provider is busy",
      { one: { busy: [busy(9, 10)] }, rest: { needs: [{ resources: [] }] } },
      no("busy", { taken: interval(9, 10) }),
      "taken",
    ],
    [
      "the provider is on the way",
      { one: { busy: [elsewhere] } },
      no("travel", { taken: interval(7, 8) }),
      "taken",
    ],
    [
      "the provider is still there",
      { hour: 7.5, one: { busy: [elsewhere] } },
      no("busy", { taken: interval(7, 8) }),
      "taken",
    ],
    [
      "the group is full",
      { hour: 10, rules: { seats: 3 }, one: { busy: [group(10, 3)] } },
      no("full", { seats: 3, seatsLeft: 0 }),
      "taken",
    ],
    [
      "the group has too few seats left",
      { hour: 10, rules: { seats: 3 }, one: { busy: [group(10, 2)] }, rest: { people: 2 } },
      no("full", { seats: 3, seatsLeft: 1 }),
      "taken",
    ],
    [
      "more are to come than there are seats",
      { rest: { people: 2 } },
      no("full", { seats: 1, seatsLeft: 1 }),
      "taken",
    ],
    [
      "there is a group at another start",
      { hour: 9.5, rules: { seats: 3 }, one: { busy: [group(10, 1)] } },
      no("busy", { taken: interval(10, 11) }),
      "taken",
    ],
    [
      "there is a group to join, whatever else there is",
      {
        hour: 10,
        rules: { seats: 3, fixedStarts, dailyLimit: 0 },
        one: { busy: [group(10, 1), busy(10, 12, "calendar")], absences: [absence], hours: [] },
        rest: { needs: [{ resources: [] }] },
      },
      { offered: true },
    ],
    [
      "there is a group to join, too late for the notice",
      { hour: 10, rules: { seats: 3, bookingNotice: 10_080 }, one: { busy: [group(10, 1)] } },
      no("notice", { earliest: at("2026-11-29", 12) }),
    ],
    [
      "everything that staff can set aside: what comes first",
      {
        rules: { hours: [weekly(4, 0, 1)], fixedStarts: [], dailyLimit: 0, step: 7 },
        one: { hours: [weekly(5, 10, 12)], busy: [busy(9, 10, "calendar")] },
        rest: { bookingsOpen: false },
      },
      { offered: false, rule: "bookings-closed" },
    ],
  ];
  for (const [title, asked, expected, taken] of cases)
    it(`${expected.offered ? "offered" : expected.rule}: ${title}`, () => {
      assert.deepEqual(verdictOf(asked), expected);
      assert.equal(isTaken(expected), taken === "taken");
    });
});
