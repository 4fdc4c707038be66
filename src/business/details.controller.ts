// What was told with an appointment: its note and the answers to the business's own fields.
import type { Request, Response } from "express";
import { about, askedOfStaff, type Field } from "../domain/fields.ts";
import { Conflict, Gone } from "../errors.ts";
import {
  appointmentAnswers,
  changeDetails,
  editableDetails,
  mayTell,
} from "../models/appointment-details.ts";
import { Fields } from "../models/field.ts";
import { Appointment, Customer } from "../models/index.ts";
import { ChangedMeanwhile, editionOf } from "../models/set-up.ts";
import { labelled, parseAnswered, typedAnswers } from "../web/answers.ts";
import { blank, type Form } from "../web/form.ts";
import { page } from "../web/page.ts";
import { actorOf, at } from "./actor.ts";
import { showChanged } from "./changed.ts";
import { DetailsForm } from "./details.form.ts";
import { asTyped, differences } from "./meanwhile.ts";
import { bookOf, requireMayChange } from "./rights.ts";

export async function edit(req: Request, res: Response) {
  const { appointment, fields } = await find(req);
  if (!mayTell(appointment, actorOf(req), Date.now())) return showChanged(req, res);
  const { values, edition } = await storedOf(appointment, fields);
  showForm(req, res, { fields, form: blank(values), edition });
}

export async function update(req: Request, res: Response) {
  const { appointment, fields } = await find(req);
  const form = parseAnswered(DetailsForm, fields, req.body);
  const edition = String(form.values.edition ?? "");
  if (!form.input) return showForm(req, res, { fields, form, edition }, 422);
  try {
    await changeDetails(appointment, form.input, edition, actorOf(req), Date.now());
    res.redirect(303, at(req, `/appointments/${appointment.id}`));
  } catch (error) {
    if (error instanceof ChangedMeanwhile) return showBoth(req, res, form);
    if (!(error instanceof Conflict)) throw error;
    await showChanged(req, res);
  }
}

/** With what staff can fill in at its service. */
async function find(req: Request): Promise<{ appointment: Appointment; fields: Field[] }> {
  const appointment = await Appointment.find(bookOf(req), req.params.id);
  requireMayChange(req, appointment);
  const { erasedAt } = await Customer.find(bookOf(req), appointment.customerId);
  if (erasedAt !== null) throw new Gone("The customer’s data was erased");
  const asked = askedOfStaff(await Fields.of(req.business), appointment.serviceId);
  return { appointment, fields: about("appointment", asked) };
}

/** What the form shows, and its edition. */
async function storedOf(appointment: Appointment, fields: readonly Field[]) {
  const { note } = appointment;
  const answers = await appointmentAnswers(appointment, fields);
  const edition = editionOf(editableDetails({ note, answers }));
  return { values: { note, ...typedAnswers(answers) }, edition };
}

type Shown = {
  fields: readonly Field[];
  form: Form<unknown>;
  edition: string;
  differences?: ReturnType<typeof differences>;
};

function showForm(req: Request, res: Response, shown: Shown, status = 200): void {
  const here = at(req, `/appointments/${String(req.params.id)}`);
  page(res, "business/details/edit", { title: "Note and answers", here, ...shown }, status);
}

/** As it is by now, beside what was typed. */
async function showBoth(req: Request, res: Response, form: Form<unknown>) {
  const { appointment, fields } = await find(req);
  const { values, edition } = await storedOf(appointment, fields);
  const labels = { note: "Note", ...Object.fromEntries(fields.map(labelled)) };
  const both = differences(labels, form.values, blank(values).values);
  showForm(req, res, { fields, form: asTyped(form), edition, differences: both }, 409);
}
