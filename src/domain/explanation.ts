// Why a time is offered or not, by the functions that offer times: the first rule that removes it.
// First those that nobody can set aside, then those that staff can.
import {
  blocked,
  type Book,
  type Busy,
  earliestStart,
  type Group,
  groupAt,
  lastDay,
  type Provider,
  seatsLeft,
  seatsOf,
  takesBookings,
} from "./book.ts";
import { type Closure, type Schedule, workingIntervals } from "./hours.ts";
import { contains, type Interval } from "./intervals.ts";
import { limitsOf } from "./limits.ts";
import {
  type Days,
  daysOf,
  fitting,
  fixedInstants,
  onStep,
  planOf,
  weeklyIntervals,
} from "./plan.ts";
import { unmetNeed } from "./resources.ts";
import {
  dateOf,
  type Instant,
  localDay,
  type LocalTime,
  localToInstants,
  wallAt,
  wallToLocal,
} from "./time.ts";
import type { NotOffered, Verdict } from "./verdict.ts";

export { isTaken, type Verdict } from "./verdict.ts";

/** `start` is null for a local time that does not exist. */
export type Explanation = {
  staffId: number;
  start: Instant | null;
  verdict: Verdict;
  /** Of who does not work here then: where else she does, or is on the way to. */
  elsewhere?: { name: string; working: Interval };
};

/** An instant, or a time on the clock, for one provider or for all. */
export type Question = Book & { start: Instant | LocalTime; staffId?: number | undefined };

/** One answer a provider; two where the clock shows the time twice. */
export function explain(question: Question): Explanation[] {
  const staffIds =
    question.staffId === undefined
      ? question.providers.map(({ staffId }) => staffId)
      : [question.staffId];
  return staffIds.flatMap((staffId) =>
    instantsAsked(question).map((start) => ({
      staffId,
      start,
      verdict: verdict(question, start, staffId),
    })),
  );
}

function instantsAsked({ start, zone }: Question): (Instant | null)[] {
  if (typeof start === "number") return [start];
  const instants = localToInstants(start.date, start.minutes, zone);
  return instants.length === 0 ? [null] : instants;
}

function verdict(book: Book, start: Instant | null, staffId: number): Verdict {
  const provider = book.providers.find((candidate) => candidate.staffId === staffId);
  if (!provider) return { offered: false, rule: "service-not-offered" };
  if (start === null) return { offered: false, rule: "nonexistent-time" };
  const group = groupAt(provider, book, start);
  const removed = group
    ? (full(book, group) ?? outsideWindow(book, start))
    : (taken(book, provider, start) ?? setAside(book, provider, start));
  return removed ?? { offered: true };
}

/** What nobody can set aside. */
function taken(book: Book, provider: Provider, start: Instant): NotOffered | null {
  const busy = inTheWay(book, provider, start).filter((one) => !isFromCalendar(one));
  const met = busy.filter((one) => contains(blocked([intervalOf(one)], book.service), start));
  const own = met.find((one) => !isHold(one)) ?? met[0];
  if (own) return { offered: false, rule: isHold(own) ? "hold" : "busy", taken: intervalOf(own) };
  const seats = full(book, undefined);
  if (seats) return seats;
  const need = unmetNeed(book, start);
  if (need !== -1) return { offered: false, rule: "resource", need };
  const [elsewhere] = busy;
  return elsewhere ? { offered: false, rule: "travel", taken: intervalOf(elsewhere) } : null;
}

/** What staff can set aside. */
function setAside(book: Book, provider: Provider, start: Instant): NotOffered | null {
  return (
    outsideWindow(book, start) ??
    notWorking(book, provider, start) ??
    outsideServiceHours(book, start) ??
    inCalendar(book, provider, start) ??
    beyondLimit(book, provider, start) ??
    notAStart(book, provider, start)
  );
}

/** @param group undefined: nobody has begun one */
function full({ service, people = 1 }: Book, group: Group | undefined): NotOffered | null {
  const left = seatsLeft(service, group);
  if (people <= left) return null;
  return { offered: false, rule: "full", seats: seatsOf(service), seatsLeft: left };
}

function outsideWindow(book: Book, start: Instant): NotOffered | null {
  if (!takesBookings(book)) return { offered: false, rule: "bookings-closed" };
  if (start < book.now) return { offered: false, rule: "past", now: book.now };
  const earliest = earliestStart(book);
  if (start < earliest) return { offered: false, rule: "notice", earliest };
  const last = lastDay(book);
  if (localDay(start, book.zone) > last)
    return { offered: false, rule: "horizon", last: dateOf(last) };
  return null;
}

/** Each rule is tried by leaving it out: the one without which the time would do has removed it. */
function notWorking(book: Book, provider: Provider, start: Instant): NotOffered | null {
  const days = dayAt(book, start);
  const fits = (schedule: Schedule, closed: readonly Closure[]) =>
    contains(fitting(planOf(schedule, closed, days).working, book.service), start);

  const { hours, exceptions, absences = [] } = provider;
  const date = dateOf(days.first);
  const today = closedBy(book, absences, ({ from, to }) => from <= date && date <= to);
  if (today) return today;
  const closed = [...book.closures, ...absences];
  if (fits(provider, closed)) return null;
  if (fits(provider, [])) {
    const shift = closedBy(book, absences, (one) => !fits(provider, [one]));
    if (shift) return shift;
  }
  const opened = exceptions.filter(({ kind }) => kind === "open");
  if (fits({ hours, exceptions: opened }, [])) {
    const exception = exceptions.find((one) => !fits({ hours, exceptions: [...opened, one] }, []));
    if (exception) return { offered: false, rule: "exception", exception };
  }
  const working = workingIntervals(provider, closed, book.zone, date, 1);
  return { offered: false, rule: "outside-hours", working };
}

function closedBy(
  { closures }: Book,
  absences: readonly Closure[],
  removes: (one: Closure) => boolean,
): NotOffered | null {
  const closure = closures.find(removes);
  if (closure) return { offered: false, rule: "closure", closure };
  const absence = absences.find(removes);
  return absence ? { offered: false, rule: "absence", absence } : null;
}

function outsideServiceHours(book: Book, start: Instant): NotOffered | null {
  const { service, zone } = book;
  const { hours = [] } = service;
  if (hours.length === 0) return null;
  const days = dayAt(book, start);
  if (contains(fitting(weeklyIntervals(hours, days), service), start)) return null;
  const open = workingIntervals({ hours, exceptions: [] }, [], zone, dateOf(days.first), 1);
  return { offered: false, rule: "service-hours", open };
}

function inCalendar(book: Book, provider: Provider, start: Instant): NotOffered | null {
  const found = inTheWay(book, provider, start).filter(isFromCalendar);
  const known = found.find(({ kind }) => kind === "calendar");
  if (known) return { offered: false, rule: "calendar", taken: intervalOf(known) };
  return found.length > 0 ? { offered: false, rule: "calendar-unread" } : null;
}

function beyondLimit(book: Book, provider: Provider, start: Instant): NotOffered | null {
  const reached = limitsOf(provider, book)(start);
  return reached ? { offered: false, rule: "limit", ...reached } : null;
}

function notAStart(book: Book, provider: Provider, start: Instant): NotOffered | null {
  const { fixedStarts = [], step } = book.service;
  const days = dayAt(book, start);
  if (fixedStarts.length > 0) {
    const starts = fixedInstants(fixedStarts, days);
    return starts.includes(start) ? null : { offered: false, rule: "not-a-fixed-start", starts };
  }
  const closed = [...book.closures, ...(provider.absences ?? [])];
  const plan = planOf(provider, closed, days);
  if (onStep(plan, [{ start, end: start + 1 }], step).length > 0) return null;
  const wall = wallAt(start, book.zone);
  const grid = plan.grids.find((candidate) => contains([candidate], wall));
  const countedFrom = wallToLocal(grid?.anchor ?? wall);
  return { offered: false, rule: "not-on-step", step, countedFrom };
}

/** What a provider has that the appointment or its buffers would overlap, the way to it included. */
function inTheWay({ service }: Book, { busy }: Provider, start: Instant): Busy[] {
  return busy.filter((one) => contains(blocked([one], service), start));
}

function dayAt({ service, zone }: Book, start: Instant): Days {
  const day = localDay(start, zone);
  return daysOf(day, day, service, zone);
}

function intervalOf({ start, end }: Interval): Interval {
  return { start, end };
}

function isHold({ kind }: Busy): boolean {
  return kind === "hold";
}

function isFromCalendar({ kind }: Busy): boolean {
  return kind === "calendar" || kind === "calendar-unread";
}
