// Appointments that repeat, made by staff: first the plan is shown, then what is free of it is booked.
import type { Request, Response } from "express";
import type { BookingDetails } from "../models/appointment.ts";
import { type Customer, TimeTaken } from "../models/index.ts";
import { Series } from "../models/series.ts";
import type { Form } from "../web/form.ts";
import { wordsOf } from "../web/language.ts";
import { page } from "../web/page.ts";
import { planLocals } from "../web/plan.ts";
import { occurrencesChosen, recurrenceOf, type RepeatInput } from "../web/repeat.form.ts";
import { actorOf, at } from "./actor.ts";
import { draftLink, questionOf, type Settled } from "./appointments.draft.ts";

/** How often staff may repeat an appointment, whatever customers may. */
const MOST_REPEATS = 104;

type Asked = RepeatInput & { start: number; override: boolean };
type Booking = {
  draft: Settled;
  form: Form<unknown>;
  input: Asked;
  details: BookingDetails;
  customer: Customer | undefined;
};

/** Whether it is to repeat; if so, the plan is shown or booked. */
export async function repeated(req: Request, res: Response, booking: Booking): Promise<boolean> {
  const { input, details } = booking;
  const recurrence = recurrenceOf(input, MOST_REPEATS);
  if (!recurrence) return false;
  const wanted = occurrencesChosen(input);
  if (wanted.length === 0) {
    await showPlan(req, res, booking);
    return true;
  }
  const wish = { ...planned(booking), recurrence, wanted, details };
  try {
    const { id } = await Series.book({ ...wish, actor: actorOf(req) });
    res.redirect(303, at(req, `/appointments/${id}`));
  } catch (error) {
    if (!(error instanceof TimeTaken)) throw error;
    await showPlan(req, res, booking, 409);
  }
  return true;
}

function planned({ draft, input: { start, override } }: Booking) {
  return { question: questionOf(draft), first: start, most: MOST_REPEATS, override };
}

async function showPlan(req: Request, res: Response, booking: Booking, status = 200) {
  const { draft, form, input, customer, details } = booking;
  const recurrence = recurrenceOf(input, MOST_REPEATS);
  if (!recurrence) return;
  const plan = await Series.plan({ ...planned(booking), recurrence });
  const { zone } = draft.catalogue.business;
  const words = wordsOf(res);
  const title = words.t(status === 409 ? "taken.title" : "repeat.title");
  const locals = {
    ...planLocals(plan, zone, words, form.values),
    title,
    service: draft.service,
    who: customer?.name ?? details.name,
    action: at(req, "/appointments"),
    back: draftLink(at(req, "/appointments/new"), draft),
  };
  page(res, "business/series/plan", locals, status);
}
