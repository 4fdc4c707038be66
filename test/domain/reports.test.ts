import assert from "node:assert/strict";
import {
  lengthOf,
  medianOf,
  minutesIn,
  type PeriodName,
  periodOf,
  shareOf,
  slicesOf,
  spansBy,
} from "../../src/domain/reports.ts";

const HOUR = 3_600_000;
const ZONE = "America/New_York";

describe("the periods of reports", () => {
  const cases: Array<[PeriodName, today: string, from: string, to: string]> = [
    ["this-week", "2027-02-03", "2027-02-01", "2027-02-07"],
    ["this-week", "2027-02-07", "2027-02-01", "2027-02-07"],
    ["last-week", "2027-01-01", "2026-12-21", "2026-12-27"],
    ["this-month", "2028-02-29", "2028-02-01", "2028-02-29"],
    ["last-month", "2027-03-31", "2027-02-01", "2027-02-28"],
    ["last-month", "2027-01-31", "2026-12-01", "2026-12-31"],
    ["this-quarter", "2027-02-28", "2027-01-01", "2027-03-31"],
    ["this-quarter", "2027-12-31", "2027-10-01", "2027-12-31"],
    ["last-quarter", "2027-01-01", "2026-10-01", "2026-12-31"],
    ["last-quarter", "2027-05-15", "2027-01-01", "2027-03-31"],
    ["this-year", "2028-12-31", "2028-01-01", "2028-12-31"],
    ["last-year", "2027-01-01", "2026-01-01", "2026-12-31"],
  ];
  for (const [name, today, from, to] of cases)
    it(`${name} on ${today} is from ${from} to ${to}`, () => {
      assert.deepEqual(periodOf(name, today), { from, to });
    });

  it("counts both ends", () => {
    assert.equal(lengthOf({ from: "2027-02-01", to: "2027-02-01" }), 1);
    assert.equal(lengthOf({ from: "2027-01-01", to: "2028-12-31" }), 731);
  });
});

describe("the slices of a period", () => {
  it("are cut at Mondays and firsts of a month, in local days", () => {
    const slices = slicesOf({ from: "2027-02-25", to: "2027-03-02" }, ZONE);
    assert.deepEqual(
      slices.map(({ from, to, week, month }) => [from, to, week, month]),
      [
        ["2027-02-25", "2027-02-28", 0, 0],
        ["2027-03-01", "2027-03-02", 1, 1],
      ],
    );
    assert.equal(slices[0]?.start, Date.parse("2027-02-25T00:00:00-05:00"));
    assert.equal(slices[1]?.end, Date.parse("2027-03-03T00:00:00-05:00"));
  });

  it("follow each other without gaps over years, and make whole weeks and months", () => {
    const slices = slicesOf({ from: "2027-01-01", to: "2028-12-31" }, ZONE);
    for (const [i, slice] of slices.entries())
      if (i > 0) assert.equal(slice.start, slices[i - 1]?.end);
    assert.equal(spansBy("month", slices).length, 24);
    assert.equal(spansBy("week", slices).length, 105);
    assert.deepEqual(spansBy("month", slices)[13], {
      id: 13,
      from: "2028-02-01",
      to: "2028-02-29",
    });
    assert.deepEqual(spansBy("week", slices)[1], { id: 1, from: "2027-01-04", to: "2027-01-10" });
  });

  for (const [from, to, hours] of [
    ["2027-03-14", "2027-03-14", 23],
    ["2027-11-07", "2027-11-07", 25],
    ["2027-03-08", "2027-03-14", 167],
  ] as const)
    it(`have ${hours} hours from ${from} to ${to}, when the clocks change`, () => {
      const [slice] = slicesOf({ from, to }, ZONE);
      assert.equal(((slice?.end ?? 0) - (slice?.start ?? 0)) / HOUR, hours);
    });

  it("leave out a day that a zone skipped", () => {
    const skipped = { from: "2011-12-30", to: "2011-12-30" };
    assert.deepEqual(slicesOf(skipped, "Pacific/Apia"), []);
  });
});

describe("the figures of reports", () => {
  const medians: Array<[counts: Array<[days: number, count: number]>, median: number | null]> = [
    [[], null],
    [[[7, 1]], 7],
    [
      [
        [10, 1],
        [0, 1],
      ],
      5,
    ],
    [
      [
        [30, 1],
        [1, 2],
      ],
      1,
    ],
    [
      [
        [2, 2],
        [1, 2],
        [2, 1],
      ],
      2,
    ],
    [
      [
        [3, 2],
        [4, 2],
      ],
      3.5,
    ],
  ];
  for (const [counts, median] of medians)
    it(`have ${median} as the median of ${JSON.stringify(counts)}`, () => {
      assert.equal(medianOf(counts.map(([days, count]) => ({ days, count }))), median);
    });

  it("count the minutes of what reaches over a slice's end on both sides", () => {
    const slices = slicesOf({ from: "2027-02-28", to: "2027-03-01" }, ZONE);
    const midnight = slices[1]?.start ?? 0;
    const night = { start: midnight - 2 * HOUR, end: midnight + 3 * HOUR };
    const later = { start: midnight + 4 * HOUR, end: midnight + 5 * HOUR };
    assert.deepEqual(minutesIn([night, later], slices), [120, 240]);
    assert.deepEqual(minutesIn([], slices), [0, 0]);
  });

  it("have no share of nothing", () => {
    assert.equal(shareOf(1, 4), 0.25);
    assert.equal(shareOf(1, 0), null);
  });
});
