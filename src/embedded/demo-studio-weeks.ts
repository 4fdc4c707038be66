// What is in the studio's book: classes with their people, massages in two places, a request, a
// series, somebody who waits, and what became of those who were there.
import { randomUUID } from "node:crypto";
import { EMPTY } from "../domain/fields.ts";
import type { Mark } from "../domain/status.ts";
import { addDays, dayStart, type Instant, instantToLocal } from "../domain/time.ts";
import { Absence } from "../models/absence.ts";
import type { BookingDetails } from "../models/appointment.ts";
import type { Actor } from "../models/audit-entry.ts";
import { type Catalogue, catalogueAt, offeredService, withAddons } from "../models/catalogue.ts";
import { editable } from "../models/customer.ts";
import { rows } from "../models/database.ts";
import { Fields } from "../models/field.ts";
import { Appointment, Customer } from "../models/index.ts";
import { Series } from "../models/series.ts";
import { editionOf } from "../models/set-up.ts";
import { type Question, startsOn } from "../models/starts.ts";
import { WaitingEntries } from "../models/waiting-entry.ts";
import { REGULARS, STUDIO, STUDIO_DAYS, UNRELIABLE } from "./demo-studio.ts";
import { AHEAD, fillOnce, someStart } from "./demo-week.ts";

const CUSTOMER = { kind: "customer" } as const;
const SOON = 2; // days; after every notice
const WEEKS = 6;

type Studio = { catalogue: Catalogue; now: Instant; today: string };

export function fillTheStudio(now: Instant): Promise<void> {
  return fillOnce(STUDIO.slug, async (catalogue) => {
    const { date: today } = instantToLocal(now, catalogue.business.zone);
    const studio = { catalogue, now, today };
    await holdClasses(studio);
    await fillOneClass(studio);
    await giveMassages(studio);
    await repeatMassages(studio);
    await askForHelp(studio);
    await lookBack(studio);
    await askForTimeOff(studio);
  });
}

/** Two to four people or pairs in each. */
async function holdClasses(studio: Studio): Promise<void> {
  const { today, now } = studio;
  const question = at(studio, "morning-yoga", 0);
  const { before, after } = STUDIO_DAYS;
  const first = addDays(today, -before);
  const classes = await startsOn(asKnown(question, first), first, before + after + 1);
  for (const [i, { start }] of classes.entries())
    for (let guest = 0; guest < 2 + (i % 3); guest++)
      await book({ ...question, people: 1 + (guest % 2), now }, start, regular(i + 3 * guest));
}

/** The next one in a small group is full, and somebody waits for a place in it. */
async function fillOneClass(studio: Studio): Promise<void> {
  const question = at(studio, "pilates", 1);
  const [full] = await startsOn(question, addDays(studio.today, SOON), 7);
  if (!full) throw new Error("the studio has no class in a week");
  await book({ ...question, people: 2 }, full.start, regular(0));
  await book(question, full.start, regular(5));
  const { date } = instantToLocal(full.start, question.catalogue.business.zone);
  const { name, email, phone, language } = regular(7);
  const days = { fromDate: date, toDate: date, fromMinute: null, toMinute: null };
  const details = { ...days, name, email, phone, language, uid: randomUUID() };
  await WaitingEntries.join(question, details, { kind: "customer" }, studio.now);
}

/** One a day in each place where somebody works; some with an add-on, the last of them cancelled. */
async function giveMassages(studio: Studio): Promise<void> {
  let count = 0;
  let last: { question: Question; id: number } | undefined;
  for (let day = -STUDIO_DAYS.before; day <= STUDIO_DAYS.after; day++)
    for (const place of [0, 1]) {
      const asked = at(studio, "massage", place);
      const addons = count % 3 === 0 ? asked.catalogue.addons.slice(0, 1) : [];
      const question = { ...asked, addons, service: withAddons(asked.service, addons) };
      const start = await someStart(question, addDays(studio.today, day), count % 2);
      if (start === undefined) continue;
      const { id } = await book(question, start, regular(count++));
      last = { question, id };
    }
  if (last) await cancel(last.question, last.id);
}

async function cancel({ catalogue, service, now }: Question, id: number): Promise<void> {
  const appointment = await Appointment.find(catalogue.business, id);
  await Appointment.cancel(appointment, service, CUSTOMER, now);
}

/** Each week at the same time, as staff have arranged it with her. */
async function repeatMassages(studio: Studio): Promise<void> {
  const question = at(studio, "massage", 0);
  const [first] = await startsOn(question, addDays(studio.today, STUDIO_DAYS.after + 1), 7);
  if (!first) throw new Error("the studio has no massage in a week");
  const recurrence = { every: "week", interval: 1, count: WEEKS } as const;
  const wish = { question, first: first.start, recurrence, most: WEEKS };
  const planned = await Series.plan(wish);
  const wanted = planned.flatMap(({ start, candidates }) =>
    start !== null && candidates.length > 0 ? [start] : [],
  );
  await Series.book({ ...wish, wanted, details: regular(6), actor: await atTheDesk(studio) });
}

/** One request that waits for an answer, and one that has got its yes. */
async function askForHelp(studio: Studio): Promise<void> {
  const question = at(studio, "physiotherapy", 0);
  const { business } = studio.catalogue;
  const [field] = (await Fields.of(business)).filter(({ subject }) => subject === "appointment");
  if (!field) throw new Error("the studio asks nothing");
  const ask = async (days: number, text: string, customer: BookingDetails) => {
    const [free] = await startsOn(question, addDays(studio.today, days), 7);
    if (!free) throw new Error("the studio has no help in a week");
    const answers = [{ ...EMPTY, field, text }];
    return book(question, free.start, { ...customer, answers });
  };
  await ask(SOON, "My left knee, since a long walk on Sunday.", regular(2));
  const { id } = await ask(SOON + 2, "My neck. I sit a lot.", regular(3));
  const desk = await atTheDesk(studio);
  await Appointment.approve(await Appointment.find(business, id), desk, studio.now);
}

/** What became of those who were there, and what is known of the one who was not. */
async function lookBack(studio: Studio): Promise<void> {
  const { now, catalogue } = studio;
  const { business } = catalogue;
  const desk = await atTheDesk(studio);
  const begun = await rows<{ id: number; customerId: number; name: string }>(
    `SELECT a.id, c.id AS "customerId", c.name FROM appointments a
     JOIN customers c ON c.business_id = a.business_id AND c.id = a.customer_id
     WHERE a.business_id = $businessId AND a.status = 'confirmed' AND a.starts_at < $now
     ORDER BY a.id`,
    { businessId: business.id, now },
  );
  for (const { id, name } of begun) {
    const appointment = await Appointment.find(business, id);
    const over = appointment.endsAt < now;
    const came: Mark = over ? "completed" : "arrived";
    const mark = over && name === UNRELIABLE.name ? "no_show" : came;
    await Appointment.mark(appointment, mark, desk, Math.min(appointment.endsAt, now));
  }
  const { name, ...known } = UNRELIABLE;
  const customerId = begun.find((one) => one.name === name)?.customerId;
  const customer = await Customer.find(business, customerId);
  const seen = editionOf(editable(customer.record, []));
  await customer.change({ ...customer.record, ...known }, seen, desk, now);
}

async function askForTimeOff({ catalogue: { business, providers }, today, now }: Studio) {
  const [ines] = providers;
  if (!ines) throw new Error("the studio has nobody");
  const days = { from: addDays(today, 20), to: addDays(today, 24), note: "My sister marries." };
  const actor = { kind: "staff", staffId: ines.id } as const;
  await Absence.ask(business, ines.id, days, actor, now);
}

async function atTheDesk({ catalogue: { business } }: Studio): Promise<Actor> {
  const [desk] = await rows<{ id: number }>(
    "SELECT id FROM staff WHERE business_id = $businessId AND role = 'scheduler'",
    { businessId: business.id },
  );
  return { kind: "staff", staffId: desk?.id ?? 0 };
}

/** @param place which of its locations, in their order */
function at({ catalogue, now }: Studio, slug: string, place: number): Question {
  const { id } = catalogue.locations[place] ?? catalogue.location;
  const there = catalogueAt(catalogue, id);
  return { catalogue: there, service: offeredService(there, slug), now };
}

function asKnown(question: Question, date: string): Question {
  return { ...question, now: dayStart(date, question.catalogue.business.zone) - AHEAD };
}

function book(question: Question, start: Instant, details: BookingDetails) {
  const now = Math.min(question.now, start - AHEAD);
  return Appointment.bookFor({ ...question, now }, start, details, CUSTOMER);
}

function regular(turn: number) {
  const { name, language } = REGULARS[turn % REGULARS.length] ?? { name: "", language: "en" };
  const email = `${name.split(" ")[0]?.toLowerCase()}@customers.example`;
  return { name, email, phone: null, note: "", language };
}
