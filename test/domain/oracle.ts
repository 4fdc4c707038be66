// A slow, obvious second opinion on what can be booked: minute by minute, on Temporal alone.
import type { Book, Page, Provider, ServiceRules, Start } from "../../src/domain/availability.ts";
import type { Closure, Exception, WeeklyRange } from "../../src/domain/hours.ts";

/** From −12 to +14, with half-hour changes, changes at midnight, a skipped day, and no changes. */
export const ZONES = [
  "Etc/GMT+12",
  "Pacific/Kiritimati",
  "America/New_York",
  "America/St_Johns",
  "America/Sao_Paulo",
  "America/Havana",
  "Europe/London",
  "Europe/Berlin",
  "Asia/Beirut",
  "Asia/Kathmandu",
  "Africa/Casablanca",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "Pacific/Chatham",
  "Antarctica/Troll",
];

/** Days on which something happens to the clocks. */
export const CHANGES: [zone: string, date: string][] = [
  ["America/New_York", "2026-11-01"],
  ["America/New_York", "2027-03-14"],
  ["America/St_Johns", "2006-10-29"],
  ["America/St_Johns", "2006-04-02"],
  ["America/Sao_Paulo", "2018-11-04"],
  ["America/Sao_Paulo", "2019-02-17"],
  ["America/Havana", "2026-11-01"],
  ["America/Havana", "2026-03-08"],
  ["Europe/London", "2026-10-25"],
  ["Asia/Beirut", "2024-03-31"],
  ["Asia/Beirut", "2024-10-27"],
  ["Africa/Casablanca", "2026-02-15"],
  ["Australia/Lord_Howe", "2026-10-04"],
  ["Australia/Lord_Howe", "2027-04-04"],
  ["Pacific/Apia", "2011-12-30"],
  ["Pacific/Chatham", "2027-04-04"],
  ["Antarctica/Troll", "2026-03-29"],
  ["Antarctica/Troll", "2026-10-25"],
];

const MINUTE = 60_000;

export function startsByMinute(book: Book & Page): Start[] {
  const minutes = minutesOf(book);
  const isInTime = windowOf(book);
  const offers = book.providers.map((provider) => {
    const diary = diaryOf(book, provider);
    const worksAt = (at: number) => diary(read(book.zone, at));
    const starts = minutes.filter(
      ({ instant, clock }) =>
        isInTime(instant, clock) &&
        isFree(book.service, provider, instant, worksAt) &&
        isOnStep(book.service, clock, diary),
    );
    return { staffId: provider.staffId, starts: new Set(starts.map(({ instant }) => instant)) };
  });
  return minutes.flatMap(({ instant }) => {
    const free = offers.filter(({ starts }) => starts.has(instant));
    return free.length === 0
      ? []
      : [{ start: instant, staffIds: free.map(({ staffId }) => staffId) }];
  });
}

/** The minutes at which a provider works on the page's days. */
export function workingMinutes(book: Book & Page, provider: Provider): number[] {
  const diary = diaryOf(book, provider);
  return minutesOf(book)
    .filter(({ clock }) => diary(clock))
    .map(({ instant }) => instant);
}

/** Every minute whose local date is one of the page's. */
export function minutesOf({ zone, from, days }: Pick<Book & Page, "zone" | "from" | "days">) {
  const first = Temporal.PlainDate.from(from);
  const afterLast = first.add({ days });
  // Two hours more on both sides, for clocks that are set back over midnight.
  const begin = first.toZonedDateTime(zone).epochMilliseconds - 120 * MINUTE;
  const end = afterLast.toZonedDateTime(zone).epochMilliseconds + 120 * MINUTE;
  const minutes: { instant: number; clock: Clock }[] = [];
  for (let instant = begin; instant < end; instant += MINUTE) {
    const clock = read(zone, instant);
    if (from <= clock.date && clock.date < afterLast.toString()) minutes.push({ instant, clock });
  }
  return minutes;
}

type Clock = { date: string; minute: number };

/** Whether notice and horizon allow a start. */
function windowOf({ service, zone, now, bookingsOpen }: Book) {
  const earliest = now + service.bookingNotice * MINUTE;
  const today = Temporal.PlainDate.from(read(zone, now).date);
  const last = today.add({ days: service.horizonDays }).toString();
  return (start: number, { date }: Clock) =>
    bookingsOpen !== false && start >= earliest && date <= last;
}

function isFree(
  { minutes, bufferBefore, bufferAfter }: ServiceRules,
  provider: Provider,
  start: number,
  worksAt: (instant: number) => boolean,
): boolean {
  for (let minute = 0; minute < minutes; minute++)
    if (!worksAt(start + minute * MINUTE)) return false;
  for (let minute = -bufferBefore; minute < minutes + bufferAfter; minute++)
    if (isBusy(provider, start + minute * MINUTE)) return false;
  return true;
}

function isOnStep({ step }: ServiceRules, clock: Clock, diary: Diary): boolean {
  const beforeYesterday = dayBefore(dayBefore(clock.date));
  let worked = 0;
  for (let at = minuteBefore(clock); diary(at); at = minuteBefore(at)) {
    if (at.date === beforeYesterday) return clock.minute % step === 0;
    worked++;
  }
  return worked % step === 0;
}

function isBusy({ busy }: Provider, instant: number): boolean {
  return busy.some(({ start, end }) => start <= instant && instant < end);
}

type Diary = (clock: Clock) => boolean;

/** Whether a provider works at a time on the clock, written down once for each minute of a day. */
function diaryOf(book: Book, provider: Provider): Diary {
  const pages = memo((date: string) =>
    Array.from({ length: 1440 }, (_, minute) => works(book, provider, date, minute)),
  );
  return ({ date, minute }) => pages(date)[minute] === true;
}

function works(book: Book, provider: Provider, date: string, minute: number): boolean {
  if (isClosed(book.closures, date)) return false;
  if (isInShift(provider, date, minute)) return true;
  const before = dayBefore(date);
  return !isClosed(book.closures, before) && isInShift(provider, before, minute + 1440);
}

function isInShift({ hours, exceptions }: Provider, date: string, minute: number): boolean {
  const today = exceptions.filter((exception) => exception.date === date);
  const opened = today.some((e) => e.kind === "open" && covers(e, minute, 1440));
  const closed = today.some((e) => e.kind === "closed" && covers(e, minute, 2880));
  const usual = hours.some((h) => h.weekday === dayOfWeek(date) && covers(h, minute, 2880));
  return opened || (usual && !closed);
}

function covers({ from, to }: Exception | WeeklyRange, minute: number, end: number): boolean {
  return (from ?? 0) <= minute && minute < (to ?? end);
}

function isClosed(closures: readonly Closure[], date: string): boolean {
  return closures.some(({ from, to }) => from <= date && date <= to);
}

function minuteBefore({ date, minute }: Clock): Clock {
  return minute > 0 ? { date, minute: minute - 1 } : { date: dayBefore(date), minute: 1439 };
}

const dayBefore = memo((date: string) =>
  Temporal.PlainDate.from(date).subtract({ days: 1 }).toString(),
);
const dayOfWeek = memo((date: string) => Temporal.PlainDate.from(date).dayOfWeek);
const clocks = memo((zone: string) =>
  memo((instant: number): Clock => {
    const local = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
    return { date: local.toPlainDate().toString(), minute: local.hour * 60 + local.minute };
  }),
);

function read(zone: string, instant: number): Clock {
  return clocks(zone)(instant);
}

function memo<K, V>(make: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    if (!known.has(key)) known.set(key, make(key));
    return known.get(key)!;
  };
}
