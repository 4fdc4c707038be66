import type { Request, Response } from "express";
import { formatMoney } from "../domain/money.ts";
import { Service, Staff } from "../models/index.ts";
import { Dashboard, isReady } from "../models/dashboard.ts";
import { ChangedMeanwhile, editionOf, Refused } from "../models/set-up.ts";
import { blank, type Form, parse, refused } from "../web/form.ts";
import { page } from "../web/page.ts";
import { actorOf, at, memberOf } from "./actor.ts";
import { asTyped, differences, type Option } from "./meanwhile.ts";
import { paged } from "./paging.ts";
import {
  advanced,
  defaults,
  labels,
  noticeOptions,
  ServiceForm,
  toFields,
  toValues,
} from "./services.form.ts";

export async function index(req: Request, res: Response) {
  const { business } = req;
  const archived = req.query.archived === "1";
  const services = await paged(req, (slice) => Service.list(business, { archived, ...slice }));
  const priceOf = (price: number) => formatMoney(price, business.currency);
  page(res, "business/services/index", { title: "Services", services, archived, priceOf });
}

export async function blankForm(req: Request, res: Response) {
  const options = await providers(req);
  const form = blank({ ...defaults, staff: options.map(([id]) => id) });
  showNew(req, res, form, options);
}

export async function create(req: Request, res: Response) {
  const options = await providers(req);
  const form = checked(parse(ServiceForm, req.body), options);
  if (!form.input) return showNew(req, res, form, options, 422);

  try {
    await Service.add(req.business, toFields(form.input), actorOf(req), Date.now());
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return showNew(req, res, refused(form, error.field, error.message), options, 422);
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
    options: await providers(req, fields.staffIds),
  });
}

export async function update(req: Request, res: Response) {
  const service = await Service.find(req.business, req.params.id);
  const options = await providers(req, (await service.fields()).staffIds);
  const form = checked(parse(ServiceForm, req.body), options);
  const edition = String(form.values.edition ?? "");
  if (!form.input) return showEdit(req, res, service, { form, edition, options }, 422);

  try {
    await service.change(toFields(form.input), edition, actorOf(req), Date.now());
  } catch (error) {
    if (error instanceof ChangedMeanwhile) return showBoth(req, res, form);
    if (!(error instanceof Refused)) throw error;
    const again = refused(form, error.field, error.message);
    return showEdit(req, res, service, { form: again, edition, options }, 422);
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

/** Who can be ticked: those who can be booked, and those who are ticked already. */
async function providers(req: Request, ticked: readonly number[] = []): Promise<Option[]> {
  const staff = await Staff.workingFor(req.business);
  return staff
    .filter(({ id, bookable }) => bookable || ticked.includes(id))
    .map(({ id, name, bookable }) => [id, bookable ? name : `${name} (cannot be booked)`]);
}

function checked<T extends { staff: number[] }>(form: Form<T>, options: Option[]): Form<T> {
  const known = options.map(([id]) => id);
  const unknown = form.input?.staff.some((id) => !known.includes(id));
  return unknown ? refused(form, "staff", "Choose from the list") : form;
}

type Shown = {
  form: Form<unknown>;
  edition: string;
  options: Option[];
  differences?: ReturnType<typeof differences>;
};

function showNew(
  req: Request,
  res: Response,
  form: Form<unknown>,
  options: Option[],
  status = 200,
) {
  const locals = { ...choices(req, form), options, form };
  page(res, "business/services/new", { title: "Add a service", ...locals }, status);
}

function showEdit(req: Request, res: Response, service: Service, shown: Shown, status = 200) {
  const locals = { ...choices(req, shown.form), ...shown, service };
  page(res, "business/services/edit", { title: `Change ${service.name}`, ...locals }, status);
}

async function showBoth(req: Request, res: Response, form: Form<unknown>) {
  const service = await Service.find(req.business, req.params.id);
  const fields = await service.fields();
  const options = await providers(req, fields.staffIds);
  const named = { ...labels, staff: ["Who provides it", options] as const };
  const shown = {
    form: asTyped(form),
    edition: editionOf(fields),
    options,
    differences: differences(named, form.values, blank(toValues(fields)).values),
  };
  showEdit(req, res, service, shown, 409);
}

function choices(req: Request, form: Form<unknown>) {
  const { values, errors } = form;
  return {
    currency: req.business.currency,
    opened: advanced.some((name) => errors[name] !== undefined),
    notices: {
      booking: noticeOptions(values.booking_notice),
      rescheduling: noticeOptions(values.rescheduling_notice),
      cancelling: noticeOptions(values.cancelling_notice),
    },
  };
}
