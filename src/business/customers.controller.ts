import type { Request, Response } from "express";
import { formatMoney } from "../domain/money.ts";
import { Answers } from "../models/answer.ts";
import { AppointmentList, type ListFilter } from "../models/appointment-list.ts";
import { CustomerList, SHOWN } from "../models/customer-list.ts";
import { CustomerMerger } from "../models/customer-merger.ts";
import { editable } from "../models/customer.ts";
import { Fields } from "../models/field.ts";
import { Customer } from "../models/index.ts";
import { ChangedMeanwhile, editionOf, Refused } from "../models/set-up.ts";
import { type Answered, labelled, parseAnswered, typedAnswers } from "../web/answers.ts";
import { blank, type Form, refused } from "../web/form.ts";
import { page } from "../web/page.ts";
import { actorOf, at } from "./actor.ts";
import { answerLines, customerFieldsOf } from "./answers.ts";
import { startsOf } from "./appointments.calendar.ts";
import { CustomerForm, type CustomerInput, labels } from "./customers.form.ts";
import { asTyped, differences } from "./meanwhile.ts";
import { momentsIn, zoneName } from "./moments.ts";
import { paged } from "../web/paging.ts";
import { asked, linkTo } from "./query.ts";
import { bookOf, mayDo, onlyOf } from "./rights.ts";

const FEW = 20; // appointments on a customer's page; the list has them all

export async function index(req: Request, res: Response) {
  const filter = customersAsked(req);
  const { search: q, shown } = filter;
  const here = at(req, "/customers");
  page(res, "business/customers/index", {
    title: "Customers",
    here,
    q,
    shown,
    path: linkTo(here, { q, show: shown }),
    file: linkTo(`${here}.csv`, { q, show: shown }),
    customers: await paged(req, (slice) => CustomerList.matching(bookOf(req), filter, slice)),
    at: momentsIn(req.business.zone),
    mayAll: mayDo(req, "customers.all"),
  });
}

/** Which customers the list and its file show. */
export function customersAsked(req: Request) {
  return { search: asked(req, "q"), shown: SHOWN.find((one) => one === asked(req, "show")) };
}

export async function show(req: Request, res: Response) {
  const customer = await Customer.find(bookOf(req), req.params.id);
  const { id: businessId, zone, currency } = req.business;
  const now = Date.now();
  const owner = { businessId, subject: "customer", id: customer.id } as const;
  const some = (filter: Pick<ListFilter, "when" | "status">) =>
    AppointmentList.matching(
      businessId,
      { ...filter, customerId: customer.id, staffId: onlyOf(req), at: now },
      { limit: FEW, offset: 0 },
    );
  const [upcoming, past, totals, answers, alike] = await Promise.all([
    some({ when: "from", status: "standing" }),
    some({ when: "before" }),
    CustomerList.totals(bookOf(req), customer.id, now),
    Fields.of(req.business).then((fields) => Answers.of(owner, fields)),
    CustomerMerger.like(customer),
  ]);
  page(res, "business/customers/show", {
    title: customer.name,
    customer,
    answers: answerLines(answers),
    totals: { ...totals, money: formatMoney(totals.money, currency) },
    upcoming,
    past,
    alike,
    zone: zoneName(zone, ...startsOf([...upcoming, ...past], now)),
    at: momentsIn(zone),
    mayErase: customer.erasedAt === null && mayDo(req, "customers.all"),
    here: at(req, `/customers/${customer.id}`),
    mayAll: mayDo(req, "customers.all"),
    waits: req.business.approveFirst && customer.approvedAt === null,
    book: linkTo(at(req, "/appointments/new"), { customer: customer.id }),
    all: linkTo(at(req, "/appointments"), { view: "list", when: "all", customer: customer.id }),
  });
}

export async function blankForm(req: Request, res: Response) {
  await showNew(req, res, blank());
}

export async function create(req: Request, res: Response) {
  const form = parseAnswered(CustomerForm, await customerFieldsOf(req), req.body);
  if (!form.input) return showNew(req, res, form, 422);
  try {
    const { answers, ...record } = form.input;
    const id = await Customer.add(req.business, record, actorOf(req), Date.now(), answers);
    res.redirect(303, at(req, `/customers/${id}`));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    await showNew(req, res, refused(form, error.field, error.message), 422);
  }
}

export async function edit(req: Request, res: Response) {
  const customer = await Customer.find(bookOf(req), req.params.id);
  const { values, edition } = await storedOf(req, customer);
  await showEdit(req, res, customer, { form: blank(values), edition });
}

export async function update(req: Request, res: Response) {
  const customer = await Customer.find(bookOf(req), req.params.id);
  const form = parseAnswered(CustomerForm, await customerFieldsOf(req), req.body);
  const edition = String(form.values.edition ?? "");
  if (!form.input) return showEdit(req, res, customer, { form, edition }, 422);
  try {
    const { answers, ...record } = form.input;
    await customer.change(record, edition, actorOf(req), Date.now(), answers);
    res.redirect(303, at(req, `/customers/${customer.id}`));
  } catch (error) {
    if (error instanceof ChangedMeanwhile) return showBoth(req, res, form);
    if (!(error instanceof Refused)) throw error;
    const again = refused(form, error.field, error.message);
    await showEdit(req, res, customer, { form: again, edition }, 422);
  }
}

type Shown = {
  form: Form<unknown>;
  edition: string;
  differences?: ReturnType<typeof differences>;
};

/** What the form for a customer shows, and its edition. */
async function storedOf(req: Request, customer: Customer) {
  const { id, businessId, record } = customer;
  const fields = await customerFieldsOf(req);
  const answers = await Answers.of({ businessId, subject: "customer", id }, fields);
  const values = { ...record, ...typedAnswers(answers) };
  return { values, edition: editionOf(editable(record, answers)) };
}

async function showNew(req: Request, res: Response, form: Form<unknown>, status = 200) {
  const fields = await customerFieldsOf(req);
  const locals = { title: "Add a customer", form, fields, here: at(req, "/customers") };
  page(res, "business/customers/new", locals, status);
}

async function showEdit(
  req: Request,
  res: Response,
  customer: Customer,
  shown: Shown,
  status = 200,
) {
  const here = at(req, `/customers/${customer.id}`);
  const fields = await customerFieldsOf(req);
  const locals = { title: `Change ${customer.name}`, here, fields, ...shown };
  page(res, "business/customers/edit", locals, status);
}

async function showBoth(req: Request, res: Response, form: Form<Answered<CustomerInput>>) {
  const customer = await Customer.find(bookOf(req), req.params.id);
  const { values, edition } = await storedOf(req, customer);
  const fields = await customerFieldsOf(req);
  const named = { ...labels, ...Object.fromEntries(fields.map(labelled)) };
  const both = differences(named, form.values, blank(values).values);
  await showEdit(req, res, customer, { form: asTyped(form), edition, differences: both }, 409);
}
