// A customer repeats what she books, where the service allows it: first she sees the plan, then what
// is free of it is booked.
import type { Request, Response } from "express";
import type { Recurrence } from "../domain/recurrence.ts";
import type { BookingDetails, Booked } from "../models/appointment.ts";
import { type Hold, TimeTaken } from "../models/index.ts";
import { Series } from "../models/series.ts";
import type { Question } from "../models/starts.ts";
import type { Form } from "../web/form.ts";
import { linkIn, wordsOf } from "../web/language.ts";
import { page } from "../web/page.ts";
import { planLocals } from "../web/plan.ts";
import { occurrencesChosen, type RepeatInput } from "../web/repeat.form.ts";
import { zoneOf } from "./week.ts";

type Booking = {
  question: Question;
  hold: Hold;
  recurrence: Recurrence;
  form: Form<unknown>;
  input: RepeatInput;
  details: BookingDetails;
};

/** The first of what is booked; undefined while only the plan has been shown. */
export async function bookRepeated(
  req: Request,
  res: Response,
  booking: Booking,
): Promise<Booked | undefined> {
  const { question, hold, recurrence, input, details } = booking;
  const wanted = occurrencesChosen(input);
  if (wanted.length === 0) {
    await showPlan(req, res, booking);
    return undefined;
  }
  const { mostRepeats: most } = question.service;
  const wish = { question, recurrence, first: hold.startsAt, most, wanted, details, hold };
  try {
    return await Series.book({ ...wish, actor: { kind: "customer" } });
  } catch (error) {
    if (!(error instanceof TimeTaken)) throw error;
    await showPlan(req, res, booking, 409);
    return undefined;
  }
}

async function showPlan(req: Request, res: Response, booking: Booking, status = 200) {
  const { question, hold, recurrence, form } = booking;
  const { business } = question.catalogue;
  const own = { ...question, exceptHold: hold.id };
  const { mostRepeats: most } = question.service;
  const plan = await Series.plan({ question: own, first: hold.startsAt, recurrence, most });
  const words = wordsOf(res);
  const path = `/book/${business.slug}/holds/${String(req.params.token)}`;
  const locals = {
    ...planLocals(plan, business.zone, words, form.values),
    title: words.t(status === 409 ? "taken.title" : "repeat.title"),
    business,
    service: question.service,
    zone: zoneOf(
      plan.flatMap(({ start }) => (start === null ? [] : [{ start }])),
      question,
      words,
    ),
    action: linkIn(res, path),
    back: linkIn(res, path),
  };
  page(res, "booking/series/plan", locals, status);
}
