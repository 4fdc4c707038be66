import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type Book, firstStartFrom, type Page, starts } from "../../src/domain/availability.ts";
import { explain } from "../../src/domain/explanation.ts";
import { workingIntervals } from "../../src/domain/hours.ts";
import { contains } from "../../src/domain/intervals.ts";
import { addDays, dayStart, instantToLocal, MINUTE, weekday } from "../../src/domain/time.ts";
import { CHANGES, minutesOf, startsByMinute, workingMinutes, ZONES } from "./oracle.ts";

const ordinary = fc.tuple(
  fc.constantFrom(...ZONES),
  fc.integer({ min: 0, max: 6000 }).map((days) => addDays("2020-01-01", days)),
);
const place = fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...CHANGES) }, ordinary);
const quarter = (max: number) => fc.nat(max / 15).map((n) => n * 15);
const near = (min: number, max: number) => fc.integer({ min, max });

const span = fc.oneof(
  fc.tuple(quarter(1425), quarter(1200)).map(([from, length]) => ({
    from,
    to: Math.min(2880, from + 15 + length),
  })),
  fc.tuple(fc.nat(1439), near(1, 900)).map(([from, length]) => ({ from, to: from + length })),
  fc.constantFrom({ from: 0, to: 1440 }, { from: 1320, to: 1440 }, { from: 0, to: 2880 }),
);

const service = fc.record({
  minutes: fc.oneof({ weight: 9, arbitrary: near(1, 120) }, fc.constantFrom(240, 1500)),
  step: fc.oneof(near(1, 120), fc.constantFrom(15, 30, 60)),
  bufferBefore: fc.oneof(fc.constant(0), fc.nat(60)),
  bufferAfter: fc.oneof(fc.constant(0), fc.nat(60)),
  bookingNotice: fc.oneof(fc.constant(0), fc.nat(600)),
  horizonDays: fc.oneof(fc.nat(4), near(5, 40)),
});

const provider = (date: string, midnight: number) =>
  fc.record({
    hours: fc.array(
      fc.tuple(near(-3, 3), span).map(([day, { from, to }]) => ({
        staffId: 0,
        weekday: weekday(addDays(date, day)),
        from,
        to,
      })),
      { minLength: 1, maxLength: 10 },
    ),
    exceptions: fc.array(
      fc
        .tuple(near(-3, 3), fc.constantFrom("open" as const, "closed" as const), span, fc.nat(4))
        .map(([day, kind, { from, to }, whole]) => ({
          staffId: 0,
          date: addDays(date, day),
          kind,
          from: whole < 2 ? null : from,
          to: whole === 0 ? null : to,
        })),
      { maxLength: 4 },
    ),
    busy: fc.array(
      fc
        .tuple(
          near(-600, 3600),
          near(1, 300),
          fc.constantFrom("appointment" as const, "hold" as const),
        )
        .map(([at, length, kind]) => ({
          start: midnight + at * MINUTE,
          end: midnight + (at + length) * MINUTE,
          kind,
        })),
      { maxLength: 6 },
    ),
  });

const book: fc.Arbitrary<Book & Page> = place
  .chain(([zone, day]) =>
    fc.tuple(
      fc.constant(zone),
      near(-2, 1).map((days) => addDays(day, days)),
      near(1, 2),
    ),
  )
  .chain(([zone, from, days]) => {
    const midnight = dayStart(from, zone);
    return fc.record({
      service,
      providers: fc
        .array(provider(from, midnight), { minLength: 1, maxLength: 3 })
        .map((all) => all.map((one, i) => ({ ...one, staffId: i + 1 }))),
      closures: fc.array(
        fc.tuple(near(-3, 4), fc.nat(1)).map(([day, length]) => ({
          from: addDays(from, day),
          to: addDays(from, day + length),
        })),
        { maxLength: 1 },
      ),
      zone: fc.constant(zone),
      now: fc
        .oneof(near(-4 * 1440, 0), near(-600, 1440))
        .map((minutes) => midnight + minutes * MINUTE),
      from: fc.constant(from),
      days: fc.constant(days),
    });
  });

const readable = (list: { start: number; staffIds: readonly number[] }[], zone: string) =>
  list.map(({ start, staffIds }) => {
    const { date, minutes, offsetMinutes } = instantToLocal(start, zone);
    return `${date} ${minutes} (${offsetMinutes}) ${staffIds.join()}`;
  });

describe("availability, for any business on any day", function () {
  this.timeout(30_000);

  it("offers what the slow oracle offers", () => {
    fc.assert(
      fc.property(book, (asked) => {
        assert.deepEqual(
          readable(starts(asked), asked.zone),
          readable(startsByMinute(asked), asked.zone),
        );
      }),
      { numRuns: 120 },
    );
  });

  it("has the working hours of the slow oracle", () => {
    fc.assert(
      fc.property(book, (asked) => {
        const { closures, zone, from, days } = asked;
        const [one] = asked.providers;
        const intervals = workingIntervals(one!, closures, zone, from, days);
        assert.deepEqual(
          intervals.flatMap(({ start, end }) =>
            Array.from({ length: (end - start) / MINUTE }, (_, i) => start + i * MINUTE),
          ),
          workingMinutes(asked, one!),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("explains every minute as it offers it", () => {
    fc.assert(
      fc.property(book, (asked) => {
        const offered = new Map(starts(asked).map(({ start, staffIds }) => [start, staffIds]));
        for (const { instant } of minutesOf(asked)) {
          if (instant % (7 * MINUTE) !== 0 && !offered.has(instant)) continue;
          const willing = explain({ ...asked, start: instant })
            .filter(({ verdict }) => verdict.offered)
            .map(({ staffId }) => staffId);
          assert.deepEqual(willing, offered.get(instant) ?? []);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("shows a day's times alike on every page, and none twice", () => {
    fc.assert(
      fc.property(book, (asked) => {
        const whole = starts({ ...asked, from: addDays(asked.from, -3), days: 7 });
        const byDay = [-3, -2, -1, 0, 1, 2, 3].flatMap((day) =>
          starts({ ...asked, from: addDays(asked.from, day), days: 1 }),
        );
        assert.deepEqual(
          byDay.toSorted((a, b) => a.start - b.start),
          whole,
        );
        assert.equal(new Set(whole.map(({ start }) => start)).size, whole.length);
      }),
      { numRuns: 300 },
    );
  });

  it("finds as first start the first of all pages", () => {
    fc.assert(
      fc.property(book, (asked) => {
        assert.deepEqual(firstStartFrom(asked), starts({ ...asked, days: 30 })[0] ?? null);
      }),
      { numRuns: 300 },
    );
  });

  it("offers no start from which the appointment leaves the hours or touches busy time", () => {
    fc.assert(
      fc.property(book, (asked) => {
        const { minutes, bufferBefore, bufferAfter } = asked.service;
        for (const { start, staffIds } of starts({ ...asked, days: 14 }))
          for (const { staffId, ...one } of asked.providers) {
            if (!staffIds.includes(staffId)) continue;
            const hours = workingIntervals(one, asked.closures, asked.zone, asked.from, 18);
            assert.ok(contains(hours, start) && contains(hours, start + minutes * MINUTE - 1));
            const begin = start - bufferBefore * MINUTE;
            const end = start + (minutes + bufferAfter) * MINUTE;
            assert.ok(one.busy.every((busy) => busy.end <= begin || end <= busy.start));
          }
      }),
      { numRuns: 50 },
    );
  });
});
