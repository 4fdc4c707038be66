// A slow, obvious second opinion on what can be booked: minute by minute, on Temporal alone.
import type {
  Book,
  Busy,
  FixedStart,
  Group,
  Need,
  Page,
  Provider,
  ServiceRules,
  Start,
} from "../../src/domain/availability.ts";
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
const QUARTER = 15 * MINUTE;
const DAY = 1440 * MINUTE;

export function startsByMinute(book: Book & Page): Start[] {
  const minutes = minutesOf(book);
  const offers = book.providers.map((provider) => ({
    staffId: provider.staffId,
    seatsLeft: seatsLeftAt(book, provider),
  }));
  return minutes.flatMap(({ instant, clock }) => {
    const free = offers
      .map(({ staffId, seatsLeft }) => ({ staffId, left: seatsLeft(instant, clock) }))
      .filter(({ left }) => left > 0);
    if (free.length === 0) return [];
    const found = { start: instant, staffIds: free.map(({ staffId }) => staffId) };
    const seatsLeft = Math.max(...free.map(({ left }) => left));
    return [isGroupService(book) ? { ...found, seatsLeft } : found];
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
  const nextPage = afterLast.toString();
  const minutes: { instant: number; clock: Clock }[] = [];
  for (let instant = begin; instant < end; instant += MINUTE) {
    const clock = read(zone, instant);
    if (from <= clock.date && clock.date < nextPage) minutes.push({ instant, clock });
  }
  return minutes;
}

/** The resources to take, by trying all combinations in order of fit. */
export function resourcesByTrying(book: Book, start: number): number[] | null {
  return tryNeeds(book, book.needs ?? [], start, []);
}

type Clock = { date: string; minute: number };

/** How many seats an offer at an instant has left; none: it is no offer. */
function seatsLeftAt(book: Book, provider: Provider) {
  const { service, zone, people = 1 } = book;
  const { seats = 1 } = service;
  const isInTime = windowOf(book);
  const diary = diaryOf(book, provider);
  const isOnStep = stepsOf(service, diary);
  const isOpen = (at: number) => {
    const clock = read(zone, at);
    return diary(clock) && isInServiceHours(service, clock);
  };
  return (instant: number, clock: Clock): number => {
    if (!isInTime(instant, clock)) return 0;
    const group = groupAt(book, provider, instant);
    if (group) return group.seatsTaken + people <= seats ? seats - group.seatsTaken : 0;
    const offered =
      people <= seats &&
      isOpen(instant) &&
      (service.fixedStarts?.length ? isFixed(service.fixedStarts, clock) : isOnStep(clock)) &&
      isFree(service, provider, instant, isOpen) &&
      isWithinLimits(book, provider, clock) &&
      resourcesByTrying(book, instant) !== null;
    return offered ? seats : 0;
  };
}

/** Whether notice and horizon allow a start. */
function windowOf({ service, zone, now, bookingsOpen }: Book) {
  const earliest = now + service.bookingNotice * MINUTE;
  const today = Temporal.PlainDate.from(read(zone, now).date);
  const last = today.add({ days: service.horizonDays }).toString();
  return (start: number, { date }: Clock) =>
    bookingsOpen !== false && start >= earliest && date <= last;
}

function isFree(
  service: ServiceRules,
  { busy }: Provider,
  start: number,
  isOpen: (instant: number) => boolean,
): boolean {
  for (let minute = 0; minute < service.minutes; minute++)
    if (!isOpen(start + minute * MINUTE)) return false;
  return isUntouched(service, busy, start);
}

function isUntouched(
  { minutes, bufferBefore, bufferAfter }: ServiceRules,
  busy: readonly Busy[],
  start: number,
): boolean {
  for (let minute = -bufferBefore; minute < minutes + bufferAfter; minute++)
    if (isBusy(busy, start + minute * MINUTE)) return false;
  return true;
}

function isBusy(busy: readonly Busy[], instant: number): boolean {
  return busy.some((one) => {
    const { start, end } = one.reach ?? one;
    return start <= instant && instant < end;
  });
}

function isGroupService({ service }: Book): boolean {
  return (service.seats ?? 1) > 1;
}

function groupAt(book: Book, { busy }: Provider, start: number): Group | undefined {
  if (!isGroupService(book)) return undefined;
  const isOwn = (group?: Group) => group?.serviceId === book.serviceId && group?.start === start;
  return busy.find(({ group }) => isOwn(group))?.group;
}

function isInServiceHours({ hours }: ServiceRules, clock: Clock): boolean {
  if (!hours?.length) return true;
  return (
    isInWeek(hours, clock.date, clock.minute) ||
    isInWeek(hours, dayBefore(clock.date), clock.minute + 1440)
  );
}

function isFixed(starts: readonly FixedStart[], { date, minute }: Clock): boolean {
  return starts.some((one) => one.weekday === dayOfWeek(date) && one.minute === minute);
}

function isWithinLimits({ service, zone }: Book, { taken = [] }: Provider, { date }: Clock) {
  const dates = taken.map((start) => read(zone, start).date);
  const thatDay = dates.filter((other) => other === date).length;
  const thatWeek = dates.filter((other) => weekOf(other) === weekOf(date)).length;
  return thatDay < (service.dailyLimit ?? Infinity) && thatWeek < (service.weeklyLimit ?? Infinity);
}

function tryNeeds(
  book: Book,
  [need, ...others]: readonly Need[],
  start: number,
  taken: readonly number[],
): number[] | null {
  if (!need) return [...taken];
  const { seats = 1 } = book.service;
  const inOrder = need.resources
    .filter(({ id, capacity }) => capacity >= seats && !taken.includes(id))
    .toSorted((a, b) => a.capacity - b.capacity || a.position - b.position || a.id - b.id);
  for (const { id, busy } of inOrder) {
    if (!isUntouched(book.service, busy, start)) continue;
    const found = tryNeeds(book, others, start, [...taken, id]);
    if (found) return found;
  }
  return null;
}

type Diary = (clock: Clock) => boolean;

/** Counts the minutes worked without a break before each minute of a day and the day before. */
function stepsOf({ step }: ServiceRules, diary: Diary): (clock: Clock) => boolean {
  const pages = memo((date: string) => {
    const before = dayBefore(date);
    let worked = diary({ date: dayBefore(before), minute: 1439 }) ? Number.NaN : 0;
    return [before, date].flatMap((day) =>
      Array.from({ length: 1440 }, (_, minute) => {
        // Work that has gone on for longer counts from midnight.
        const onStep = (Number.isNaN(worked) ? minute : worked) % step === 0;
        worked = diary({ date: day, minute }) ? worked + 1 : 0;
        return onStep;
      }),
    );
  });
  return ({ date, minute }) => pages(date)[1440 + minute] === true;
}

/** Whether a provider works at a time on the clock, written down once for each minute of a day. */
function diaryOf(book: Book, provider: Provider): Diary {
  const closures = [...book.closures, ...(provider.absences ?? [])];
  const pages = memo((date: string) =>
    Array.from({ length: 1440 }, (_, minute) => works(closures, provider, date, minute)),
  );
  return ({ date, minute }) => pages(date)[minute] === true;
}

function works(
  closures: readonly Closure[],
  provider: Provider,
  date: string,
  minute: number,
): boolean {
  if (isClosed(closures, date)) return false;
  if (isInShift(provider, date, minute)) return true;
  const before = dayBefore(date);
  return !isClosed(closures, before) && isInShift(provider, before, minute + 1440);
}

function isInShift({ hours, exceptions }: Provider, date: string, minute: number): boolean {
  const today = exceptions.filter((exception) => exception.date === date);
  const opened = today.some((e) => e.kind === "open" && covers(e, minute, 1440));
  const closed = today.some((e) => e.kind === "closed" && covers(e, minute, 2880));
  return opened || (isInWeek(hours, date, minute) && !closed);
}

function isInWeek(hours: readonly WeeklyRange[], date: string, minute: number): boolean {
  return hours.some((h) => h.weekday === dayOfWeek(date) && covers(h, minute, 2880));
}

function covers({ from, to }: Exception | WeeklyRange, minute: number, end: number): boolean {
  return (from ?? 0) <= minute && minute < (to ?? end);
}

function isClosed(closures: readonly Closure[], date: string): boolean {
  return closures.some(({ from, to }) => from <= date && date <= to);
}

const dateOf = memo((day: number) =>
  Temporal.PlainDate.from("1970-01-01").add({ days: day }).toString(),
);
const dayBefore = memo((date: string) =>
  Temporal.PlainDate.from(date).subtract({ days: 1 }).toString(),
);
const dayOfWeek = memo((date: string) => Temporal.PlainDate.from(date).dayOfWeek);
const weekOf = memo((date: string) => {
  const { yearOfWeek, weekOfYear } = Temporal.PlainDate.from(date);
  return `${yearOfWeek}-W${weekOfYear}`;
});
// Most quarters of an hour have one offset from beginning to end: the clock is read once in each.
const offsets = memo((zone: string) => {
  const offsetAt = (instant: number) =>
    Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).offsetNanoseconds /
    1_000_000;
  return memo((quarter: number) => {
    const begin = offsetAt(quarter * QUARTER);
    return begin === offsetAt((quarter + 1) * QUARTER) ? () => begin : offsetAt;
  });
});

function read(zone: string, instant: number): Clock {
  const local = instant + offsets(zone)(Math.floor(instant / QUARTER))(instant);
  const day = Math.floor(local / DAY);
  return { date: dateOf(day), minute: Math.floor((local - day * DAY) / MINUTE) };
}

function memo<K, V>(make: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    if (!known.has(key)) known.set(key, make(key));
    return known.get(key)!;
  };
}
