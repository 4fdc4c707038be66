// Why a time is offered or not, by the functions that offer times: the first rule that removes it.
// First those that nobody can set aside, then those that staff can.
import {
  blocked,
  type Book,
  type Busy,
  earliestStart,
  fitting,
  lastDay,
  onStep,
  type Plan,
  planOf,
  type Provider,
  takesBookings,
} from "./availability.ts";
import { type Closure, type Exception, type Schedule, workingIntervals } from "./hours.ts";
import { contains, type Interval } from "./intervals.ts";
import {
  dateOf,
  type Instant,
  type LocalDate,
  localDay,
  type LocalTime,
  localToInstants,
  wallAt,
  wallToLocal,
} from "./time.ts";

export type Verdict =
  | { offered: true }
  | { offered: false; rule: "bookings-closed" | "service-not-offered" | "nonexistent-time" }
  | { offered: false; rule: "past"; now: Instant }
  | { offered: false; rule: "notice"; earliest: Instant }
  | { offered: false; rule: "horizon"; last: LocalDate }
  | { offered: false; rule: "closure"; closure: Closure }
  /** `working`: when the provider works on that local day. */
  | { offered: false; rule: "outside-hours"; working: Interval[] }
  | { offered: false; rule: "exception"; exception: Exception }
  /** Steps of so many minutes count from this local time. */
  | { offered: false; rule: "not-on-step"; step: number; countedFrom: LocalTime }
  | { offered: false; rule: "busy" | "hold"; taken: Interval };

/** `start` is null for a local time that does not exist. */
export type Explanation = { staffId: number; start: Instant | null; verdict: Verdict };

/** An instant, or a time on the clock, for one provider or for all. */
export type Question = Book & { start: Instant | LocalTime; staffId?: number | undefined };

/** Somebody else has it: no rule that staff could set aside. */
export function isTaken(found: Verdict): found is Extract<Verdict, { rule: "busy" | "hold" }> {
  return !found.offered && (found.rule === "busy" || found.rule === "hold");
}

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
  return (
    taken(book, provider, start) ??
    outsideWindow(book, start) ??
    notWorking(book, provider, start) ??
    offStep(book, provider, start) ?? { offered: true }
  );
}

function outsideWindow(book: Book, start: Instant): Verdict | null {
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
function notWorking(book: Book, provider: Provider, start: Instant): Verdict | null {
  const fits = (schedule: Schedule, closures: readonly Closure[]) =>
    contains(fitting(planAt(book, start, schedule, closures).working, book.service), start);

  const date = dateOf(localDay(start, book.zone));
  const closedToday = book.closures.find(({ from, to }) => from <= date && date <= to);
  if (closedToday) return { offered: false, rule: "closure", closure: closedToday };
  if (fits(provider, book.closures)) return null;
  if (fits(provider, [])) {
    const closure = book.closures.find((one) => !fits(provider, [one]));
    if (closure) return { offered: false, rule: "closure", closure };
  }
  const { hours, exceptions } = provider;
  const opened = exceptions.filter(({ kind }) => kind === "open");
  if (fits({ hours, exceptions: opened }, [])) {
    const exception = exceptions.find((one) => !fits({ hours, exceptions: [...opened, one] }, []));
    if (exception) return { offered: false, rule: "exception", exception };
  }
  const working = workingIntervals(provider, book.closures, book.zone, date, 1);
  return { offered: false, rule: "outside-hours", working };
}

function offStep(book: Book, provider: Provider, start: Instant): Verdict | null {
  const { step } = book.service;
  const plan = planAt(book, start, provider, book.closures);
  if (onStep(plan, [{ start, end: start + 1 }], step).length > 0) return null;
  const wall = wallAt(start, book.zone);
  const grid = plan.grids.find((candidate) => contains([candidate], wall));
  const countedFrom = wallToLocal(grid?.anchor ?? wall);
  return { offered: false, rule: "not-on-step", step, countedFrom };
}

function taken(book: Book, provider: Provider, start: Instant): Verdict | null {
  const inTheWay = provider.busy.filter((busy) => contains(blocked([busy], book.service), start));
  const first = inTheWay.find((busy) => !isHold(busy)) ?? inTheWay[0];
  if (!first) return null;
  const interval = { start: first.start, end: first.end };
  return { offered: false, rule: isHold(first) ? "hold" : "busy", taken: interval };
}

function planAt(
  book: Book,
  start: Instant,
  schedule: Schedule,
  closures: readonly Closure[],
): Plan {
  const day = localDay(start, book.zone);
  return planOf(schedule, closures, book, { first: day, last: day });
}

function isHold({ kind }: Busy): boolean {
  return kind === "hold";
}
