// Businesses for property tests: any rules together, near a change of the clocks more often than not.
import * as fc from "fast-check";
import type { Book, Busy, Need, Page, Provider, Resource } from "../../src/domain/availability.ts";
import { addDays, dayStart, MINUTE, weekday } from "../../src/domain/time.ts";
import { CHANGES, ZONES } from "./oracle.ts";

const SERVICE = 1;

const ordinary = fc.tuple(
  fc.constantFrom(...ZONES),
  fc.integer({ min: 0, max: 6000 }).map((days) => addDays("2020-01-01", days)),
);
const place = fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...CHANGES) }, ordinary);
const quarter = (max: number) => fc.nat(max / 15).map((n) => n * 15);
const near = (min: number, max: number) => fc.integer({ min, max });
/** Most businesses do without most rules. */
const seldom = <T>(rule: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, rule);

const span = fc.oneof(
  fc.tuple(quarter(1425), quarter(1200)).map(([from, length]) => ({
    from,
    to: Math.min(2880, from + 15 + length),
  })),
  fc.tuple(fc.nat(1439), near(1, 900)).map(([from, length]) => ({ from, to: from + length })),
  fc.constantFrom({ from: 0, to: 1440 }, { from: 1320, to: 1440 }, { from: 0, to: 2880 }),
);

const daysOfWeek = (date: string) =>
  fc.oneof(near(-1, 1), near(-3, 3)).map((day) => weekday(addDays(date, day)));

const weekOf = (date: string, minLength: number) =>
  fc.array(
    fc.tuple(daysOfWeek(date), span).map(([day, { from, to }]) => ({ weekday: day, from, to })),
    { minLength, maxLength: 10 },
  );

const serviceOn = (date: string) =>
  fc.record({
    minutes: fc.oneof({ weight: 14, arbitrary: near(1, 90) }, fc.constantFrom(240, 1500)),
    step: fc.oneof(near(1, 120), fc.constantFrom(15, 30, 60)),
    bufferBefore: fc.oneof(fc.constant(0), fc.nat(60)),
    bufferAfter: fc.oneof(fc.constant(0), fc.nat(60)),
    bookingNotice: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.nat(600)),
    horizonDays: fc.oneof(fc.nat(4), { weight: 2, arbitrary: near(5, 40) }),
    hours: seldom(weekOf(date, 0)),
    fixedStarts: seldom(
      fc.array(fc.record({ weekday: daysOfWeek(date), minute: quarter(1425) }), { maxLength: 40 }),
    ),
    seats: fc.constantFrom(undefined, undefined, undefined, 1, 2, 3, 4),
    dailyLimit: seldom(near(0, 3)),
    weeklyLimit: seldom(fc.oneof(fc.constant(null), near(1, 6))),
  });

const daysOffFrom = (date: string) =>
  fc.array(
    fc.tuple(near(-3, 4), fc.nat(1)).map(([day, length]) => ({
      from: addDays(date, day),
      to: addDays(date, day + length),
    })),
    { maxLength: 1 },
  );

const exceptionsOn = (date: string) =>
  fc.array(
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
  );

const times = (midnight: number, maxLength: number): fc.Arbitrary<Busy[]> =>
  fc.array(
    fc
      .tuple(
        near(-600, 3600),
        near(1, 300),
        fc.constantFrom<Busy["kind"]>(undefined, "appointment", "hold", "calendar"),
        seldom(fc.nat(90)),
      )
      .map(([at, length, kind, way]) => {
        const busy = {
          start: midnight + at * MINUTE,
          end: midnight + (at + length) * MINUTE,
          kind,
        };
        if (way === undefined || kind === "calendar") return busy;
        return {
          ...busy,
          reach: { start: busy.start - way * MINUTE, end: busy.end + way * MINUTE },
        };
      }),
    { maxLength },
  );

/** The starts of groups of this service and of another one. */
const groups = (midnight: number) =>
  fc.uniqueArray(
    fc.record({
      serviceId: fc.constantFrom(SERVICE, SERVICE, SERVICE + 1),
      start: quarter(2880).map((minutes) => midnight + minutes * MINUTE),
      seatsTaken: fc.nat(2),
      resourceIds: fc.constant([77]),
    }),
    { maxLength: 2, selector: ({ start }) => start },
  );

const providerOn = (date: string, midnight: number) =>
  fc.record({
    hours: weekOf(date, 1),
    exceptions: exceptionsOn(date),
    busy: times(midnight, 6),
    absences: seldom(daysOffFrom(date)),
    taken: fc.array(
      near(-5 * 1440, 5 * 1440).map((minutes) => midnight + minutes * MINUTE),
      { maxLength: 5 },
    ),
    groups: groups(midnight),
  });

const needs: (midnight: number) => fc.Arbitrary<Need[]> = (midnight) =>
  fc
    .array(fc.record({ capacity: near(1, 4), position: fc.nat(2), busy: times(midnight, 4) }), {
      minLength: 1,
      maxLength: 5,
    })
    .map((all) => all.map((one, id): Resource => ({ id, ...one })))
    .chain((all) =>
      fc.array(
        fc.record({ resources: fc.shuffledSubarray(all, { minLength: Math.min(2, all.length) }) }),
        { maxLength: 3 },
      ),
    );

export const books: fc.Arbitrary<Book & Page> = place
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
      service: serviceOn(from),
      serviceId: fc.constant(SERVICE),
      withGroups: fc.array(providerOn(from, midnight), { minLength: 1, maxLength: 3 }),
      closures: daysOffFrom(from),
      zone: fc.constant(zone),
      now: fc
        .oneof({ weight: 2, arbitrary: near(-4 * 1440, 0) }, near(-600, 1440))
        .map((minutes) => midnight + minutes * MINUTE),
      needs: seldom(needs(midnight)),
      people: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, near(1, 3)),
      from: fc.constant(from),
      days: fc.constant(days),
    });
  })
  .map(({ withGroups, ...book }) => ({
    ...book,
    providers: withGroups.map((one, i) => providerOf(one, i + 1, book.service)),
  }));

/** A group takes its provider's time, buffers included. */
function providerOf(
  {
    groups: had,
    ...provider
  }: Omit<Provider, "staffId"> & { groups: NonNullable<Busy["group"]>[] },
  staffId: number,
  { minutes, bufferBefore, bufferAfter }: Book["service"],
): Provider {
  const taken = had.map((group) => ({
    start: group.start - bufferBefore * MINUTE,
    end: group.start + (minutes + bufferAfter) * MINUTE,
    group,
  }));
  return { ...provider, staffId, busy: [...provider.busy, ...taken] };
}
