// A customer corrects what a business knows of her.
import type { Request, Response } from "express";
import { type Answer, askedOfCustomer, type Field } from "../../domain/fields.ts";
import { Answers } from "../../models/answer.ts";
import { editable } from "../../models/customer.ts";
import { Fields } from "../../models/field.ts";
import type { Customer } from "../../models/index.ts";
import { MyBookings } from "../../models/my-bookings.ts";
import { ChangedMeanwhile, editionOf, Refused } from "../../models/set-up.ts";
import { parseAnswered, typedAnswers } from "../../web/answers.ts";
import { blank, type Form, refused } from "../../web/form.ts";
import { linkIn, wordsOf } from "../../web/language.ts";
import { page } from "../../web/page.ts";
import { MyDetailsForm } from "./details.form.ts";
import type { Entered } from "./entry.ts";

type Known = { customer: Customer; fields: Field[]; answers: Answer[] };

export async function edit(req: Request, res: Response, entry: Entered) {
  const known = await find(req, entry);
  showForm(res, entry, known, blank(typedOf(known)));
}

export async function update(req: Request, res: Response, entry: Entered) {
  const known = await find(req, entry);
  const { customer, fields, answers } = known;
  const form = parseAnswered(MyDetailsForm, fields, req.body, wordsOf(res));
  if (!form.input) return showForm(res, entry, known, form, 422);
  // Of what she does not see, nothing is hers to overwrite.
  const isSame = form.values.edition === editionOf(hers(known));
  const seen = isSame ? editionOf(editable(customer.record, answers)) : "";
  try {
    const { answers: given, ...typed } = form.input;
    const record = { ...customer.record, ...typed };
    await customer.change(record, seen, { kind: "customer" }, Date.now(), given);
    res.redirect(303, linkIn(res, entry.path));
  } catch (error) {
    if (error instanceof ChangedMeanwhile) return showAgain(req, res, entry);
    if (!(error instanceof Refused)) throw error;
    showForm(res, entry, known, refused(form, "name", wordsOf(res).t("my.known")), 422);
  }
}

async function showAgain(req: Request, res: Response, entry: Entered): Promise<void> {
  const known = await find(req, entry);
  const form = refused(blank(typedOf(known)), "name", wordsOf(res).t("my.changed_meanwhile"));
  showForm(res, entry, known, form, 409);
}

function showForm(
  res: Response,
  { path, email }: Entered,
  known: Known,
  form: Form<unknown>,
  status = 200,
): void {
  const { fields } = known;
  const edition = editionOf(hers(known));
  const action = `${path}/customers/${known.customer.id}`;
  const title = wordsOf(res).t("my.details");
  const locals = { title, here: path, action, email, fields, form, edition };
  page(res, "booking/my/details", locals, status);
}

function typedOf({ customer: { name, phone }, answers }: Known) {
  return { name, phone, ...typedAnswers(answers) };
}

function hers({ customer: { name, phone }, answers }: Known): object {
  return editable({ name, phone, email: null, note: "", alert: "" }, answers);
}

/** With what the business asks of its customers themselves. */
async function find(req: Request, { email }: Entered): Promise<Known> {
  const { business } = req.catalogue;
  const customer = await MyBookings.customer(business, email, req.params.id);
  const fields = askedOfCustomer(await Fields.of(business));
  const { id, businessId } = customer;
  const answers = await Answers.of({ businessId, subject: "customer", id }, fields);
  return { customer, fields, answers };
}
