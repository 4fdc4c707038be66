// Two customers who are one person.
import type { Request, Response } from "express";
import { z } from "zod";
import { Conflict, NotFound } from "../errors.ts";
import { CustomerList } from "../models/customer-list.ts";
import { CustomerMerger } from "../models/customer-merger.ts";
import { toId } from "../models/id.ts";
import { Customer } from "../models/index.ts";
import { blank, type Form, parse, refused } from "../web/form.ts";
import { page } from "../web/page.ts";
import { actorOf, at } from "./actor.ts";
import { asked, linkTo } from "./query.ts";

const FOUND = 20; // customers shown for a search

const MergerForm = z.object({
  other: z.string("Choose another customer").transform(toId),
  stays: z.string("Choose whose name, mail address and phone stay").transform(toId),
});

/** Who may be one person. */
export async function index(req: Request, res: Response) {
  const pairs = await CustomerMerger.pairs(req.business);
  const here = at(req, "/customers");
  page(res, "business/mergers/index", { title: "Likely duplicates", pairs, here });
}

export async function blankForm(req: Request, res: Response) {
  const customer = await Customer.find(req.business, req.params.id);
  const other = asked(req, "other");
  if (other) {
    const second = await otherThan(req, customer, other);
    return showBoth(req, res, [customer, second], blank({ stays: customer.id }));
  }
  await showChoice(req, res, customer);
}

export async function create(req: Request, res: Response) {
  const customer = await Customer.find(req.business, req.params.id);
  const form = parse(MergerForm, req.body);
  const here = at(req, `/customers/${customer.id}`);
  const other = await otherThan(req, customer, form.values.other).catch(unlessGone);
  // Somebody has merged the two already, or the form was sent twice.
  if (!other) return res.redirect(303, here);
  const both: [Customer, Customer] = [customer, other];
  const stays = both.find(({ id }) => id === form.input?.stays);
  const goes = both.find((one) => one !== stays);
  if (!stays || !goes) {
    const message = "Choose whose name, mail address and phone stay";
    return showBoth(req, res, both, refused(form, "stays", message), 422);
  }
  try {
    await CustomerMerger.merge(stays, goes, actorOf(req), Date.now());
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    return showBoth(req, res, both, refused(form, "stays", error.message), 422);
  }
  res.redirect(303, at(req, `/customers/${stays.id}`));
}

/** With whom to merge her: the likely ones, and a search. */
async function showChoice(req: Request, res: Response, customer: Customer) {
  const q = asked(req, "q");
  const alike = await CustomerMerger.like(customer);
  const slice = { limit: FOUND, offset: 0 };
  const found = q ? await CustomerList.matching(req.business, { search: q }, slice) : [];
  const here = at(req, `/customers/${customer.id}/merger`);
  page(res, "business/mergers/new", {
    title: `Merge ${customer.name} with…`,
    customer,
    q,
    alike,
    found: found.filter(({ id }) => id !== customer.id),
    here,
    to: (other: number) => linkTo(here, { other }),
  });
}

async function showBoth(
  req: Request,
  res: Response,
  both: [Customer, Customer],
  form: Form<unknown>,
  status = 200,
) {
  const now = Date.now();
  const totals = await Promise.all(
    both.map(({ id, businessId }) => CustomerList.totals({ id: businessId }, id, now)),
  );
  const locals = {
    title: "Merge two customers?",
    both: both.map((customer, i) => ({ customer, bookings: totals[i]?.bookings ?? 0 })),
    form,
    here: at(req, `/customers/${both[0].id}`),
  };
  page(res, "business/mergers/both", locals, status);
}

/** @throws NotFound also for herself */
async function otherThan(req: Request, customer: Customer, other: unknown): Promise<Customer> {
  const found = await Customer.find(req.business, other);
  if (found.id === customer.id) throw new NotFound("customer");
  return found;
}

function unlessGone(error: unknown): undefined {
  if (!(error instanceof NotFound)) throw error;
}
