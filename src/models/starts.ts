// The times at which a service can be booked: the catalogue, and one query for what is taken.
import {
  type Book,
  firstStartFrom,
  fitResources,
  type Need,
  type Start,
  starts,
} from "../domain/availability.ts";
import { groupAt } from "../domain/book.ts";
import { explain, type Explanation, isTaken } from "../domain/explanation.ts";
import {
  addDays,
  DAY,
  dayStart,
  type Instant,
  instantToLocal,
  type LocalDate,
  MINUTE,
  weekday,
} from "../domain/time.ts";
import {
  type Catalogue,
  type CatalogueAddon,
  type CatalogueService,
  providersOf,
} from "./catalogue.ts";
import { among, rows } from "./database.ts";
import { elsewhereOf } from "./elsewhere.ts";
import { type Range, type Taken, takenIn, type TakenTime } from "./taken.ts";

export type Question = {
  /** At the location that is asked for. */
  catalogue: Catalogue;
  /** With the add-ons asked for: see `withAddons`. */
  service: CatalogueService;
  addons?: readonly CatalogueAddon[];
  /** How many come; one unless told otherwise. */
  people?: number;
  /** Only this provider; else anyone. */
  staffId?: number | undefined;
  now: Instant;
  /** An appointment that is to move: its own time does not stand in its way. */
  except?: number;
  /** Several that are to move together: the same. */
  exceptAll?: readonly number[];
  /** A hold that is about to become an appointment: the same. */
  exceptHold?: number;
};

/** Somebody who can be tried, with the rooms and equipment to try with. */
export type Candidate = {
  staffId: number;
  resourceIds: readonly number[];
  /** There is a group already, which others can join. */
  joins?: boolean;
};

const MARGIN = 2 * DAY; // buffers and shifts past midnight reach over the days asked for

/** The starts on `days` local days from `from` on, each with who is free. */
export async function startsOn(
  question: Question,
  from: LocalDate,
  days: number,
): Promise<Start[]> {
  const book = await bookFor(question, from, days);
  return starts({ ...book, from, days });
}

/** The first start on the day `from` or later, or null up to the horizon. */
export async function firstStart(question: Question, from: LocalDate): Promise<Start | null> {
  const book = await bookFor(question, from, question.service.horizonDays + 1);
  return firstStartFrom({ ...book, from });
}

/** The next few starts at or after an instant, to choose from when one has gone. */
export async function startsAfter(
  question: Question,
  after: Instant,
  count: number,
): Promise<Start[]> {
  const { zone } = question.catalogue.business;
  const from = instantToLocal(Math.max(after, question.now), zone).date;
  const days = 14;
  const found = await startsOn(question, from, days);
  return found.filter(({ start }) => start >= after).slice(0, count);
}

/** The start at exactly this instant with who is free, if it is offered. */
export async function startAt(question: Question, instant: Instant): Promise<Start | undefined> {
  return offeredAt(await bookAt(question, instant), instant);
}

/**
 * Who can be tried at an instant: those the start is offered with, or with `override` whoever does
 * the service; each with what it needs beside, if that is free.
 */
export async function candidatesAt(
  question: Question,
  instant: Instant,
  override: boolean,
): Promise<Candidate[]> {
  return candidatesIn(await bookAt(question, instant), instant, override);
}

function candidatesIn(book: Book, instant: Instant, override: boolean): Candidate[] {
  const staffIds = override
    ? book.providers.map(({ staffId }) => staffId).filter((id) => !isTakenAt(book, instant, id))
    : (offeredAt(book, instant)?.staffIds ?? []);
  return staffIds.flatMap((staffId) => {
    const resourceIds = fitResources(book, instant, staffId);
    const provider = book.providers.find((one) => one.staffId === staffId);
    const joins = provider !== undefined && groupAt(provider, book, instant) !== undefined;
    return resourceIds ? [{ staffId, resourceIds, joins }] : [];
  });
}

function isTakenAt(book: Book, start: Instant, staffId: number): boolean {
  return explain({ ...book, start, staffId }).some(({ verdict }) => isTaken(verdict));
}

/** The same for several instants, in one query; who cannot be tried at one is not in its list. */
export async function candidatesOver(
  question: Question,
  instants: readonly Instant[],
  override: boolean,
): Promise<Map<Instant, Candidate[]>> {
  if (instants.length === 0) return new Map();
  const [first, last] = [Math.min(...instants), Math.max(...instants)];
  const book = await bookOver(question, { from: first - MARGIN, until: last + MARGIN });
  return new Map(instants.map((instant) => [instant, candidatesIn(book, instant, override)]));
}

const FARTHEST = 800; // days: two years and what months are longer

/** What repeats begins within the service's horizon, and goes on beyond it. */
export function farther(question: Question): Question {
  return { ...question, service: { ...question.service, horizonDays: FARTHEST } };
}

/** Why a time is or is not offered: the first rule that removed it, provider by provider. */
export async function explainStart(
  question: Question,
  start: Instant | { date: LocalDate; minutes: number },
): Promise<Explanation[]> {
  const { zone } = question.catalogue.business;
  const date = typeof start === "number" ? instantToLocal(start, zone).date : start.date;
  const book = await bookFor(question, date, 1);
  const explanations = explain({ ...book, start, staffId: question.staffId });
  return explanations.map((one) => ({ ...one, ...elsewhereOf(question, one) }));
}

function offeredAt(book: Book, instant: Instant): Start | undefined {
  const { date } = instantToLocal(instant, book.zone);
  return starts({ ...book, from: date, days: 1 }).find(({ start }) => start === instant);
}

/** Only what would overlap this one start: the others of the day are not asked for. */
function bookAt(question: Question, instant: Instant): Promise<Book> {
  const { bufferBefore, minutes, bufferAfter } = question.service;
  return bookOver(question, {
    from: instant - bufferBefore * MINUTE,
    until: instant + (minutes + bufferAfter) * MINUTE,
  });
}

function bookFor(question: Question, from: LocalDate, days: number): Promise<Book> {
  const { zone } = question.catalogue.business;
  return bookOver(question, {
    from: dayStart(from, zone) - MARGIN,
    until: dayStart(addDays(from, days), zone) + MARGIN,
  });
}

/** The domain's question, with what is taken in a range of time. */
async function bookOver(question: Question, range: Range): Promise<Book> {
  const { catalogue, service, now, staffId, except, exceptAll, exceptHold, people = 1 } = question;
  const { id, zone, bookingsOpen, travelMinutes } = catalogue.business;
  const way = travelMinutes * MINUTE;
  const wide = { from: range.from - way, until: range.until + way };
  const [taken, limited] = await Promise.all([
    takenIn(id, wide, { now, staffId, except, exceptAll, exceptHold }),
    isLimited(service) ? startsTaken(question, range) : new Map<number, Instant[]>(),
  ]);
  const providers = providersOf(catalogue, service)
    .filter((provider) => staffId === undefined || provider.id === staffId)
    .map(({ id: who, hours, exceptions, absences }) => ({
      staffId: who,
      hours,
      exceptions,
      absences,
      busy: reaching(taken.byStaff.get(who) ?? [], catalogue.location.id, way),
      taken: limited.get(who) ?? [],
    }));
  // A business that takes no bookings for now lets those who have one move it.
  const open = bookingsOpen || except !== undefined;
  const needs = needsOf(question, taken);
  const { closures } = catalogue;
  const rules = rulesOf(service);
  return {
    service: rules,
    serviceId: service.id,
    providers,
    closures,
    zone,
    now,
    bookingsOpen: open,
    needs,
    people,
  };
}

/** What a rule is empty of, the domain is not asked about. */
function rulesOf(service: CatalogueService): Book["service"] {
  const { hours, fixedStarts, ...rules } = service;
  return {
    ...rules,
    ...(hours.length > 0 ? { hours } : {}),
    ...(fixedStarts.length > 0 ? { fixedStarts } : {}),
  };
}

function needsOf({ catalogue, service }: Question, taken: Taken): Need[] {
  const here = catalogue.resources.filter(({ locationId }) => locationId === catalogue.location.id);
  return service.needs.map((ids) => ({
    resources: here
      .filter(({ id }) => ids.includes(id))
      .map(({ id, capacity, position }) => ({
        id,
        capacity: capacity ?? Infinity,
        position,
        busy: taken.byResource.get(id) ?? [],
      })),
  }));
}

/** What a provider has at another location blocks the way there and back too. */
function reaching(
  times: TakenTime[],
  locationId: number,
  way: number,
): Book["providers"][number]["busy"] {
  if (way === 0) return times;
  return times.map((time) =>
    time.locationId === null || time.locationId === locationId
      ? time
      : { ...time, reach: { start: time.start - way, end: time.end + way } },
  );
}

export function isLimited({ dailyLimit, weeklyLimit }: CatalogueService): boolean {
  return dailyLimit !== null || weeklyLimit !== null;
}

/** The starts that count towards a service's limits, by provider: a group is one. */
async function startsTaken(
  { catalogue, service, now, except = 0, exceptAll = [], exceptHold = 0 }: Question,
  { from, until }: Range,
): Promise<Map<number, Instant[]>> {
  const { id: businessId, zone } = catalogue.business;
  const found = await rows<{ staffId: number; start: Instant }>(
    `SELECT staff_id AS "staffId", starts_at AS start FROM appointments
     WHERE business_id = $businessId AND service_id = $serviceId AND status <> 'cancelled'
       AND starts_at >= $from AND starts_at < $until AND id <> $except
       AND id NOT IN (${among("exceptAll")})
     UNION
     SELECT staff_id, starts_at FROM holds
     WHERE business_id = $businessId AND service_id = $serviceId AND appointment_id IS NULL
       AND starts_at >= $from AND starts_at < $until AND expires_at > $now AND id <> $exceptHold`,
    {
      businessId,
      serviceId: service.id,
      except,
      exceptAll: JSON.stringify(exceptAll),
      exceptHold,
      now,
      from: dayStart(mondayOf(from, zone), zone),
      until: dayStart(addDays(mondayOf(until, zone), 7), zone),
    },
  );
  const byStaff = Map.groupBy(found, ({ staffId }) => staffId);
  return new Map([...byStaff].map(([staffId, of]) => [staffId, of.map(({ start }) => start)]));
}

export function mondayOf(instant: Instant, zone: string): LocalDate {
  const { date } = instantToLocal(instant, zone);
  return addDays(date, 1 - weekday(date));
}
