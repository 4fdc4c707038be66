// A week of appointments around today, as customers would have booked them.
import { addDays, DAY, type Instant, instantToLocal, type LocalDate } from "../domain/time.ts";
import { type Catalogue, catalogueOf, type CatalogueService } from "../models/catalogue.ts";
import { rows } from "../models/database.ts";
import { Appointment, Notice } from "../models/index.ts";
import { inTurn } from "../models/set-up.ts";
import { type Question, startsOn } from "../models/starts.ts";
import { CUSTOMERS, DAYS_AFTER, DAYS_BEFORE } from "./demo.ts";

/** How long before the start it was booked. */
export const AHEAD = 4 * DAY;
const CANCELLED = 7; // each seventh

/** A few appointments a provider and day. */
export function bookAWeek(slug: string, now: Instant): Promise<void> {
  return fillOnce(slug, (catalogue) => bookAll(catalogue, now));
}

/**
 * Fills a book that is empty. Nobody gets a mail of it: the notices are turned on when all is there.
 * @param slug of a business that has just been made
 */
export async function fillOnce(
  slug: string,
  fill: (catalogue: Catalogue) => Promise<void>,
): Promise<void> {
  const catalogue = await catalogueOf(slug);
  const { business } = catalogue;
  if (await hasAppointments(business)) return;
  await inTurn(business, async () => {
    if (await hasAppointments(business)) return;
    await fill(catalogue);
    await Notice.choose(business.id);
  });
}

async function hasAppointments({ id }: { id: number }): Promise<boolean> {
  const sql = "SELECT id FROM appointments WHERE business_id = $id LIMIT 1";
  return (await rows(sql, { id })).length > 0;
}

async function bookAll(catalogue: Catalogue, now: Instant): Promise<void> {
  const today = instantToLocal(now, catalogue.business.zone).date;
  let count = 0;
  for (let day = -DAYS_BEFORE; day <= DAYS_AFTER; day++)
    for (const provider of catalogue.providers)
      for (const half of [0, 1]) {
        const service = serviceFor(catalogue, provider.id, day + DAYS_BEFORE + half);
        const question = { catalogue, service, staffId: provider.id, now };
        const start = await someStart(question, addDays(today, day), half);
        if (start !== undefined) await book(question, start, count++);
      }
}

function serviceFor(catalogue: Catalogue, staffId: number, turn: number): CatalogueService {
  const provided = catalogue.services.filter(({ staffIds }) => staffIds.includes(staffId));
  const service = provided[turn % provided.length];
  if (!service) throw new Error("a provider without a service");
  return service;
}

/** One start in the first or the second half of the day; none on a day off. */
export async function someStart(
  question: Question,
  date: LocalDate,
  half: number,
): Promise<Instant | undefined> {
  const then = Temporal.PlainDate.from(date).toZonedDateTime(question.catalogue.business.zone);
  const before = then.epochMilliseconds - AHEAD;
  const found = await startsOn({ ...question, now: Math.min(before, question.now) }, date, 1);
  const from = Math.floor((found.length * half) / 2);
  return found[from + (Math.floor(found.length / 5) || 0)]?.start;
}

async function book(question: Question, start: Instant, count: number): Promise<void> {
  const { catalogue, service } = question;
  const { name, phone } = CUSTOMERS[count % CUSTOMERS.length] ?? { name: "", phone: null };
  const email = `${name.split(" ")[0]?.toLowerCase()}@customers.example`;
  const now = Math.min(question.now, start - AHEAD);
  const customer = { kind: "customer" } as const;
  const details = { name, email, phone, note: "" };
  const { id } = await Appointment.bookFor({ ...question, now }, start, details, customer);
  if (count % CANCELLED !== CANCELLED - 1) return;
  const appointment = await Appointment.find(catalogue.business, id);
  await Appointment.cancel(appointment, service, customer, Math.min(now + DAY, question.now));
}
