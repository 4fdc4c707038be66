// A customer asked the business to erase her data: the same as she could do herself.
import type { Request, Response } from "express";
import { z } from "zod";
import { formatInstant } from "../domain/time.ts";
import { Gone } from "../errors.ts";
import { catalogueOf } from "../models/catalogue.ts";
import { AppointmentsAhead, Erasure } from "../models/erasure.ts";
import { Customer } from "../models/index.ts";
import { blank, box, type Form, parse, refused } from "../web/form.ts";
import { page } from "../web/page.ts";
import { at, memberOf } from "./actor.ts";

const ErasureForm = z.object({
  sure: box.refine(Boolean, "Tick the box to say that the customer asked for it"),
  cancelling: box,
});
const CANCEL_FIRST = "Tick this box too, or cancel the appointments to come first";

export async function blankForm(req: Request, res: Response) {
  showForm(req, res, await Customer.find(req.business, req.params.id), blank());
}

export async function create(req: Request, res: Response) {
  const customer = await Customer.find(req.business, req.params.id);
  const form = parse(ErasureForm, req.body);
  if (!form.input) return showForm(req, res, customer, form, 422);
  const catalogue = await catalogueOf(req.business.slug);
  const actor = { kind: "staff", staffId: memberOf(req).id } as const;
  try {
    const how = { cancelling: form.input.cancelling, actor };
    await Erasure.erase(catalogue, [customer.id], how, Date.now());
  } catch (error) {
    if (error instanceof AppointmentsAhead)
      return showForm(req, res, customer, refused(form, "cancelling", CANCEL_FIRST), 422);
    // Pressed twice: it is done.
    if (!(error instanceof Gone)) throw error;
  }
  res.redirect(303, at(req, `/customers/${customer.id}`));
}

function showForm(
  req: Request,
  res: Response,
  customer: Customer,
  form: Form<unknown>,
  status = 200,
): void {
  const { erasedAt } = customer;
  const locals = {
    title: `Erase ${customer.name}?`,
    customer,
    erased: erasedAt === null ? undefined : formatInstant(erasedAt, req.business.zone),
    form,
    here: at(req, `/customers/${customer.id}`),
  };
  page(res, "business/erasure/new", locals, status);
}
