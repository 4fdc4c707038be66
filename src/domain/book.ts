// What there is to know about a service at a location, to tell when it can be booked.
import type { Closure, Schedule, WeeklyRange } from "./hours.ts";
import { type Interval, normalise } from "./intervals.ts";
import { type Instant, localDay, type LocalDate, MINUTE, type Zone } from "./time.ts";

/** In minutes, but for `horizonDays`: how many local days after today can still be booked. */
export type ServiceRules = {
  minutes: number;
  step: number;
  bufferBefore: number;
  bufferAfter: number;
  bookingNotice: number;
  horizonDays: number;
  /** Only at these hours of the week; none: whenever its providers work. */
  hours?: readonly WeeklyRange[];
  /** Only at these starts, instead of on the step; none: on the step. */
  fixedStarts?: readonly FixedStart[];
  /** How many people one start takes; more than one: a group service. Default 1. */
  seats?: number;
  /** Most starts of the service that a provider takes on a local day; a group is one start. */
  dailyLimit?: number | null;
  /** Most starts of the service that a provider takes in an ISO week, which begins on Monday. */
  weeklyLimit?: number | null;
};

/** `weekday` 1 (Monday) to 7; `minute` 0 to 1439 on the local clock. */
export type FixedStart = { weekday: number; minute: number };

/** People who come together: one start of a group service with one provider. */
export type Group = {
  serviceId: number;
  start: Instant;
  seatsTaken: number;
  /** What meets the service's needs, in their order. */
  resourceIds: readonly number[];
};

/** Time taken from a provider or a resource, its own buffers included. */
export type Busy = Interval & {
  /**
   * Default "appointment". "calendar": read from a calendar that is kept elsewhere;
   * "calendar-unread": that one can no longer be read, so nobody knows.
   */
  kind?: "appointment" | "hold" | "calendar" | "calendar-unread";
  /** What it blocks where the way from or to another location counts: wider than itself. */
  reach?: Interval;
  /** It is this group, which others may join. A group is one entry, whoever has joined it. */
  group?: Group;
};

export type Provider = Schedule & {
  staffId: number;
  busy: readonly Busy[];
  /** Days off, both included: like closures, but for this provider alone. */
  absences?: readonly Closure[];
  /** The starts of this service that the provider has already, for the limits; a group once. */
  taken?: readonly Instant[];
};

/** A room or a piece of equipment: one start at a time, for as many people as its capacity. */
export type Resource = {
  id: number;
  capacity: number;
  position: number;
  busy: readonly Busy[];
};

/** Met by any one of its resources; each need takes a resource of its own. */
export type Need = { resources: readonly Resource[] };

export type Book = {
  service: ServiceRules;
  /** Tells the service's own groups from others. */
  serviceId?: number;
  /** Those who offer the service; `starts` names them in this order. */
  providers: readonly Provider[];
  closures: readonly Closure[];
  /** The location's. */
  zone: Zone;
  now: Instant;
  /** False: the business takes no bookings for now. */
  bookingsOpen?: boolean;
  needs?: readonly Need[];
  /** How many are to come: the seats wanted. Default 1. */
  people?: number;
};

export type Page = { from: LocalDate; days: number };

export type Start = {
  start: Instant;
  staffIds: readonly number[];
  /** Of a group service: the most seats left with any of them. */
  seatsLeft?: number;
};

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

export function seatsOf({ seats = 1 }: ServiceRules): number {
  return seats;
}

/** With no group yet, all are. */
export function seatsLeft(service: ServiceRules, group: Group | undefined): number {
  return Math.max(0, seatsOf(service) - (group?.seatsTaken ?? 0));
}

/** The groups of a group service that a provider has, open or full, in no order. */
export function groupsOf({ busy }: Provider, { service, serviceId }: Book): Group[] {
  if (serviceId === undefined || seatsOf(service) === 1) return [];
  const groups: Group[] = [];
  for (const { group } of busy) if (group?.serviceId === serviceId) groups.push(group);
  return groups;
}

export function groupAt(provider: Provider, book: Book, start: Instant): Group | undefined {
  return groupsOf(provider, book).find((group) => group.start === start);
}

/** The instants from which the appointment or its buffers would overlap busy time or its reach. */
export function blocked(busy: readonly Busy[], service: ServiceRules): Interval[] {
  const before = (service.minutes + service.bufferAfter) * MINUTE;
  const after = service.bufferBefore * MINUTE;
  return normalise(
    busy.map((one) => {
      const { start, end } = one.reach ?? one;
      return { start: start - before + 1, end: end + after };
    }),
  );
}
