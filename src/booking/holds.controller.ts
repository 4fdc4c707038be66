import type { Request, Response } from "express";
import { askedWhenBooking, type Field } from "../domain/fields.ts";
import { formatInstant } from "../domain/time.ts";
import { Gone, NotFound } from "../errors.ts";
import { CallUs } from "../models/customer.ts";
import { Fields } from "../models/field.ts";
import { Appointment, Hold, TimeTaken } from "../models/index.ts";
import type { Booked } from "../models/appointment.ts";
import { startsAfter } from "../models/starts.ts";
import { contactOffered } from "../models/waiting-offer.ts";
import { parseAnswered } from "../web/answers.ts";
import { blank, type Form } from "../web/form.ts";
import { linkIn, wordsOf } from "../web/language.ts";
import { page } from "../web/page.ts";
import { recurrenceOf } from "../web/repeat.form.ts";
import { limitBookings } from "./booking-limit.ts";
import { DetailsForm } from "./details.form.ts";
import { settleHoldLimit } from "./hold-limit.ts";
import { bookRepeated } from "./series.ts";
import { summaryOf } from "./summary.ts";
import { choicesByDay } from "./week.ts";
import { questionOfHold, timesPath } from "./wish.ts";

const OTHERS = 12; // next free times shown when one has gone

export async function show(req: Request, res: Response) {
  const hold = await find(req);
  if (!hold) return showGone(res);
  if (hold.appointmentId !== null) return redirectTo(res, await bookedBefore(hold));
  const told = hold.offered ? await contactOffered(String(req.params.token)) : undefined;
  await showForm(req, res, hold, blank(told));
}

export async function book(req: Request, res: Response) {
  const hold = await find(req);
  if (!hold) return showGone(res);
  if (hold.appointmentId !== null) return redirectTo(res, await bookedBefore(hold));
  const fields = await fieldsAsked(req, hold);
  const form = parseAnswered(DetailsForm, fields, req.body, wordsOf(res));
  if (!form.input) return showForm(req, res, hold, form, 422);
  const now = Date.now();
  await limitBookings(req, form.input.email, now);
  try {
    const { start, name, email, phone, note, answers } = form.input;
    const question = questionOfHold(req.catalogue, hold, now);
    const { language } = wordsOf(res);
    const details = { name, email, phone, note, answers, language };
    const recurrence = recurrenceOf(form.input, question.service.mostRepeats);
    const booked = recurrence
      ? await bookRepeated(req, res, {
          question,
          hold,
          recurrence,
          form,
          input: form.input,
          details,
        })
      : await Appointment.book(question, hold, details, start);
    if (!booked) return;
    await settleHoldLimit(req, hold);
    redirectTo(res, booked);
  } catch (error) {
    if (error instanceof CallUs) return showCall(res);
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

function pathOf({ catalogue, params }: Request): string {
  return `/book/${catalogue.business.slug}/holds/${String(params.token)}`;
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

/** Nothing of why: whoever types a customer's mail address learns nothing of her. */
function showCall(res: Response): void {
  page(res, "booking/holds/call", { title: wordsOf(res).t("call.title") }, 409);
}

/** The business's own fields for this service. */
async function fieldsAsked({ catalogue }: Request, { serviceId }: Hold): Promise<Field[]> {
  return askedWhenBooking(await Fields.of(catalogue.business), serviceId);
}

async function showForm(
  req: Request,
  res: Response,
  hold: Hold,
  form: Form<unknown>,
  status = 200,
) {
  const now = Date.now();
  const question = questionOfHold(req.catalogue, hold, now);
  const { business } = question.catalogue;
  const words = wordsOf(res);
  const locals = {
    title: words.t("details.title"),
    business,
    anyStaff: hold.anyStaff,
    action: pathOf(req),
    times: timesPath(question),
    ...summaryOf(question, hold, words),
    keptUntil: formatInstant(hold.expiresAt, business.zone, words.locale),
    over: hold.expiresAt <= now,
    fields: await fieldsAsked(req, hold),
    form,
  };
  page(res, "booking/holds/show", locals, status);
}

/** Somebody else has the time by now: others to choose from, with what was typed kept. */
async function showOthers(req: Request, res: Response, hold: Hold, form: Form<unknown>) {
  const question = questionOfHold(req.catalogue, hold, Date.now());
  const { business } = question.catalogue;
  const others = await startsAfter(question, hold.startsAt, OTHERS);
  const { start: _, ...values } = form.values;
  const words = wordsOf(res);
  const locals = {
    title: words.t("taken.title"),
    business,
    ...summaryOf(question, hold, words),
    ...choicesByDay(others, question, words),
    action: pathOf(req),
    times: timesPath(question),
    values,
  };
  page(res, "booking/holds/taken", locals, 409);
}
