import type { Request, Response } from "express";
import { formatInstant, MINUTE } from "../domain/time.ts";
import { Gone, NotFound } from "../errors.ts";
import type { Words } from "../language.ts";
import { type Catalogue, type CatalogueService, serviceById } from "../models/catalogue.ts";
import { Appointment, Hold, TimeTaken } from "../models/index.ts";
import type { Booked } from "../models/appointment.ts";
import { type Question, startsAfter } from "../models/starts.ts";
import { blank, type Form, parse } from "../web/form.ts";
import { linkIn, wordsOf } from "../web/language.ts";
import { page } from "../web/page.ts";
import { limitBookings } from "./booking-limit.ts";
import { DetailsForm } from "./details.form.ts";
import { settleHoldLimit } from "./hold-limit.ts";
import { choicesByDay } from "./week.ts";

const OTHERS = 12; // next free times shown when one has gone

export async function show(req: Request, res: Response) {
  const hold = await find(req);
  if (!hold) return showGone(res);
  if (hold.appointmentId !== null) return redirectTo(res, await bookedBefore(hold));
  showForm(req, res, hold, blank());
}

export async function book(req: Request, res: Response) {
  const hold = await find(req);
  if (!hold) return showGone(res);
  if (hold.appointmentId !== null) return redirectTo(res, await bookedBefore(hold));
  const form = parse(DetailsForm, req.body, wordsOf(res));
  if (!form.input) return showForm(req, res, hold, form, 422);
  const now = Date.now();
  await limitBookings(req, form.input.email, now);
  try {
    const { start, ...details } = form.input;
    const question = questionOf(req.catalogue, hold, now);
    const { language } = wordsOf(res);
    const booked = await Appointment.book(question, hold, { ...details, language }, start);
    await settleHoldLimit(req, hold);
    redirectTo(res, booked);
  } catch (error) {
    if (!(error instanceof TimeTaken)) throw error;
    await showOthers(req, res, hold, form);
  }
}

function bookedBefore(hold: Hold): Promise<Booked> {
  return Appointment.ofHold(hold);
}

function redirectTo(res: Response, { token }: Booked): void {
  res.redirect(303, linkIn(res, `/appointments/${token}`));
}

/** Undefined for one that is long over, or never was. */
async function find(req: Request): Promise<Hold | undefined> {
  try {
    const hold = await Hold.withToken(String(req.params.token));
    if (hold.businessId === req.catalogue.business.id) return hold;
  } catch (error) {
    if (error instanceof Gone) return undefined;
    throw error;
  }
  throw new NotFound("booking");
}

function showGone(res: Response): void {
  page(res, "booking/holds/gone", { title: wordsOf(res).t("gone.title") }, 410);
}

function showForm(req: Request, res: Response, hold: Hold, form: Form<unknown>, status = 200) {
  const { business } = req.catalogue;
  const words = wordsOf(res);
  const locals = {
    title: words.t("details.title"),
    ...summaryOf(req.catalogue, hold, words),
    keptUntil: formatInstant(hold.expiresAt, business.zone, words.locale),
    over: hold.expiresAt <= Date.now(),
    form,
  };
  page(res, "booking/holds/show", locals, status);
}

/** Somebody else has the time by now: others to choose from, with what was typed kept. */
async function showOthers(req: Request, res: Response, hold: Hold, form: Form<unknown>) {
  const { catalogue } = req;
  const question = questionOf(catalogue, hold, Date.now());
  const others = await startsAfter(question, hold.startsAt, OTHERS);
  const { start: _, ...values } = form.values;
  const words = wordsOf(res);
  const locals = {
    title: words.t("taken.title"),
    ...summaryOf(catalogue, hold, words),
    days: choicesByDay(others, catalogue.business.zone, words),
    zone: catalogue.business.zone,
    values,
  };
  page(res, "booking/holds/taken", locals, 409);
}

function summaryOf(
  catalogue: Catalogue,
  { serviceId, staffId, startsAt, anyStaff }: Hold,
  { locale }: Words,
) {
  const service: CatalogueService = serviceById(catalogue, serviceId);
  const provider = catalogue.providers.find(({ id }) => id === staffId);
  const { zone } = catalogue.business;
  const when = formatInstant(startsAt, zone, locale);
  const until = formatInstant(startsAt + service.minutes * MINUTE, zone, locale);
  return { service, provider, anyStaff, when, until };
}

function questionOf(catalogue: Catalogue, hold: Hold, now: number): Question {
  const staffId = hold.anyStaff ? undefined : hold.staffId;
  return { catalogue, service: serviceById(catalogue, hold.serviceId), staffId, now };
}
