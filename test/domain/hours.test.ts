import assert from "node:assert/strict";
import {
  type Closure,
  type Exception,
  type WeeklyHours,
  workingIntervals,
} from "../../src/domain/hours.ts";
import { formatInstant } from "../../src/domain/time.ts";

const NEW_YORK = "America/New_York";
const [FRIDAY, SATURDAY] = ["2026-11-27", "2026-11-28"];

const weekly = (weekday: number, from: number, to: number): WeeklyHours => ({
  staffId: 1,
  weekday,
  from: from * 60,
  to: to * 60,
});
const change = (
  date: string,
  kind: Exception["kind"],
  from: number | null,
  to: number | null,
): Exception => ({
  staffId: 1,
  date,
  kind,
  from: from === null ? null : from * 60,
  to: to === null ? null : to * 60,
});

/** Intervals as "27 09:00–12:00" on the local clock. */
function worked(
  schedule: { hours: WeeklyHours[]; exceptions?: Exception[] },
  {
    closures = [],
    zone = NEW_YORK,
    from = FRIDAY,
    days = 1,
  }: {
    closures?: Closure[];
    zone?: string;
    from?: string;
    days?: number;
  } = {},
): string[] {
  const clock = (instant: number) => formatInstant(instant, zone).dateTime.slice(8, 16);
  return workingIntervals({ exceptions: [], ...schedule }, closures, zone, from, days).map(
    ({ start, end }) => `${clock(start).replace("T", " ")}–${clock(end).slice(3)}`,
  );
}

const length = (zone: string, from: string, hours: WeeklyHours[]) =>
  workingIntervals({ hours, exceptions: [] }, [], zone, from, 2).map(
    ({ start, end }) => (end - start) / 3_600_000,
  );

describe("working hours", () => {
  it("have several ranges a day; what overlaps or touches is one", () => {
    const hours = [weekly(5, 13, 17), weekly(5, 9, 12), weekly(5, 17, 18), weekly(5, 11, 12)];
    assert.deepEqual(worked({ hours }), ["27 09:00–12:00", "27 13:00–18:00"]);
  });

  it("belong to their weekday", () => {
    assert.deepEqual(worked({ hours: [weekly(6, 9, 12)] }), []);
    assert.deepEqual(worked({ hours: [weekly(6, 9, 12)] }, { days: 9 }), [
      "28 09:00–12:00",
      "05 09:00–12:00",
    ]);
  });

  it("are cut at the edges of the days asked for", () => {
    const hours = [weekly(4, 20, 26), weekly(5, 22, 30)];
    assert.deepEqual(worked({ hours }), ["27 00:00–02:00", "27 22:00–00:00"]);
    assert.deepEqual(worked({ hours }, { days: 2 }), ["27 00:00–02:00", "27 22:00–06:00"]);
  });
});

describe("an exception", () => {
  const hours = [weekly(4, 22, 30), weekly(5, 9, 17), weekly(5, 22, 30)];
  const cases: [string, Exception[], string[]][] = [
    [
      "closed for the whole day takes all that day's shifts, past midnight too, and not the evening before's",
      [change(FRIDAY, "closed", null, null)],
      ["27 00:00–06:00"],
    ],
    [
      "closed for some hours takes these, several a day",
      [change(FRIDAY, "closed", 10, 11), change(FRIDAY, "closed", 16, 23)],
      ["27 00:00–06:00", "27 09:00–10:00", "27 11:00–16:00", "27 23:00–06:00"],
    ],
    [
      "closed past midnight takes the end of the night shift",
      [change(FRIDAY, "closed", 24, 27)],
      ["27 00:00–06:00", "27 09:00–17:00", "27 22:00–00:00", "28 03:00–06:00"],
    ],
    [
      "closed from an hour on takes the rest of the day's shifts",
      [change(FRIDAY, "closed", 12, null)],
      ["27 00:00–06:00", "27 09:00–12:00"],
    ],
    [
      "open adds hours",
      [change(FRIDAY, "open", 18, 20)],
      ["27 00:00–06:00", "27 09:00–17:00", "27 18:00–20:00", "27 22:00–06:00"],
    ],
    [
      "open for the whole day is from midnight to midnight",
      [change(SATURDAY, "open", null, null)],
      ["27 00:00–06:00", "27 09:00–17:00", "27 22:00–00:00"],
    ],
    [
      "open wins over closed",
      [change(FRIDAY, "closed", null, null), change(FRIDAY, "open", 12, 14)],
      ["27 00:00–06:00", "27 12:00–14:00"],
    ],
    [
      "of another date changes nothing",
      [change("2026-12-04", "closed", null, null)],
      ["27 00:00–06:00", "27 09:00–17:00", "27 22:00–06:00"],
    ],
  ];
  for (const [title, exceptions, expected] of cases)
    it(title, () => {
      assert.deepEqual(worked({ hours, exceptions }, { days: 2 }), expected);
    });
});

describe("a closure", () => {
  const hours = [weekly(4, 22, 30), weekly(5, 22, 30), weekly(6, 10, 12), weekly(7, 10, 12)];

  it("blocks its days, the small hours of the shift before, and the shifts that begin on them", () => {
    assert.deepEqual(worked({ hours }, { from: "2026-11-26", days: 4 }), [
      "26 22:00–06:00",
      "27 22:00–06:00",
      "28 10:00–12:00",
      "29 10:00–12:00",
    ]);
    const closures = [{ from: FRIDAY, to: FRIDAY }];
    assert.deepEqual(worked({ hours }, { closures, from: "2026-11-26", days: 4 }), [
      "26 22:00–00:00",
      "28 10:00–12:00",
      "29 10:00–12:00",
    ]);
  });

  it("includes its last day", () => {
    const closures = [{ from: FRIDAY, to: SATURDAY }];
    assert.deepEqual(worked({ hours }, { closures, days: 3 }), ["29 10:00–12:00"]);
  });

  it("wins over an open exception", () => {
    const exceptions = [change(FRIDAY, "open", 9, 17)];
    const closures = [{ from: FRIDAY, to: FRIDAY }];
    assert.deepEqual(worked({ hours: [], exceptions }, { closures }), []);
  });
});

describe("a night shift", () => {
  const saturdayNight = [weekly(6, 22, 30)];
  const cases: [string, string, number][] = [
    [NEW_YORK, "2026-11-21", 8],
    [NEW_YORK, "2026-10-31", 9],
    [NEW_YORK, "2027-03-13", 7],
    ["Australia/Lord_Howe", "2027-04-03", 8.5],
    ["Australia/Lord_Howe", "2026-10-03", 7.5],
    ["America/Sao_Paulo", "2018-11-03", 7],
    ["America/Sao_Paulo", "2019-02-16", 9],
    ["Antarctica/Troll", "2026-03-28", 6],
    ["Etc/GMT+12", "2026-11-21", 8],
    ["Pacific/Kiritimati", "2026-11-21", 8],
  ];
  for (const [zone, from, hours] of cases)
    it(`from ten to six on ${from} in ${zone} has ${hours} hours`, () => {
      assert.deepEqual(length(zone, from, saturdayNight), [hours]);
    });

  it("ends at midnight where the next day is skipped", () => {
    const thursdayNight = [weekly(4, 22, 30)];
    assert.deepEqual(length("Pacific/Apia", "2011-12-29", thursdayNight), [2]);
  });

  it("is worked when the clock shows its hours: twice in the hour that comes twice", () => {
    const hours = [weekly(7, 1, 1.5)];
    assert.deepEqual(worked({ hours }, { from: "2026-11-01" }), [
      "01 01:00–01:30",
      "01 01:00–01:30",
    ]);
    assert.deepEqual(worked({ hours: [weekly(7, 2, 3)] }, { from: "2027-03-14" }), []);
  });
});
