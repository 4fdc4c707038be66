import type { Request, Response } from "express";
import { formatMoney } from "../domain/money.ts";
import { Service } from "../models/index.ts";
import { Dashboard, isReady } from "../models/dashboard.ts";
import { ChangedMeanwhile, editionOf, Refused } from "../models/set-up.ts";
import { blank, type Form, parse, refused } from "../web/form.ts";
import { page } from "../web/page.ts";
import { actorOf, at, memberOf } from "./actor.ts";
import { dayName, weekdays } from "./hours.form.ts";
import { asTyped, differences } from "./meanwhile.ts";
import { paged } from "../web/paging.ts";
import { checked, type Choices, choicesOf, labelsWith } from "./services.choices.ts";
import { toFields, toValues } from "./services.fields.ts";
import {
  defaults,
  depositPolicies,
  NEEDS,
  noticeOptions,
  parts,
  ServiceForm,
} from "./services.form.ts";

export async function index(req: Request, res: Response) {
  const { business } = req;
  const archived = req.query.archived === "1";
  const services = await paged(req, (slice) => Service.list(business, { archived, ...slice }));
  const priceOf = (price: number) => formatMoney(price, business.currency);
  page(res, "business/services/index", { title: "Services", services, archived, priceOf });
}

export async function blankForm(req: Request, res: Response) {
  const choices = await choicesOf(req);
  const staff = choices.staff.map(([id]) => id);
  showNew(req, res, blank({ ...defaults, staff }), choices);
}

export async function create(req: Request, res: Response) {
  const choices = await choicesOf(req);
  const form = checked(parse(ServiceForm, req.body), choices);
  if (!form.input) return showNew(req, res, form, choices, 422);

  try {
    await Service.add(req.business, toFields(form.input), actorOf(req), Date.now());
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return showNew(req, res, refused(form, error.field, error.message), choices, 422);
  }
  // A new business has steps to go, and the dashboard tells the next one.
  const ready = isReady(await Dashboard.readiness(req.business, memberOf(req).id));
  res.redirect(303, ready ? at(req, "/services") : at(req));
}

export async function edit(req: Request, res: Response) {
  const service = await Service.find(req.business, req.params.id);
  const fields = await service.fields();
  showEdit(req, res, service, {
    form: blank(toValues(fields)),
    edition: editionOf(fields),
    choices: await choicesOf(req, fields),
  });
}

export async function update(req: Request, res: Response) {
  const service = await Service.find(req.business, req.params.id);
  const choices = await choicesOf(req, await service.fields());
  const form = checked(parse(ServiceForm, req.body), choices);
  const edition = String(form.values.edition ?? "");
  if (!form.input) return showEdit(req, res, service, { form, edition, choices }, 422);

  try {
    await service.change(toFields(form.input), edition, actorOf(req), Date.now());
  } catch (error) {
    if (error instanceof ChangedMeanwhile) return showBoth(req, res, form);
    if (!(error instanceof Refused)) throw error;
    const again = refused(form, error.field, error.message);
    return showEdit(req, res, service, { form: again, edition, choices }, 422);
  }
  res.redirect(303, at(req, "/services"));
}

export async function archive(req: Request, res: Response) {
  const service = await Service.find(req.business, req.params.id);
  await service.archive(actorOf(req), Date.now());
  res.redirect(303, at(req, "/services"));
}

export async function restore(req: Request, res: Response) {
  const service = await Service.find(req.business, req.params.id);
  await service.takeBack(actorOf(req), Date.now());
  res.redirect(303, at(req, "/services"));
}

type Shown = {
  form: Form<unknown>;
  edition: string;
  choices: Choices;
  differences?: ReturnType<typeof differences>;
};

function showNew(req: Request, res: Response, form: Form<unknown>, choices: Choices, status = 200) {
  const locals = { ...wordsFor(req, form), choices, form };
  page(res, "business/services/new", { title: "Add a service", ...locals }, status);
}

function showEdit(req: Request, res: Response, service: Service, shown: Shown, status = 200) {
  const locals = { ...wordsFor(req, shown.form), ...shown, service };
  page(res, "business/services/edit", { title: `Change ${service.name}`, ...locals }, status);
}

async function showBoth(req: Request, res: Response, form: Form<unknown>) {
  const service = await Service.find(req.business, req.params.id);
  const fields = await service.fields();
  const choices = await choicesOf(req, fields);
  const saved = blank(toValues(fields)).values;
  const shown = {
    form: asTyped(form),
    edition: editionOf(fields),
    choices,
    differences: differences(labelsWith(choices), form.values, saved),
  };
  showEdit(req, res, service, shown, 409);
}

function wordsFor(req: Request, { values, errors }: Form<unknown>) {
  const hasError = (name: string) => errors[name] !== undefined;
  const opened = Object.entries(parts).map(([part, names]) => [part, names.some(hasError)]);
  return {
    currency: req.business.currency,
    zone: req.business.zone,
    days: weekdays.map((day) => [day, dayName(day)]),
    needs: NEEDS,
    depositPolicies,
    opened: Object.fromEntries(opened) as Record<keyof typeof parts, boolean>,
    notices: {
      booking: noticeOptions(values.booking_notice),
      rescheduling: noticeOptions(values.rescheduling_notice),
      cancelling: noticeOptions(values.cancelling_notice),
    },
  };
}
