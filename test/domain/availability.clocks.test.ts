import assert from "node:assert/strict";
import { starts } from "../../src/domain/availability.ts";
import { formatInstant, localToInstants, MINUTE } from "../../src/domain/time.ts";
import { at, book, dated, NEW_YORK, provider, service, times, weekly } from "./book.ts";

/** The times of a Sunday on which a provider works from `from` to `to`. */
const on = (zone: string, date: string, from: number, to: number, rules = {}) =>
  times(
    book({
      zone,
      from: date,
      now: at(date, -240, zone),
      providers: [provider({ hours: [weekly(7, from, to)] })],
      service: service({ minutes: 30, ...rules }),
    }),
  );

describe("a shift past midnight [D7]", () => {
  const night = provider({ hours: [weekly(5, 22, 30)] });

  it("offers 23:30 on Friday's page and 05:00 on Saturday's, none twice", () => {
    const friday = dated(book({ providers: [night] }));
    const saturday = dated(book({ providers: [night], from: "2026-11-28" }));
    assert.deepEqual(friday, ["27 22:00", "27 22:30", "27 23:00", "27 23:30"]);
    assert.equal(saturday[0], "28 00:00");
    assert.equal(saturday.at(-1), "28 05:00");
    assert.equal(saturday.length, 11);
    assert.deepEqual(dated(book({ providers: [night], days: 2 })), [...friday, ...saturday]);
  });

  it("counts its steps on through midnight", () => {
    const rules = service({ step: 50 });
    const both = dated(book({ providers: [night], service: rules, days: 2 }));
    assert.deepEqual(both.slice(0, 4), ["27 22:00", "27 22:50", "27 23:40", "28 00:30"]);
    assert.equal(
      dated(book({ providers: [night], service: rules, from: "2026-11-28" }))[0],
      "28 00:30",
    );
  });

  it("joins on to the next morning's hours", () => {
    const hours = [weekly(5, 22, 30), weekly(6, 6, 8)];
    const joined = book({ providers: [provider({ hours })], from: "2026-11-28" });
    assert.equal(dated(joined).at(-1), "28 07:00");
    assert.ok(dated(joined).includes("28 05:30"));
  });

  it("is the same when it is written as two ranges that meet at midnight", () => {
    const hours = [weekly(5, 22, 24), weekly(6, 0, 6)];
    const split = book({ providers: [provider({ hours })], days: 2 });
    assert.deepEqual(dated(split), dated(book({ providers: [night], days: 2 })));
  });

  it("offers every day the same when work goes on round the clock", () => {
    const hours = [1, 2, 3, 4, 5, 6, 7].map((day) => weekly(day, 0, 24));
    const asked = book({
      providers: [provider({ hours })],
      service: service({ step: 50 }),
      days: 3,
    });
    const perDay = Object.groupBy(dated(asked), (text) => text.slice(0, 2));
    assert.deepEqual(Object.keys(perDay), ["27", "28", "29"]);
    for (const day of Object.values(perDay)) {
      assert.equal(day![0]!.slice(3), "00:00");
      assert.equal(day!.length, 29);
    }
  });
});

describe("a change of the clocks [D3]", () => {
  it("offers no time that does not exist", () => {
    assert.deepEqual(on(NEW_YORK, "2027-03-14", 1, 4), [
      "1:00 AM",
      "1:30 AM",
      "3:00 AM",
      "3:30 AM",
    ]);
    assert.deepEqual(on(NEW_YORK, "2027-03-14", 2, 3), []);
  });

  it("lets an appointment run over the gap", () => {
    assert.deepEqual(on(NEW_YORK, "2027-03-14", 1, 4, { minutes: 90 }), ["1:00 AM", "1:30 AM"]);
  });

  it("offers the doubled hour twice, told apart by offset", () => {
    assert.deepEqual(on(NEW_YORK, "2026-11-01", 0.5, 2.5), [
      "12:30 AM",
      "1:00 AM (UTC−4)",
      "1:30 AM (UTC−4)",
      "1:00 AM (UTC−5)",
      "1:30 AM (UTC−5)",
      "2:00 AM",
    ]);
  });

  it("takes from the doubled hour only the one that is booked", () => {
    const [, second] = localToInstants("2026-11-01", 60, NEW_YORK);
    const taken = [{ start: second!, end: second! + 60 * MINUTE }];
    const asked = book({
      from: "2026-11-01",
      now: at("2026-10-30", 0),
      providers: [provider({ hours: [weekly(7, 1, 2)], busy: taken })],
    });
    assert.deepEqual(times(asked), ["1:00 AM (UTC−4)"]);
  });

  it("keeps to the clock where it is set by half an hour", () => {
    const zone = "Australia/Lord_Howe";
    assert.deepEqual(on(zone, "2026-10-04", 1, 4), [
      "1:00 AM",
      "1:30 AM",
      "2:30 AM",
      "3:00 AM",
      "3:30 AM",
    ]);
    assert.deepEqual(on(zone, "2027-04-04", 1, 3), [
      "1:00 AM",
      "1:30 AM (UTC+11)",
      "1:30 AM (UTC+10:30)",
      "2:00 AM",
      "2:30 AM",
    ]);
  });

  it("offers nothing on a day that was skipped, and goes on after it", () => {
    const hours = [1, 2, 3, 4, 5, 6, 7].map((day) => weekly(day, 23, 24));
    const asked = book({
      zone: "Pacific/Apia",
      from: "2011-12-29",
      days: 3,
      now: at("2011-12-28", 0, "Pacific/Apia"),
      providers: [provider({ hours })],
    });
    assert.deepEqual(dated(asked), ["29 23:00", "31 23:00"]);
  });

  for (const [zone, utc] of [
    ["Etc/GMT+12", "2026-11-27T21:00:00.000Z"],
    ["Pacific/Kiritimati", "2026-11-26T19:00:00.000Z"],
    ["Asia/Kathmandu", "2026-11-27T03:15:00.000Z"],
  ] as const)
    it(`offers nine o'clock in ${zone} at ${utc}`, () => {
      const [first] = starts(book({ zone }));
      assert.equal(new Date(first!.start).toISOString(), utc);
      assert.equal(formatInstant(first!.start, zone).time, "9:00 AM");
    });
});
