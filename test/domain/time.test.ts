import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  addDays,
  daysBetween,
  dayStart,
  formatInstant,
  instantToLocal,
  isLocalDate,
  isZone,
  localToInstants,
  parseStart,
  weekday,
} from "../../src/domain/time.ts";
import { ZONES } from "./oracle.ts";

const at = (text: string) => Temporal.Instant.from(text).epochMilliseconds;
/** The last change of a zone's clocks before November 2026, or that day where there is none. */
const lastChange = (zone: string) =>
  Temporal.ZonedDateTime.from(`2026-11-02T00:00[${zone}]`).getTimeZoneTransition("previous")
    ?.epochMilliseconds ?? at("2026-11-02T00:00:00Z");
const iso = (instant: number) => new Date(instant).toISOString();

describe("local dates", () => {
  it("are counted over months, leap days and years", () => {
    assert.equal(addDays("2028-02-28", 1), "2028-02-29");
    assert.equal(addDays("2027-01-01", -1), "2026-12-31");
    assert.equal(daysBetween("2026-12-31", "2028-03-01"), 426);
    assert.equal(daysBetween("2026-11-22", "2026-11-20"), -2);
  });

  it("have ISO weekdays, before 1970 too", () => {
    assert.equal(weekday("2026-11-22"), 7);
    assert.equal(weekday("2026-11-23"), 1);
    assert.equal(weekday("1969-12-31"), 3);
  });

  for (const text of ["2026-11-22", "2028-02-29", "1900-01-01", "2199-12-31"])
    it(`${text} is one`, () => assert.equal(isLocalDate(text), true));

  for (const text of [
    "",
    "2026-02-29",
    "2026-13-01",
    "2026-00-10",
    "2026-11-31",
    "2026-1-1",
    "2026-11-22T00:00",
    "2026-11-22\n",
    "20261122",
    "1899-12-31",
    "2200-01-01",
    "-002026-11-22",
    "today",
  ])
    it(`${JSON.stringify(text)} is none`, () => assert.equal(isLocalDate(text), false));
});

describe("zones", () => {
  for (const zone of [...ZONES, "UTC", "Asia/Calcutta"])
    it(`${zone} is one`, () => assert.equal(isZone(zone), true));

  for (const text of ["", "Europe/Nowhere", "+05:30", "america/new_york", "UTC ", "x".repeat(999)])
    it(`${JSON.stringify(text.slice(0, 20))} is none`, () => assert.equal(isZone(text), false));
});

describe("a local day", () => {
  const cases: [string, string, string, string][] = [
    ["Etc/GMT+12", "2026-11-22", "2026-11-22T12:00:00.000Z", "UTC−12"],
    ["Pacific/Kiritimati", "2026-11-22", "2026-11-21T10:00:00.000Z", "UTC+14"],
    ["Asia/Kathmandu", "2026-11-22", "2026-11-21T18:15:00.000Z", "a quarter of an hour"],
    ["America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00.000Z", "midnight does not exist"],
    ["Asia/Beirut", "2024-03-31", "2024-03-30T22:00:00.000Z", "midnight does not exist"],
    ["America/Havana", "2026-11-01", "2026-11-01T04:00:00.000Z", "midnight comes twice"],
    ["America/St_Johns", "2006-10-29", "2006-10-29T02:30:00.000Z", "set back at one past midnight"],
    ["Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00.000Z", "a day that was skipped"],
    ["Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00.000Z", "the day after it"],
  ];
  for (const [zone, date, expected, why] of cases)
    it(`starts at ${expected} on ${date} in ${zone}: ${why}`, () => {
      assert.equal(iso(dayStart(date, zone)), expected);
    });

  it("starts where Temporal says, in every zone of the cast", () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), fc.integer({ min: -3000, max: 30_000 }), (zone, n) => {
        const date = addDays("1990-01-01", n % 22_000);
        if (zone === "Pacific/Apia" && date === "2011-12-30") return;
        const expected = Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds;
        assert.equal(iso(dayStart(date, zone)), iso(expected));
      }),
      { numRuns: 500 },
    );
  });
});

describe("a time on the clock", () => {
  const cases: [string, string, number, string[]][] = [
    ["America/New_York", "2026-11-22", 570, ["2026-11-22T14:30:00.000Z"]],
    ["America/New_York", "2027-03-14", 150, []],
    [
      "America/New_York",
      "2026-11-01",
      90,
      ["2026-11-01T05:30:00.000Z", "2026-11-01T06:30:00.000Z"],
    ],
    [
      "America/New_York",
      "2026-10-31",
      1440 + 90,
      ["2026-11-01T05:30:00.000Z", "2026-11-01T06:30:00.000Z"],
    ],
    ["America/New_York", "2026-11-01", 120, ["2026-11-01T07:00:00.000Z"]],
    ["Australia/Lord_Howe", "2026-10-04", 135, []],
    ["Australia/Lord_Howe", "2026-10-04", 150, ["2026-10-03T15:30:00.000Z"]],
    [
      "Australia/Lord_Howe",
      "2027-04-04",
      105,
      ["2027-04-03T14:45:00.000Z", "2027-04-03T15:15:00.000Z"],
    ],
    ["Pacific/Apia", "2011-12-30", 600, []],
    ["Pacific/Apia", "2011-12-29", 1439, ["2011-12-30T09:59:00.000Z"]],
    ["Pacific/Apia", "2011-12-31", 0, ["2011-12-30T10:00:00.000Z"]],
    ["Etc/GMT+12", "2026-11-22", 2879, ["2026-11-24T11:59:00.000Z"]],
    ["Pacific/Kiritimati", "2026-11-22", 0, ["2026-11-21T10:00:00.000Z"]],
  ];
  for (const [zone, date, minutes, expected] of cases)
    it(`${date} + ${minutes} min in ${zone} is ${expected.join(" and ") || "no instant"}`, () => {
      assert.deepEqual(localToInstants(date, minutes, zone).map(iso), expected);
    });

  it("comes from an instant and leads back to it", () => {
    const instants = fc.integer({
      min: Date.UTC(1990, 0) / 60_000,
      max: Date.UTC(2045, 0) / 60_000,
    });
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), instants, (zone, minute) => {
        const instant = minute * 60_000;
        const local = instantToLocal(instant, zone);
        const expected = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
        assert.equal(local.date, expected.toPlainDate().toString());
        assert.equal(local.minutes, expected.hour * 60 + expected.minute);
        assert.equal(local.offsetMinutes, expected.offsetNanoseconds / 60e9);
        assert.ok(localToInstants(local.date, local.minutes, zone).includes(instant));
      }),
      { numRuns: 1000 },
    );
  });
});

describe("a time shown to people", () => {
  it("has weekday, date, time, zone and the machine's text", () => {
    assert.deepEqual(formatInstant(at("2026-11-22T14:30:00Z"), "America/New_York"), {
      weekday: "Sunday",
      date: "November 22, 2026",
      time: "9:30 AM",
      zone: "Eastern Standard Time",
      dateTime: "2026-11-22T09:30:00-05:00[America/New_York]",
    });
  });

  it("follows the zone's and the locale's words", () => {
    const summer = formatInstant(at("2026-07-01T12:00:00Z"), "Europe/Berlin", "de-DE");
    assert.deepEqual(
      [summer.weekday, summer.date, summer.time, summer.zone],
      ["Mittwoch", "1. Juli 2026", "14:00", "Mitteleuropäische Sommerzeit"],
    );
    assert.equal(formatInstant(0, "Pacific/Kiritimati").zone, "Line Islands Time");
    assert.equal(formatInstant(0, "UTC").dateTime, "1970-01-01T00:00:00+00:00[UTC]");
  });

  const twice: [string, string, string][] = [
    ["America/New_York", "2026-11-01T04:59:00Z", "12:59 AM"],
    ["America/New_York", "2026-11-01T05:00:00Z", "1:00 AM (UTC−4)"],
    ["America/New_York", "2026-11-01T05:30:00Z", "1:30 AM (UTC−4)"],
    ["America/New_York", "2026-11-01T06:30:00Z", "1:30 AM (UTC−5)"],
    ["America/New_York", "2026-11-01T07:00:00Z", "2:00 AM"],
    ["America/New_York", "2027-03-14T07:00:00Z", "3:00 AM"],
    ["Europe/London", "2026-10-25T00:30:00Z", "1:30 AM (UTC+1)"],
    ["Europe/London", "2026-10-25T01:30:00Z", "1:30 AM (UTC+0)"],
    ["Australia/Lord_Howe", "2027-04-03T14:45:00Z", "1:45 AM (UTC+11)"],
    ["Australia/Lord_Howe", "2027-04-03T15:15:00Z", "1:45 AM (UTC+10:30)"],
  ];
  for (const [zone, instant, expected] of twice)
    it(`is ${expected} at ${instant} in ${zone}`, () => {
      assert.equal(formatInstant(at(instant), zone).time, expected);
    });

  it("is told apart from every other time of its day, and its machine text leads back to it", () => {
    for (const zone of ZONES) {
      const seen = new Set<string>();
      for (let quarter = -96; quarter < 96; quarter++) {
        const instant = lastChange(zone) + quarter * 900_000;
        const shown = formatInstant(instant, zone);
        const text = `${shown.date} ${shown.time}`;
        assert.ok(!seen.has(text), `${zone} shows ${text} twice`);
        seen.add(text);
        assert.equal(parseStart(shown.dateTime), instant);
      }
    }
  });
});
