import type { Request, Response } from "express";
import { AppointmentList, type ListFilter } from "../models/appointment-list.ts";
import { Customer } from "../models/index.ts";
import { ChangedMeanwhile, editionOf, Refused } from "../models/set-up.ts";
import { blank, type Form, parse, refused } from "../web/form.ts";
import { page } from "../web/page.ts";
import { actorOf, at } from "./actor.ts";
import { startsOf } from "./appointments.calendar.ts";
import { CustomerForm, labels } from "./customers.form.ts";
import { asTyped, differences } from "./meanwhile.ts";
import { momentsIn, zoneName } from "./moments.ts";
import { paged } from "./paging.ts";
import { asked, linkTo } from "./query.ts";
import { mayDo } from "./rights.ts";

const FEW = 20; // appointments on a customer's page; the list has them all

export async function index(req: Request, res: Response) {
  const q = asked(req, "q");
  const here = at(req, "/customers");
  page(res, "business/customers/index", {
    title: "Customers",
    here,
    q,
    path: linkTo(here, { q }),
    customers: await paged(req, (slice) => Customer.list(req.business, q, slice)),
    at: momentsIn(req.business.zone),
  });
}

export async function show(req: Request, res: Response) {
  const customer = await Customer.find(req.business, req.params.id);
  const { id: businessId, zone } = req.business;
  const now = Date.now();
  const some = (filter: Pick<ListFilter, "when" | "status">) =>
    AppointmentList.matching(
      businessId,
      { ...filter, customerId: customer.id, at: now },
      { limit: FEW, offset: 0 },
    );
  const [upcoming, past] = await Promise.all([
    some({ when: "from", status: "standing" }),
    some({ when: "before" }),
  ]);
  page(res, "business/customers/show", {
    title: customer.name,
    customer,
    upcoming,
    past,
    zone: zoneName(zone, ...startsOf([...upcoming, ...past], now)),
    at: momentsIn(zone),
    mayErase: customer.erasedAt === null && mayDo(req, "customers.all"),
    here: at(req, `/customers/${customer.id}`),
    book: linkTo(at(req, "/appointments/new"), { customer: customer.id }),
    all: linkTo(at(req, "/appointments"), { view: "list", when: "all", customer: customer.id }),
  });
}

export function blankForm(req: Request, res: Response) {
  showNew(req, res, blank());
}

export async function create(req: Request, res: Response) {
  const form = parse(CustomerForm, req.body);
  if (!form.input) return showNew(req, res, form, 422);
  try {
    const id = await Customer.add(req.business, form.input, actorOf(req), Date.now());
    res.redirect(303, at(req, `/customers/${id}`));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    showNew(req, res, refused(form, error.field, error.message), 422);
  }
}

export async function edit(req: Request, res: Response) {
  const customer = await Customer.find(req.business, req.params.id);
  const { record } = customer;
  showEdit(req, res, customer, { form: blank(record), edition: editionOf(record) });
}

export async function update(req: Request, res: Response) {
  const customer = await Customer.find(req.business, req.params.id);
  const form = parse(CustomerForm, req.body);
  const edition = String(form.values.edition ?? "");
  if (!form.input) return showEdit(req, res, customer, { form, edition }, 422);
  try {
    await customer.change(form.input, edition, actorOf(req), Date.now());
    res.redirect(303, at(req, `/customers/${customer.id}`));
  } catch (error) {
    if (error instanceof ChangedMeanwhile) return showBoth(req, res, form);
    if (!(error instanceof Refused)) throw error;
    const again = refused(form, error.field, error.message);
    showEdit(req, res, customer, { form: again, edition }, 422);
  }
}

type Shown = {
  form: Form<unknown>;
  edition: string;
  differences?: ReturnType<typeof differences>;
};

function showNew(req: Request, res: Response, form: Form<unknown>, status = 200): void {
  const locals = { title: "Add a customer", form, here: at(req, "/customers") };
  page(res, "business/customers/new", locals, status);
}

function showEdit(
  req: Request,
  res: Response,
  customer: Customer,
  shown: Shown,
  status = 200,
): void {
  const here = at(req, `/customers/${customer.id}`);
  const locals = { title: `Change ${customer.name}`, here, ...shown };
  page(res, "business/customers/edit", locals, status);
}

async function showBoth(req: Request, res: Response, form: Form<unknown>) {
  const customer = await Customer.find(req.business, req.params.id);
  const { record } = customer;
  const shown = {
    form: asTyped(form),
    edition: editionOf(record),
    differences: differences(labels, form.values, blank(record).values),
  };
  showEdit(req, res, customer, shown, 409);
}
