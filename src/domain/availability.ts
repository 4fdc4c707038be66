// The times at which a service can be booked. The rules, each a function that starts() and
// explain() share:
//
// - the start is not before now + the notice for booking, nor on a local day after the horizon's;
// - the appointment lies in unbroken working hours; it may end exactly at closing;
// - its buffers may lie outside of working hours, but not on busy time; touching is not overlapping;
// - the start is on the step: steps are counted on the clock from the beginning of the working range.
//   Ranges that touch are one range. In work that has gone on since before yesterday the steps
//   count from midnight, so that a day's times do not depend on the page that shows them.
//
// A start belongs to the local day on which it falls.
import { type Closure, type Schedule, wallRanges, wallToInstants } from "./hours.ts";
import { intersect, type Interval, normalise, subtract } from "./intervals.ts";
import type { Segment } from "./offsets.ts";
import {
  DAY,
  dateOf,
  dayNumber,
  type Instant,
  localDay,
  type LocalDate,
  MINUTE,
  segmentsAround,
  type Wall,
  type Zone,
} from "./time.ts";

/** In minutes, but for `horizonDays`: how many local days after today can still be booked. */
export type ServiceRules = {
  minutes: number;
  step: number;
  bufferBefore: number;
  bufferAfter: number;
  bookingNotice: number;
  horizonDays: number;
};

/** Time taken from a provider, its own buffers included. */
export type Busy = Interval & {
  kind?: "appointment" | "hold";
  reach?: Interval;
  group?: { serviceId: number; start: Instant; seatsTaken: number; resourceIds: readonly number[] };
};
export type Need = {
  resources: readonly { id: number; capacity: number; position: number; busy: readonly Busy[] }[];
};
export function fitResources(_book: Book, _start: Instant, _staffId: number): number[] | null {
  return [];
}

export type Provider = Schedule & { staffId: number; busy: readonly Busy[] };

export type Book = {
  service: ServiceRules;
  /** Those who offer the service; `starts` names them in this order. */
  providers: readonly Provider[];
  closures: readonly Closure[];
  zone: Zone;
  now: Instant;
  serviceId?: number;
  needs?: readonly Need[];
  people?: number;
  /** False: the business takes no bookings for now. */
  bookingsOpen?: boolean;
};

export type Page = { from: LocalDate; days: number };

export type Start = { start: Instant; staffIds: readonly number[] };

/** The starts of the local days of a page, each with those who are free then, in order of time. */
export function starts(book: Book & Page): Start[] {
  if (!takesBookings(book)) return [];
  const days = bookableDays(book);
  if (days.first > days.last) return [];
  const only = book.providers.length === 1 ? book.providers[0] : undefined;
  if (only) {
    const staffIds = [only.staffId];
    return startsOf(only, book, days).map((start) => ({ start, staffIds }));
  }
  return together(book, days);
}

/** The first start on the day `from` or later, or null if there is none up to the horizon. */
export function firstStartFrom(book: Book & { from: LocalDate }): Start | null {
  const last = lastDay(book);
  const today = localDay(book.now, book.zone);
  for (let day = Math.max(dayNumber(book.from), today - 1); day <= last; day += SEARCH_DAYS) {
    const [found] = starts({ ...book, from: dateOf(day), days: SEARCH_DAYS });
    if (found) return found;
  }
  return null;
}

export function takesBookings({ bookingsOpen = true }: Book): boolean {
  return bookingsOpen;
}

export function earliestStart({ now, service }: Book): Instant {
  return now + service.bookingNotice * MINUTE;
}

/** The number of the last local day that can be booked. */
export function lastDay({ now, zone, service }: Book): number {
  return localDay(now, zone) + service.horizonDays;
}

/** A provider's working time on some local days, and as far around them as starts depend on it. */
export type Plan = { grids: Grid[]; segments: Segment[]; working: Interval[] };

/** Steps count from `anchor` and apply from `start` to `end`, in wall time. */
export type Grid = Interval & { anchor: Wall };

export type Days = { first: number; last: number };

export function planOf(
  schedule: Schedule,
  closures: readonly Closure[],
  { zone, service }: Pick<Book, "zone" | "service">,
  { first, last }: Days,
): Plan {
  const ahead = Math.ceil((service.minutes * MINUTE) / DAY) + 1; // a day may have 23 hours
  const ranges = wallRanges(schedule, closures, first - DAYS_BACK, last + ahead);
  const days = { start: first * DAY, end: (last + 1) * DAY };
  const segments = segmentsAround(days.start - DAYS_BACK * DAY, days.end + ahead * DAY, zone);
  return { grids: gridsOf(ranges, days), segments, working: wallToInstants(ranges, segments) };
}

/** The instants from which the appointment lies in working time. */
export function fitting(working: readonly Interval[], { minutes }: ServiceRules): Interval[] {
  const length = minutes * MINUTE;
  return working
    .map(({ start, end }) => ({ start, end: end - length + 1 }))
    .filter(({ start, end }) => start < end);
}

/** The instants from which the appointment or its buffers would overlap busy time. */
export function blocked(busy: readonly Interval[], service: ServiceRules): Interval[] {
  const before = (service.minutes + service.bufferAfter) * MINUTE;
  const after = service.bufferBefore * MINUTE;
  return normalise(busy.map(({ start, end }) => ({ start: start - before + 1, end: end + after })));
}

/** The instants on the step that lie in `free`, in order. */
export function onStep(plan: Plan, free: readonly Interval[], minutes: number): Instant[] {
  if (!(minutes > 0)) throw new RangeError(`a step of ${minutes} minutes`);
  const step = minutes * MINUTE;
  const instants: Instant[] = [];
  let next = 0; // grids come in order of time, so what is over stays over
  for (const { anchor, start, end } of gridInstants(plan)) {
    while (next < free.length && free[next]!.end <= start) next++;
    for (let i = next; i < free.length && free[i]!.start < end; i++) {
      const from = Math.max(free[i]!.start, start);
      const until = Math.min(free[i]!.end, end);
      const first = anchor + Math.ceil((from - anchor) / step) * step;
      for (let instant = first; instant < until; instant += step) instants.push(instant);
    }
  }
  return instants;
}

const SEARCH_DAYS = 28;

// A shift reaches into the next day, so the shifts that may join on to yesterday's first minute
// began up to three days ago.
const DAYS_BACK = 3;

// Yesterday is looked at too: clocks have been set back over midnight.
function bookableDays(book: Book & Page): Days {
  const first = dayNumber(book.from);
  const yesterday = localDay(book.now, book.zone) - 1;
  return {
    first: Math.max(first, yesterday),
    last: Math.min(first + book.days - 1, lastDay(book)),
  };
}

function together(book: Book, days: Days): Start[] {
  const staffIds = new Map<Instant, number[]>();
  for (const provider of book.providers)
    for (const start of startsOf(provider, book, days)) {
      const others = staffIds.get(start);
      if (others) others.push(provider.staffId);
      else staffIds.set(start, [provider.staffId]);
    }
  return Array.from(staffIds, ([start, ids]) => ({ start, staffIds: ids })).toSorted(
    (a, b) => a.start - b.start,
  );
}

function startsOf(provider: Provider, book: Book, days: Days): Instant[] {
  const { service, closures } = book;
  const plan = planOf(provider, closures, book, days);
  const inHours = fitting(plan.working, service);
  const inTime = intersect(inHours, [{ start: earliestStart(book), end: Infinity }]);
  const free = subtract(inTime, blocked(provider.busy, service));
  return onStep(plan, free, service.step);
}

function gridsOf(ranges: readonly Interval[], days: Interval): Grid[] {
  const grids: Grid[] = [];
  for (const range of ranges) {
    const tomorrowsEnd = (Math.floor(range.start / DAY) + 2) * DAY;
    addGrid(
      grids,
      range.start,
      { start: range.start, end: Math.min(range.end, tomorrowsEnd) },
      days,
    );
    for (let midnight = tomorrowsEnd; midnight < range.end; midnight += DAY) {
      const end = Math.min(range.end, midnight + DAY);
      addGrid(grids, midnight, { start: midnight, end }, days);
    }
  }
  return grids;
}

function addGrid(grids: Grid[], anchor: Wall, range: Interval, days: Interval): void {
  const start = Math.max(range.start, days.start);
  const end = Math.min(range.end, days.end);
  if (start < end) grids.push({ anchor, start, end });
}

/** The grids as instants. Segment by segment: an hour that comes twice has its grids twice. */
function gridInstants({ grids, segments }: Plan): Grid[] {
  const instants: Grid[] = [];
  for (const { from, until, offset } of segments)
    for (const grid of grids) {
      const start = Math.max(from, grid.start - offset);
      const end = Math.min(until, grid.end - offset);
      if (start < end) instants.push({ anchor: grid.anchor - offset, start, end });
    }
  return instants;
}
