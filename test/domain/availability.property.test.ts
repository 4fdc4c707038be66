import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  type Book,
  firstStartFrom,
  fitResources,
  type Page,
  starts,
} from "../../src/domain/availability.ts";
import { explain, isTaken } from "../../src/domain/explanation.ts";
import { workingIntervals } from "../../src/domain/hours.ts";
import { addDays, instantToLocal, MINUTE, weekday } from "../../src/domain/time.ts";
import { books } from "./books.ts";
import { minutesOf, resourcesByTrying, startsByMinute, workingMinutes } from "./oracle.ts";

const readable = (book: Book & Page, list = starts(book)) =>
  list.map(({ start, staffIds, seatsLeft }) => {
    const { date, minutes, offsetMinutes } = instantToLocal(start, book.zone);
    return `${date} ${minutes} (${offsetMinutes}) ${staffIds.join()} ${seatsLeft ?? "alone"}`;
  });

/** Some instants of the page, those that are offered and those of groups among them. */
const instantsOf = (book: Book & Page) => {
  const groups = book.providers.flatMap(({ busy }) => busy.map(({ group }) => group?.start));
  const special = new Set([...starts(book).map(({ start }) => start), ...groups]);
  return minutesOf(book)
    .map(({ instant }) => instant)
    .filter((instant) => special.has(instant) || instant % (37 * MINUTE) === 0);
};

/** The same business with everything set aside that staff can set aside, to start at one instant. */
const setAside = (book: Book & Page, start: number): Book & Page => {
  const { date, minutes } = instantToLocal(start, book.zone);
  const day = weekday(date);
  const hours = [1, 2, 3, 4, 5, 6, 7].map((each) => ({ weekday: each, from: 0, to: 1440 }));
  return {
    ...book,
    service: {
      ...book.service,
      hours: [],
      fixedStarts: [{ weekday: day, minute: minutes }],
      bookingNotice: 0,
      dailyLimit: null,
      weeklyLimit: null,
    },
    providers: book.providers.map(({ staffId, busy }) => ({
      staffId,
      hours,
      exceptions: [],
      busy: busy.filter(({ kind }) => kind !== "calendar"),
    })),
    closures: [],
    now: start,
    from: date,
    days: 1,
  };
};

describe("availability, for any business with any rules on any day", () => {
  it("offers what the slow oracle offers", () => {
    fc.assert(
      fc.property(books, (book) => {
        assert.deepEqual(readable(book), readable(book, startsByMinute(book)));
      }),
      { numRuns: 150 },
    );
  });

  it("has the working hours of the slow oracle", () => {
    fc.assert(
      fc.property(books, (book) => {
        const { closures, zone, from, days } = book;
        const [one] = book.providers;
        const closed = [...closures, ...(one!.absences ?? [])];
        const intervals = workingIntervals(one!, closed, zone, from, days);
        assert.deepEqual(
          intervals.flatMap(({ start, end }) =>
            Array.from({ length: (end - start) / MINUTE }, (_, i) => start + i * MINUTE),
          ),
          workingMinutes(book, one!),
        );
      }),
      { numRuns: 40 },
    );
  });

  it("explains every minute as it offers it, and as taken what staff cannot set aside", () => {
    fc.assert(
      fc.property(books, (book) => {
        const offered = new Map(starts(book).map(({ start, staffIds }) => [start, staffIds]));
        for (const instant of instantsOf(book)) {
          const answers = explain({ ...book, start: instant });
          const idsOf = (chosen: typeof answers) => chosen.map(({ staffId }) => staffId);
          assert.deepEqual(
            idsOf(answers.filter(({ verdict }) => verdict.offered)),
            offered.get(instant) ?? [],
          );
          const free = starts(setAside(book, instant)).find(({ start }) => start === instant);
          assert.deepEqual(
            idsOf(answers.filter(({ verdict }) => !isTaken(verdict))),
            free?.staffIds ?? [],
          );
        }
      }),
      { numRuns: 70 },
    );
  });

  it("fits rooms and equipment as trying all combinations does", () => {
    fc.assert(
      fc.property(books, (book) => {
        const alone = { ...book, serviceId: undefined };
        for (const instant of instantsOf(book))
          assert.deepEqual(fitResources(alone, instant, 1), resourcesByTrying(book, instant));
      }),
      { numRuns: 70 },
    );
  });

  it("shows a day's times alike on every page, and none twice", () => {
    fc.assert(
      fc.property(books, (book) => {
        const whole = starts({ ...book, from: addDays(book.from, -3), days: 7 });
        const byDay = [-3, -2, -1, 0, 1, 2, 3].flatMap((day) =>
          starts({ ...book, from: addDays(book.from, day), days: 1 }),
        );
        assert.deepEqual(
          byDay.toSorted((a, b) => a.start - b.start),
          whole,
        );
        assert.equal(new Set(whole.map(({ start }) => start)).size, whole.length);
      }),
      { numRuns: 200 },
    );
  });

  it("finds as first start the first of all pages", () => {
    fc.assert(
      fc.property(books, (book) => {
        assert.deepEqual(firstStartFrom(book), starts({ ...book, days: 30 })[0] ?? null);
      }),
      { numRuns: 150 },
    );
  });
});
