// A customer corrects what a business knows of her.
import type { Request, Response } from "express";
import { MyBookings } from "../../models/my-bookings.ts";
import { ChangedMeanwhile, editionOf, Refused } from "../../models/set-up.ts";
import { blank, type Form, parse, refused } from "../../web/form.ts";
import { linkIn, wordsOf } from "../../web/language.ts";
import { page } from "../../web/page.ts";
import type { Customer } from "../../models/index.ts";
import { MyDetailsForm } from "./details.form.ts";
import type { Entered } from "./entry.ts";

export async function edit(req: Request, res: Response, entry: Entered) {
  const customer = await find(req, entry);
  showForm(res, entry, customer, blank(hers(customer)));
}

export async function update(req: Request, res: Response, entry: Entered) {
  const customer = await find(req, entry);
  const form = parse(MyDetailsForm, req.body, wordsOf(res));
  if (!form.input) return showForm(res, entry, customer, form, 422);
  // Of what she does not see, nothing is hers to overwrite.
  const seen = form.values.edition === editionOf(hers(customer)) ? editionOf(customer.record) : "";
  try {
    const record = { ...customer.record, ...form.input };
    await customer.change(record, seen, { kind: "customer" }, Date.now());
    res.redirect(303, linkIn(res, entry.path));
  } catch (error) {
    if (error instanceof ChangedMeanwhile) return showAgain(req, res, entry);
    if (!(error instanceof Refused)) throw error;
    showForm(res, entry, customer, refused(form, "name", wordsOf(res).t("my.known")), 422);
  }
}

async function showAgain(req: Request, res: Response, entry: Entered): Promise<void> {
  const customer = await find(req, entry);
  const form = refused(blank(hers(customer)), "name", wordsOf(res).t("my.changed_meanwhile"));
  showForm(res, entry, customer, form, 409);
}

function showForm(
  res: Response,
  { path, email }: Entered,
  customer: Customer,
  form: Form<unknown>,
  status = 200,
): void {
  const edition = editionOf(hers(customer));
  const locals = { title: wordsOf(res).t("my.details"), here: path, email, form, edition };
  page(res, "booking/my/details", locals, status);
}

function hers({ name, phone }: Customer) {
  return { name, phone };
}

function find(req: Request, { email }: Entered): Promise<Customer> {
  return MyBookings.customer(req.catalogue.business, email, req.params.id);
}
