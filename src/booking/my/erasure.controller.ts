// A customer has herself erased, after she was told what goes and what stays.
import type { Request, Response } from "express";
import { z } from "zod";
import { formatInstant } from "../../domain/time.ts";
import { NotFound } from "../../errors.ts";
import { say, type Sentence, type Words } from "../../language.ts";
import { AppointmentsAhead, Erasure } from "../../models/erasure.ts";
import { TooLate } from "../../models/index.ts";
import { MyBookings } from "../../models/my-bookings.ts";
import { blank, box, type Form, parse, refused } from "../../web/form.ts";
import { linkIn, wordsOf } from "../../web/language.ts";
import { page } from "../../web/page.ts";
import { type Entered, myPath } from "./entry.ts";

const ErasureForm = z.object({
  sure: box.refine(Boolean, say("my.sure_missing")),
  cancelling: box,
});

export async function blankForm(req: Request, res: Response, entry: Entered) {
  await showForm(req, res, entry, blank());
}

export async function create(req: Request, res: Response, entry: Entered) {
  const { catalogue } = req;
  const form = parse(ErasureForm, req.body, wordsOf(res));
  if (!form.input) return showForm(req, res, entry, form, 422);
  const customers = await MyBookings.customers(catalogue.business, entry.email);
  const ids = customers.map(({ id }) => id);
  const how = { cancelling: form.input.cancelling, actor: { kind: "customer" } as const };
  try {
    const receipt = await Erasure.erase(catalogue, ids, how, Date.now());
    res.redirect(303, linkIn(res, myPath(req, `/receipts/${receipt}`)));
  } catch (error) {
    const message = refusalOf(error)?.in(wordsOf(res));
    if (!message) throw error;
    await showForm(req, res, entry, refused(form, "cancelling", message), 422);
  }
}

/** Where the receipt is: it says when and how much, and nothing of whom. */
export async function show(req: Request, res: Response) {
  const { business } = req.catalogue;
  const words = wordsOf(res);
  const receipt = await Erasure.receipt(business, String(req.params.token));
  page(res, "booking/my/receipt", {
    title: words.t("my.receipt_title"),
    receipt,
    when: formatInstant(receipt.erasedAt, business.zone, words.locale),
  });
}

function refusalOf(error: unknown): Sentence | undefined {
  if (error instanceof AppointmentsAhead) return say("my.cancel_first");
  return error instanceof TooLate ? say("my.too_late") : undefined;
}

async function showForm(
  req: Request,
  res: Response,
  { path, email }: Entered,
  form: Form<unknown>,
  status = 200,
) {
  const { business } = req.catalogue;
  const { ahead } = await MyBookings.list(business, email, Date.now());
  const customers = await MyBookings.customers(business, email);
  if (customers.length === 0) throw new NotFound("customer");
  const words = wordsOf(res);
  const title = words.t("my.erase_title", { business: business.name });
  const names = listed(
    customers.map(({ name }) => name),
    words,
  );
  const locals = { title, here: path, email, names, ahead: ahead.length, form };
  page(res, "booking/my/erasure", locals, status);
}

/** Mary, Don and Eve, as the language puts it. */
function listed(names: readonly string[], { locale }: Words): string {
  return new Intl.ListFormat(locale).format(names);
}
