// The times at which a service can be booked. The rules, each a function that starts() and
// explain() share:
//
// - the start is not before now + the notice for booking, nor on a local day after the horizon's;
// - the appointment lies in unbroken working hours, which closures and the provider's absences take
//   away; it may end exactly at closing. If the service has hours of its own, it lies in those too;
// - its buffers may lie outside of working hours, but not on busy time, nor on the way from or to
//   another location; touching is not overlapping;
// - the start is on the step: steps are counted on the clock from the beginning of the working range.
//   Ranges that touch are one range. In work that has gone on since before yesterday the steps
//   count from midnight, so that a day's times do not depend on the page that shows them.
//   If the service has fixed starts, it is one of those instead;
// - every need has a resource of its own, large enough and free, buffers included;
// - the provider has not reached the service's limit of starts on that local day or in that week.
//
// A group of the service that a provider has already takes place anyway: it is offered at its start
// while it has enough seats left, and of the rules only the first counts. At other starts it is in
// the way like any busy time.
//
// A start belongs to the local day on which it falls.
import {
  blocked,
  type Book,
  earliestStart,
  type Group,
  groupsOf,
  lastDay,
  type Page,
  type Provider,
  seatsLeft,
  seatsOf,
  type Start,
  takesBookings,
} from "./book.ts";
import { intersect, type Interval, pointsIn, subtract } from "./intervals.ts";
import { isLimited, limitsOf } from "./limits.ts";
import {
  type Days,
  daysOf,
  fitting,
  fixedInstants,
  onStep,
  planOf,
  weeklyIntervals,
} from "./plan.ts";
import { needsTogether, withoutResources } from "./resources.ts";
import { dateOf, dayNumber, type Instant, localDay, type LocalDate } from "./time.ts";

export type * from "./book.ts";
export { fitResources } from "./resources.ts";

/** The starts of the local days of a page, each with those who are free then, in order of time. */
export function starts(book: Book & Page): Start[] {
  if (!takesBookings(book)) return [];
  const days = bookableDays(book);
  if (days.first > days.last) return [];
  const common = commonTo(book, days);
  const offers = book.providers.map((provider) => startsOf(provider, book, common));
  const [only = []] = offers;
  return offers.length < 2 ? only : offers.reduce(together, [] as Shared[]);
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

const SEARCH_DAYS = 28;

/** What is the same for every provider. */
type Common = {
  days: Days;
  /** The instants that the service itself leaves, whoever provides it. */
  allowed: Interval[];
  /** The fixed starts, if there are any; else starts are on the step. */
  fixed: Instant[] | undefined;
  /** Whether the needs can be met at once, where that is not said by `allowed`. */
  canMeet: ((start: Instant) => boolean) | undefined;
};

// Yesterday is looked at too: clocks have been set back over midnight.
function bookableDays(book: Book & Page): Days {
  const first = dayNumber(book.from);
  const yesterday = localDay(book.now, book.zone) - 1;
  return daysOf(
    Math.max(first, yesterday),
    Math.min(first + book.days - 1, lastDay(book)),
    book.service,
    book.zone,
  );
}

function commonTo(book: Book, days: Days): Common {
  const { service } = book;
  const { hours = [], fixedStarts = [] } = service;
  let allowed: Interval[] = [{ start: earliestStart(book), end: Infinity }];
  if (hours.length > 0)
    allowed = intersect(allowed, fitting(weeklyIntervals(hours, days), service));
  for (const none of withoutResources(book)) allowed = subtract(allowed, none);
  if ((book.people ?? 1) > seatsOf(service)) allowed = [];
  const fixed = fixedStarts.length > 0 ? fixedInstants(fixedStarts, days) : undefined;
  return { days, allowed, fixed, canMeet: needsTogether(book) };
}

function startsOf(provider: Provider, book: Book, common: Common): Start[] {
  const { service } = book;
  const staffIds = [provider.staffId];
  const instants = freshStarts(provider, book, common);
  if (seatsOf(service) === 1) return instants.map((start) => ({ start, staffIds }));
  return [
    ...instants.map((start) => ({ start, staffIds, seatsLeft: seatsLeft(service, undefined) })),
    ...groupsOf(provider, book)
      .filter((group) => canBeJoined(group, book, common.days))
      .map((group) => ({ start: group.start, staffIds, seatsLeft: seatsLeft(service, group) })),
  ].toSorted((a, b) => a.start - b.start);
}

/** The starts that nothing has begun at. */
function freshStarts(provider: Provider, book: Book, common: Common): Instant[] {
  const { service, closures } = book;
  const { absences = [] } = provider;
  const { days, allowed, fixed, canMeet } = common;
  const closed = absences.length > 0 ? [...closures, ...absences] : closures;
  const plan = planOf(provider, closed, days);
  const inTime = intersect(fitting(plan.working, service), allowed);
  const free = subtract(inTime, blocked(provider.busy, service));
  let instants = fixed ? pointsIn(fixed, free) : onStep(plan, free, service.step);
  if (canMeet) instants = instants.filter(canMeet);
  if (!isLimited(book)) return instants;
  const reached = limitsOf(provider, book);
  return instants.filter((start) => !reached(start));
}

function canBeJoined(group: Group, book: Book, { first, last }: Days): boolean {
  const day = localDay(group.start, book.zone);
  if (day < first || day > last || group.start < earliestStart(book)) return false;
  return seatsLeft(book.service, group) >= (book.people ?? 1);
}

type Shared = Start & { staffIds: number[] };

/** Two lists in order of time as one; a start that both have is one start. */
function together(all: Shared[], offer: readonly Start[]): Shared[] {
  const both: Shared[] = [];
  let next = 0;
  for (const one of offer) {
    while (next < all.length && all[next]!.start < one.start) both.push(all[next++]!);
    const same = all[next];
    if (same?.start === one.start) join(same, one);
    else both.push({ ...one, staffIds: [...one.staffIds] });
  }
  while (next < all.length) both.push(all[next++]!);
  return both;
}

function join(same: Shared, { staffIds, seatsLeft: left }: Start): void {
  same.staffIds.push(...staffIds);
  if (left !== undefined) same.seatsLeft = Math.max(left, same.seatsLeft ?? 0);
}
