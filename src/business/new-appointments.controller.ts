// Making an appointment for a customer, step by step: what and when, then who.
import type { Request, Response } from "express";
import { z } from "zod";
import { parseStart } from "../domain/time.ts";
import { BadRequest } from "../errors.ts";
import type { BookingDetails } from "../models/appointment.ts";
import { Appointment, Customer, TimeTaken } from "../models/index.ts";
import { type Question, startAt } from "../models/starts.ts";
import { hmac } from "../secrets.ts";
import { type Answered, parseAnswered } from "../web/answers.ts";
import { blank, type Form, parse, refused } from "../web/form.ts";
import { actorOf, at } from "./actor.ts";
import { fieldsWhenBooking } from "./answers.ts";
import {
  type Draft,
  draftOf,
  isOfferedThere,
  isSettled,
  questionOf,
  type Settled,
} from "./appointments.draft.ts";
import { AppointmentForm, type AppointmentInput, AppointmentOfForm } from "./appointments.form.ts";
import { showCustomerStep, showStartStep } from "./appointments.steps.ts";
import { bookOf } from "./rights.ts";
import { repeated } from "./series.ts";
import { startAsked, startFields } from "./start-asked.ts";
import { takenByOthers, whyNot } from "./verdicts.ts";

const StartForm = z.object(startFields);

export async function blankForm(req: Request, res: Response) {
  const draft = await draftOf(req, req.query, Date.now());
  const form = parse(StartForm, req.query);
  if (!isSettled(draft)) return showStartStep(req, res, draft, unsettled(form, draft));
  if (!form.input || !(form.input.start || form.input.time))
    return showStartStep(req, res, draft, form);

  const { override, ...typed } = form.input;
  const chosen = startAsked({ ...typed, date: draft.date }, draft.catalogue.business.zone);
  if (chosen.start === undefined) {
    const again = refused(form, chosen.field, chosen.message);
    return showStartStep(req, res, draft, again, { choices: chosen.choices });
  }
  const { start } = chosen;
  const question = questionOf(draft);
  const offered = (await startAt(question, start)) !== undefined;
  // Rules can be set aside, an appointment that somebody has cannot.
  const refusal = offered ? undefined : await refusalOf(question, start, override);
  if (!refusal)
    // What is offered sets no rule aside.
    return showCustomerStep(req, res, { draft, form: blank(), start, override: !offered });
  const message = refusal.taken ? "This time is taken" : "This time is not offered";
  const again = refused(form, typed.time ? "time" : "start", message);
  await showStartStep(req, res, draft, again, refusal);
}

export async function create(req: Request, res: Response) {
  const body = (req.body ?? {}) as Record<string, unknown>;
  const draft = await draftOf(req, body, Date.now());
  if (!isSettled(draft))
    throw new BadRequest("Choose a service, and who provides it where it is offered");
  const customer = body.customer ? await Customer.find(bookOf(req), body.customer) : undefined;
  const schema: z.ZodType<AppointmentInput> = customer ? AppointmentOfForm : AppointmentForm;
  const fields = await fieldsWhenBooking(req, draft.service.id, Boolean(customer));
  const form = parseAnswered(schema, fields, body);
  if (form.input) return book(req, res, draft, form, form.input, customer);

  const start = parseStart(String(form.values.start ?? "")) ?? undefined;
  const override = Boolean(form.values.override);
  await showCustomerStep(req, res, { draft, form, start, override, customer }, 422);
}

async function book(
  req: Request,
  res: Response,
  draft: Settled,
  form: Form<unknown>,
  input: Answered<AppointmentInput>,
  customer: Customer | undefined,
) {
  const { start, override } = input;
  const question = questionOf(draft);
  const details = detailsOf(req, input, customer);
  if (await repeated(req, res, { draft, form, input, details, customer })) return;
  try {
    const booked = await Appointment.bookFor(question, start, details, actorOf(req), override);
    res.redirect(303, at(req, `/appointments/${booked.id}`));
  } catch (error) {
    if (!(error instanceof TimeTaken)) throw error;
    const refusal = await whyNot(question, start, override);
    const again = { draft, form, start: undefined, override: false, customer, refusal };
    await showCustomerStep(req, res, again, refusal.taken ? 409 : 422);
  }
}

function refusalOf(question: Question, start: number, override: boolean) {
  return override ? takenByOthers(question, start) : whyNot(question, start, false);
}

function detailsOf(
  req: Request,
  { note, once, answers, ...contact }: Answered<AppointmentInput>,
  customer: Customer | undefined,
): BookingDetails {
  // Nobody outside chooses the name of an appointment in calendars; the form only tells which it is.
  const uid = once && hmac("appointment form", `${req.business.id} ${once}`);
  const { name, email, phone } = customer ?? contact;
  const customerId = customer && { customerId: customer.id };
  return {
    name: name ?? "",
    email: email ?? null,
    phone: phone ?? null,
    note,
    answers,
    ...customerId,
    ...(uid ? { uid } : {}),
  };
}

/** Why a service chosen cannot be had so. */
function unsettled<T>(form: Form<T>, draft: Draft): Form<T> {
  const { service, catalogue } = draft;
  if (!service) return form;
  return isOfferedThere(draft)
    ? refused(form, "staff", `She does not provide ${service.name}`)
    : refused(form, "location", `${service.name} is not offered at ${catalogue.location.name}`);
}
