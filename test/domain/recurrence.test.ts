import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  MOST_OCCURRENCES,
  occurrences,
  type Pattern,
  type Recurrence,
} from "../../src/domain/recurrence.ts";
import { recurrenceText } from "../../src/domain/recurrence-text.ts";
import {
  addDays,
  formatInstant,
  instantToLocal,
  localToInstants,
  weekday,
} from "../../src/domain/time.ts";

const NEW_YORK = "America/New_York";
const weekly: Pattern = { every: "week", interval: 1 };
const at = (date: string, minutes = 600, zone = NEW_YORK) =>
  localToInstants(date, minutes, zone)[0]!;
const datesOf = (first: string, recurrence: Recurrence) =>
  occurrences(at(first), NEW_YORK, recurrence).map(({ date }) => date);

describe("a booking that repeats [D9]", () => {
  const cases: [string, first: string, Recurrence, string[]][] = [
    [
      "daily",
      "2027-02-27",
      { every: "day", interval: 1, count: 3 },
      ["2027-02-27", "2027-02-28", "2027-03-01"],
    ],
    [
      "every third day until a day, which is included",
      "2027-02-27",
      { every: "day", interval: 3, until: "2027-03-05" },
      ["2027-02-27", "2027-03-02", "2027-03-05"],
    ],
    [
      "weekly, by the first's weekday",
      "2026-11-27",
      { ...weekly, count: 2 },
      ["2026-11-27", "2026-12-04"],
    ],
    [
      "weekly by weekdays: those before the first are left out",
      "2026-11-26",
      { ...weekly, weekdays: [4, 1, 4], count: 4 },
      ["2026-11-26", "2026-11-30", "2026-12-03", "2026-12-07"],
    ],
    [
      "every other week: weeks begin on Monday",
      "2026-11-29",
      { every: "week", interval: 2, weekdays: [1, 7], count: 4 },
      ["2026-11-29", "2026-12-07", "2026-12-13", "2026-12-21"],
    ],
    [
      "weekly on other weekdays than the first's, which is kept",
      "2026-11-25",
      { ...weekly, weekdays: [5], count: 3 },
      ["2026-11-25", "2026-11-27", "2026-12-04"],
    ],
    [
      "monthly by date",
      "2026-11-27",
      { every: "month", interval: 2, count: 3 },
      ["2026-11-27", "2027-01-27", "2027-03-27"],
    ],
    [
      "monthly on the 31st: a shorter month has it on its last day",
      "2027-12-31",
      { every: "month", interval: 1, monthly: "date", count: 6 },
      ["2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30", "2028-05-31"],
    ],
    [
      "yearly on 29 February: else on the 28th",
      "2028-02-29",
      { every: "month", interval: 12, count: 5 },
      ["2028-02-29", "2029-02-28", "2030-02-28"],
    ],
    [
      "monthly on the second Friday",
      "2026-11-13",
      { every: "month", interval: 1, monthly: "weekday", count: 3 },
      ["2026-11-13", "2026-12-11", "2027-01-08"],
    ],
    [
      "monthly on the fifth Wednesday: months with four are left out",
      "2026-12-30",
      { every: "month", interval: 1, monthly: "weekday", count: 4 },
      ["2026-12-30", "2027-03-31", "2027-06-30", "2027-09-29"],
    ],
    [
      "monthly on the last Friday",
      "2026-11-27",
      { every: "month", interval: 1, monthly: "last-weekday", count: 3 },
      ["2026-11-27", "2026-12-25", "2027-01-29"],
    ],
    [
      "monthly on the last Friday, the first on an earlier one",
      "2026-11-06",
      { every: "month", interval: 1, monthly: "last-weekday", count: 3 },
      ["2026-11-06", "2026-11-27", "2026-12-25"],
    ],
    ["once", "2026-11-27", { ...weekly, count: 1 }, ["2026-11-27"]],
    [
      "until before it began: once",
      "2026-11-27",
      { ...weekly, until: "2026-11-01" },
      ["2026-11-27"],
    ],
    [
      "on a fifth weekday that hardly ever comes",
      "2028-02-29",
      { every: "month", interval: 12, monthly: "weekday", count: 9 },
      ["2028-02-29"],
    ],
  ];
  for (const [title, first, recurrence, expected] of cases)
    it(title, () => {
      assert.deepEqual(datesOf(first, recurrence), expected);
    });

  it("ends after two years, that day included", () => {
    const fifty = datesOf("2026-11-27", { every: "week", interval: 2, until: "2099-01-01" });
    assert.equal(fifty.at(-1), "2028-11-24");
    const days = datesOf("2028-02-29", { every: "month", interval: 24, count: 9 });
    assert.deepEqual(days, ["2028-02-29", "2030-02-28"]);
  });

  it("ends after 104 times", () => {
    assert.equal(datesOf("2026-11-27", { every: "day", interval: 1, count: 5000 }).length, 104);
    assert.equal(datesOf("2026-11-27", { ...weekly, count: 104 }).length, 104);
    assert.equal(MOST_OCCURRENCES, 104);
  });

  it("refuses an interval that leads nowhere", () => {
    for (const interval of [0, -1, 1.5, Number.NaN])
      assert.throws(() => datesOf("2026-11-27", { ...weekly, interval, count: 2 }), RangeError);
  });
});

describe("the local time of a booking that repeats [D9]", () => {
  for (const zone of [
    NEW_YORK,
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "America/Havana",
    "Asia/Kathmandu",
  ])
    it(`stays over both changes of the clocks in 52 weeks in ${zone}`, () => {
      const all = occurrences(at("2026-09-04", 555, zone), zone, { ...weekly, count: 52 });
      assert.equal(all.length, 52);
      all.forEach(({ date, start }, week) => {
        assert.equal(date, addDays("2026-09-04", 7 * week));
        assert.equal(formatInstant(start!, zone).time, "9:15 AM");
        assert.equal(instantToLocal(start!, zone).date, date);
      });
    });

  it("is the first of two in the doubled hour", () => {
    const all = occurrences(at("2026-10-25", 90), NEW_YORK, { ...weekly, count: 3 });
    assert.deepEqual(
      all.map(({ start }) => formatInstant(start!, NEW_YORK).time),
      ["1:30 AM", "1:30 AM (UTC−4)", "1:30 AM"],
    );
  });

  it("begins with the second of two if that was chosen", () => {
    const [, second] = localToInstants("2026-11-01", 90, NEW_YORK);
    const all = occurrences(second!, NEW_YORK, { ...weekly, count: 2 });
    assert.deepEqual(
      all.map(({ start }) => formatInstant(start!, NEW_YORK).time),
      ["1:30 AM (UTC−5)", "1:30 AM"],
    );
  });

  it("does not exist in the gap: the day is told, without a start", () => {
    const all = occurrences(at("2027-03-07", 150), NEW_YORK, { ...weekly, count: 3 });
    assert.deepEqual(
      all.map(({ date, start }) => [date, start && formatInstant(start, NEW_YORK).time]),
      [
        ["2027-03-07", "2:30 AM"],
        ["2027-03-14", null],
        ["2027-03-21", "2:30 AM"],
      ],
    );
  });

  it("does not exist on a day that was skipped", () => {
    const zone = "Pacific/Apia";
    const all = occurrences(at("2011-12-29", 600, zone), zone, {
      every: "day",
      interval: 1,
      count: 3,
    });
    assert.deepEqual(
      all.map(({ start }) => start === null),
      [false, true, false],
    );
  });

  const pattern = fc.record({
    every: fc.constantFrom("day" as const, "week" as const, "month" as const),
    interval: fc.integer({ min: 1, max: 14 }),
    weekdays: fc.array(fc.integer({ min: 1, max: 7 })),
    monthly: fc.constantFrom("date" as const, "weekday" as const, "last-weekday" as const),
    count: fc.integer({ min: 1, max: 120 }),
  });
  it("is the same on days in order, whatever the pattern", () => {
    fc.assert(
      fc.property(pattern, fc.nat(4000), fc.nat(1439), (recurrence, days, minutes) => {
        const first = at(addDays("2020-01-01", days), minutes);
        fc.pre(first !== undefined);
        const all = occurrences(first, NEW_YORK, recurrence);
        const local = instantToLocal(first, NEW_YORK);
        assert.deepEqual(all[0], { date: local.date, start: first });
        assert.ok(all.length <= Math.min(recurrence.count, 104));
        all.forEach(({ date, start }, i) => {
          assert.ok(i === 0 || all[i - 1]!.date < date);
          if (start !== null)
            assert.deepEqual(
              [instantToLocal(start, NEW_YORK).date, instantToLocal(start, NEW_YORK).minutes],
              [date, minutes],
            );
          if (recurrence.every === "month" && recurrence.monthly !== "date")
            assert.equal(weekday(date), weekday(local.date));
        });
      }),
    );
  });
});

describe("a recurrence in words", () => {
  const cases: [Recurrence, first: string, string][] = [
    [{ every: "day", interval: 1, count: 5 }, "2026-11-27", "Every day, 5 times"],
    [{ ...weekly, count: 1 }, "2026-11-27", "Every week on Friday, once"],
    [
      { every: "week", interval: 2, weekdays: [4, 1], count: 12 },
      "2026-11-26",
      "Every 2 weeks on Monday and Thursday, 12 times",
    ],
    [
      { ...weekly, weekdays: [1, 3, 5], until: "2027-02-01" },
      "2026-11-27",
      "Every week on Monday, Wednesday and Friday, until 2027-02-01",
    ],
    [{ every: "month", interval: 1, count: 6 }, "2026-11-22", "Every month on the 22nd, 6 times"],
    [
      { every: "month", interval: 3, count: 6 },
      "2026-12-31",
      "Every 3 months on the 31st, or the last day of a shorter month, 6 times",
    ],
    [
      { every: "month", interval: 1, monthly: "weekday", count: 6 },
      "2026-12-30",
      "Every month on the fifth Wednesday, 6 times",
    ],
    [
      { every: "month", interval: 1, monthly: "last-weekday", count: 6 },
      "2026-12-30",
      "Every month on the last Wednesday, 6 times",
    ],
  ];
  for (const [recurrence, first, expected] of cases)
    it(expected, () => {
      assert.equal(recurrenceText(recurrence, first), expected);
    });

  it("can have its last day in words", () => {
    const text = recurrenceText(
      { ...weekly, until: "2027-02-01" },
      "2026-11-27",
      () => "February 1",
    );
    assert.equal(text, "Every week on Friday, until February 1");
  });
});
