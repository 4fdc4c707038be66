import assert from "node:assert/strict";
import {
  type DayCount,
  ELSEWHERE,
  firstOpenDay,
  lastShownDay,
  periodOf,
  publish,
  utcDay,
} from "../../src/domain/statistics.ts";
import { type LocalDate, weekday } from "../../src/domain/time.ts";
import { cell, days, LATER, show } from "./visit-tables.ts";

describe("published statistics", () => {
  it("show a day's cell from ten visits on", () => {
    const counts = [cell("2026-03-04", "US", 10), cell("2026-03-04", "TV", 9)];
    assert.deepEqual(show(counts, periodOf("day", "2026-03-04")), { US: 10 });
  });

  it("show a small region by the week, and a smaller one by the month", () => {
    const week = days("2026-03-02", 7);
    const counts = [
      ...week.map((day) => cell(day, "NZ", 3)),
      ...days("2026-03-01", 31)
        .filter((day) => weekday(day) === 3)
        .map((day) => cell(day, "TV", 4)),
    ];
    assert.deepEqual(show(counts, periodOf("day", "2026-03-04")), {});
    assert.deepEqual(show(counts, periodOf("week", "2026-03-04")), { NZ: 21 });
    assert.deepEqual(show(counts, periodOf("month", "2026-03-04")), { NZ: 21, TV: 16 });
  });

  it("show regions too small for a month together, as elsewhere", () => {
    const counts = ["TV", "NU", "NR"].map((region) => cell("2026-03-04", region, 4));
    assert.deepEqual(show(counts, periodOf("month", "2026-03-04")), { [ELSEWHERE]: 12 });
    assert.deepEqual(show(counts.slice(1), periodOf("month", "2026-03-04")), {});
  });

  it("keep areas and audiences apart", () => {
    const counts: DayCount[] = [
      { ...cell("2026-03-04", "US", 9), area: "booking" },
      { ...cell("2026-03-04", "US", 9), area: "site" },
      { ...cell("2026-03-04", "US", 9), audience: "customer" },
      { ...cell("2026-03-04", "US", 11), area: "workspace", audience: "business" },
    ];
    const period = periodOf("day", "2026-03-04");
    assert.deepEqual(publish(counts, period, LATER), [
      { area: "workspace", audience: "business", region: "US", visits: 11 },
    ]);
  });

  it("do not let the days of a week be subtracted from it down to a small cell", () => {
    const [monday = "", ...others] = days("2026-03-02", 7);
    const counts = [cell(monday, "US", 3), ...others.map((day) => cell(day, "US", 50))];
    assert.deepEqual(show(counts, periodOf("week", monday)), { US: 300 });
    assert.deepEqual(show(counts, periodOf("month", monday)), { US: 300 });
  });

  it("show full hidden cells a little short, since nine each would give them away", () => {
    const counts = days("2026-03-02", 7).map((day) => cell(day, "US", 9));
    assert.deepEqual(show(counts, periodOf("week", "2026-03-02")), { US: 54 });
  });

  it("take the two parts of a week that spans two months apart", () => {
    // Monday 2026-03-30 to Sunday 2026-04-05
    const counts = days("2026-03-30", 7).map((day) => cell(day, "US", day < "2026-04" ? 9 : 4));
    assert.deepEqual(show(counts, periodOf("week", "2026-04-01")), { US: 20 });
    assert.deepEqual(show(counts, periodOf("month", "2026-04-01")), { US: 20 });
  });

  it("leave out days that are not over, and groups with such a day", () => {
    const counts = days("2026-03-02", 7).map((day, i) => cell(day, "US", i === 0 ? 40 : 5));
    const shownOn = (through: LocalDate) => show(counts, periodOf("week", "2026-03-02"), through);
    assert.deepEqual(shownOn("2026-03-01"), {});
    assert.deepEqual(shownOn("2026-03-07"), { US: 40 });
    assert.deepEqual(shownOn("2026-03-08"), { US: 70 });
  });

  it("leave what is left of a month, and elsewhere, until the month is over", () => {
    const wednesdays = ["2026-03-04", "2026-03-11", "2026-03-18"];
    const small = ["NU", "NR", "WS"].map((region) => cell("2026-03-04", region, 4));
    const counts = [...wednesdays.map((day) => cell(day, "TV", 5)), ...small];
    const month = periodOf("month", "2026-03-04");
    assert.deepEqual(show(counts, month, "2026-03-30"), {});
    assert.deepEqual(show(counts, month, "2026-03-31"), { TV: 15, [ELSEWHERE]: 12 });
  });

  it("never say of elsewhere what few regions could make up only one way", () => {
    const counts = ["TV", "NU", "NR"].map((region) => cell("2026-03-04", region, 9));
    const month = periodOf("month", "2026-03-04");
    const withRegions = (regions: number, table = counts) =>
      publish(table, month, LATER, { smallest: 10, regions }).find((f) => f.region === ELSEWHERE);
    assert.equal(withRegions(200)?.visits, 27);
    assert.equal(withRegions(3)?.visits, 18);
    // A region all of whose days are shown is not one of those that may be elsewhere.
    const full = days("2026-03-01", 31).map((day) => cell(day, "US", 10));
    assert.equal(withRegions(4, [...counts, ...full])?.visits, 18);
  });

  it("show nothing of nothing", () => {
    for (const kind of ["day", "week", "month"] as const)
      assert.deepEqual(publish([], periodOf(kind, "2026-03-04"), LATER), []);
  });
});

describe("the ranges of statistics", () => {
  for (const [kind, date, start, end] of [
    ["day", "2026-03-04", "2026-03-04", "2026-03-04"],
    ["week", "2026-03-01", "2026-02-23", "2026-03-01"],
    ["week", "2027-01-01", "2026-12-28", "2027-01-03"],
    ["month", "2026-12-31", "2026-12-01", "2026-12-31"],
    ["month", "2028-02-10", "2028-02-01", "2028-02-29"],
    ["month", "2026-01-31", "2026-01-01", "2026-01-31"],
  ] as const) {
    it(`the ${kind} of ${date} is ${start} to ${end}`, () => {
      assert.deepEqual(periodOf(kind, date), { kind, start, end });
    });
  }

  it("a day closes two hours after its end, and is shown an hour later", () => {
    const midnight = Date.UTC(2026, 2, 5);
    const hour = 3_600_000;
    assert.equal(utcDay(midnight - 1), "2026-03-04");
    assert.equal(firstOpenDay(midnight + 2 * hour - 1), "2026-03-04");
    assert.equal(firstOpenDay(midnight + 2 * hour), "2026-03-05");
    assert.equal(lastShownDay(midnight + 3 * hour - 1), "2026-03-03");
    assert.equal(lastShownDay(midnight + 3 * hour), "2026-03-04");
  });
});
