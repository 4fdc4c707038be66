// The times at which a service can be booked: the catalogue, and one query for what is taken.
import { type Book, firstStartFrom, type Start, starts } from "../domain/availability.ts";
import { explain, type Explanation } from "../domain/explanation.ts";
import {
  addDays,
  DAY,
  dayStart,
  type Instant,
  instantToLocal,
  type LocalDate,
  MINUTE,
} from "../domain/time.ts";
import { Allocation, type Range } from "./allocation.ts";
import { type Catalogue, type CatalogueService, providersOf } from "./catalogue.ts";

export type Question = {
  catalogue: Catalogue;
  service: CatalogueService;
  /** Only this provider; else anyone. */
  staffId?: number | undefined;
  now: Instant;
  /** An appointment that is to move: its own time does not stand in its way. */
  except?: number;
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
  const { date } = instantToLocal(instant, question.catalogue.business.zone);
  const { bufferBefore, minutes, bufferAfter } = question.service;
  // Only what would overlap this one start: the others of the day are not asked for.
  const book = await bookOver(question, {
    from: instant - bufferBefore * MINUTE,
    until: instant + (minutes + bufferAfter) * MINUTE,
  });
  const found = starts({ ...book, from: date, days: 1 });
  return found.find(({ start }) => start === instant);
}

/** Why a time is or is not offered: the first rule that removed it, provider by provider. */
export async function explainStart(
  question: Question,
  start: Instant | { date: LocalDate; minutes: number },
): Promise<Explanation[]> {
  const { zone } = question.catalogue.business;
  const date = typeof start === "number" ? instantToLocal(start, zone).date : start.date;
  const book = await bookFor(question, date, 1);
  return explain({ ...book, start, staffId: question.staffId });
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
  const { catalogue, service, now, staffId, except } = question;
  const { id, zone, bookingsOpen } = catalogue.business;
  const busy = await Allocation.busy(id, range, { now, staffId, except });
  const providers = providersOf(catalogue, service)
    .filter((provider) => staffId === undefined || provider.id === staffId)
    .map(({ id: who, hours, exceptions }) => ({
      staffId: who,
      hours,
      exceptions,
      busy: busy.get(who) ?? [],
    }));
  // A business that takes no bookings for now lets those who have one move it.
  const open = bookingsOpen || except !== undefined;
  return { service, providers, closures: catalogue.closures, zone, now, bookingsOpen: open };
}
