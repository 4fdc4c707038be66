// What a customer has told with her booking: she changes it herself for as long as it is ahead.
import type { Request, Response } from "express";
import { about, askedWhenBooking, type Field } from "../domain/fields.ts";
import { formatInstant } from "../domain/time.ts";
import { Conflict } from "../errors.ts";
import { say } from "../language.ts";
import {
  appointmentAnswers,
  changeDetails,
  editableDetails,
  mayTell,
} from "../models/appointment-details.ts";
import { serviceById } from "../models/catalogue.ts";
import { Fields } from "../models/field.ts";
import type { Appointment } from "../models/index.ts";
import { ChangedMeanwhile, editionOf } from "../models/set-up.ts";
import { parseAnswered, typedAnswers } from "../web/answers.ts";
import { blank, type Form, refused } from "../web/form.ts";
import { linkIn, wordsOf } from "../web/language.ts";
import { page } from "../web/page.ts";
import { findByLink, pathOf } from "./by-link.ts";
import { ToldForm } from "./details.form.ts";

const CUSTOMER = { kind: "customer" } as const;

type Told = { appointment: Appointment; fields: Field[]; serviceName: string };

export async function edit(req: Request, res: Response) {
  const told = await find(req, res);
  if (!mayTell(told.appointment, CUSTOMER, Date.now())) throw new Conflict(say("refusal.over"));
  await showStored(req, res, told);
}

export async function update(req: Request, res: Response) {
  const told = await find(req, res);
  const form = parseAnswered(ToldForm, told.fields, req.body, wordsOf(res));
  const edition = String(form.values.edition ?? "");
  if (!form.input) return showForm(req, res, told, { form, edition }, 422);
  try {
    await changeDetails(told.appointment, form.input, edition, CUSTOMER, Date.now());
    res.redirect(303, linkIn(res, pathOf(req)));
  } catch (error) {
    if (!(error instanceof ChangedMeanwhile)) throw error;
    const message = wordsOf(res).t("my.changed_meanwhile");
    await showStored(req, res, await find(req, res), message, 409);
  }
}

/** With what its customer was asked of it; of herself, only the link by mail tells (/my). */
async function find(req: Request, res: Response): Promise<Told> {
  const { appointment, catalogue } = await findByLink(req, res);
  const { name: serviceName } = serviceById(catalogue, appointment.serviceId);
  const asked = askedWhenBooking(await Fields.of(catalogue.business), appointment.serviceId);
  return { appointment, fields: about("appointment", asked), serviceName };
}

async function showStored(req: Request, res: Response, told: Told, message?: string, status = 200) {
  const { note } = told.appointment;
  const answers = await appointmentAnswers(told.appointment, told.fields);
  const edition = editionOf(editableDetails({ note, answers }));
  const stored = blank({ note, ...typedAnswers(answers) });
  const form = message ? refused(stored, "note", message) : stored;
  showForm(req, res, told, { form, edition }, status);
}

function showForm(
  req: Request,
  res: Response,
  { appointment, fields, serviceName }: Told,
  shown: { form: Form<unknown>; edition: string },
  status = 200,
): void {
  const { t, locale } = wordsOf(res);
  const when = formatInstant(appointment.startsAt, appointment.zone, locale);
  const locals = { title: t("told.title"), serviceName, when, fields, here: pathOf(req) };
  page(res, "booking/details/edit", { ...locals, ...shown }, status);
}
