// The pages of the two steps of a new appointment.
import type { Request, Response } from "express";
import { addDays, type Instant, instantToLocal, parseStart, type Zone } from "../domain/time.ts";
import { providersOf } from "../models/catalogue.ts";
import { type CustomerLine, CustomerList } from "../models/customer-list.ts";
import { Customer } from "../models/index.ts";
import { firstStart, startsAfter, startsOn } from "../models/starts.ts";
import { newToken } from "../secrets.ts";
import { blank, type Form } from "../web/form.ts";
import { page } from "../web/page.ts";
import { at } from "./actor.ts";
import { fieldsWhenBooking } from "./answers.ts";
import {
  type Draft,
  draftFields,
  draftLink,
  isSettled,
  questionOf,
  type Settled,
} from "./appointments.draft.ts";
import { choicesByDay, type Moment, momentsIn, zoneName } from "./moments.ts";
import { asked, pairsOf } from "./query.ts";
import { bookOf, onlyWith } from "./rights.ts";
import type { Refused } from "./verdicts.ts";
import { wishOptions, wishWords } from "./wish.ts";

const FOUND = 20; // customers shown for a search
const OTHERS = 12; // times to choose from when a form has none

/** The service, with whom, the day, the time. */
export async function showStartStep(
  req: Request,
  res: Response,
  draft: Draft,
  form: Form<unknown>,
  { choices = [], reasons = [] }: { choices?: Instant[]; reasons?: string[] } = {},
) {
  const { service, date } = draft;
  const { zone } = draft.catalogue.business;
  const here = at(req, "/appointments/new");
  const customer = asked(req, "customer"); // who comes from a customer's page has chosen her already
  const values = {
    ...form.values,
    ...valuesOf(draft),
    ...(choices.length > 0 ? { time: "" } : {}),
  };
  const times = isSettled(draft) ? await timesOf(draft) : undefined;
  const cell = service ? undefined : cellAsked(form, zone);
  const locals = {
    title: "New appointment",
    here,
    form: { ...form, values },
    ...optionsOf(req, draft),
    chosen: pairsOf({ ...draftFields(draft), customer }),
    service,
    cell,
    customer,
    reasons,
    doubled: choicesByDay(choices, zone),
    times,
    links: {
      previous: draftLink(here, { ...draft, date: addDays(date, -1) }, { customer }),
      next: draftLink(here, { ...draft, date: addDays(date, 1) }, { customer }),
      nextFree:
        times?.nextFree && draftLink(here, { ...draft, date: times.nextFree }, { customer }),
      other: draftLink(here, draft),
      why: draftLink(at(req, "/explanations"), draft),
    },
  };
  const status = Object.keys(form.errors).length > 0 ? 422 : 200;
  page(res, "business/appointments/new", locals, status);
}

export type CustomerStep = {
  draft: Settled;
  form: Form<unknown>;
  /** Without one, times to choose from are part of the form. */
  start: Instant | undefined;
  override: boolean;
  customer?: Customer | undefined;
  /** Why the time that was asked for could not be had. */
  refusal?: Refused;
};

/** Who it is for. Shown again with what was typed when something is wrong. */
export async function showCustomerStep(
  req: Request,
  res: Response,
  { draft, form, start, override, customer, refusal }: CustomerStep,
  status = 200,
) {
  const { zone } = draft.catalogue.business;
  const moment = start === undefined ? undefined : momentsIn(zone)(start);
  const state = { start: moment?.dateTime, override: override ? 1 : undefined };
  const here = at(req, "/appointments/new");
  const chosen = customer ? { customer } : await customersOf(req);
  const locals = {
    title: titleOf(refusal),
    here,
    form: refusal ? blank(form.values) : form,
    service: draft.service,
    ...wishWords(draft),
    chosen: pairsOf(draftFields(draft)),
    provider: draft.catalogue.providers.find(({ id }) => id === draft.staffId),
    moment,
    override,
    others: moment ? undefined : (refusal?.others ?? (await nextTimes(draft))),
    reasons: refusal?.reasons ?? [],
    zone: zoneName(zone, start ?? draft.now),
    once: form.values.once ?? newToken(),
    ...chosen,
    fields: await fieldsWhenBooking(req, draft.service.id, Boolean(chosen.customer)),
    to: (more: Record<string, string | number>) => draftLink(here, draft, { ...state, ...more }),
    back: draftLink(here, draft),
  };
  page(res, "business/appointments/customer", locals, status);
}

/** The free cell of the calendar that was pressed: a start, for which a service is to be chosen. */
function cellAsked(form: Form<unknown>, zone: Zone): Moment | undefined {
  const start = parseStart(String(form.values.start ?? ""));
  return start === null ? undefined : momentsIn(zone)(start);
}

function valuesOf(draft: Draft) {
  const { service, staffId, date, people, addons } = draft;
  return {
    service: String(service?.id ?? ""),
    staff: String(staffId ?? ""),
    date,
    location: String(draft.locationId ?? ""),
    people: String(people),
    addon: addons.map(({ id }) => String(id)),
  };
}

function optionsOf(req: Request, { catalogue, locationId, services, service, staffId }: Draft) {
  const only = onlyWith(req);
  const providers = (service ? providersOf(catalogue, service) : catalogue.providers).filter(
    ({ id }) => !only || id === only,
  );
  return {
    only,
    ...wishOptions(catalogue, service),
    services: services
      .filter(({ staffIds }) => service || !staffId || staffIds.includes(staffId))
      .filter(({ locationIds }) => service || !locationId || locationIds.includes(locationId))
      .map(({ id, name }): [number, string] => [id, name]),
    providers: providers.map(({ id, name }): [number, string] => [id, name]),
  };
}

/** The times of the day, and where to go on when there are none. */
async function timesOf(draft: Settled) {
  const { zone } = draft.catalogue.business;
  const question = questionOf(draft);
  const starts = (await startsOn(question, draft.date, 1)).map(({ start }) => start);
  const later = starts.length > 0 ? null : await firstStart(question, addDays(draft.date, 1));
  return {
    days: choicesByDay(starts, zone),
    zone: zoneName(zone, starts[0] ?? draft.now, starts.at(-1) ?? draft.now),
    nextFree: later ? instantToLocal(later.start, zone).date : undefined,
  };
}

async function nextTimes(draft: Settled) {
  const found = await startsAfter(questionOf(draft), draft.now, OTHERS);
  return choicesByDay(
    found.map(({ start }) => start),
    draft.catalogue.business.zone,
  );
}

/** The customer chosen, or those found. */
async function customersOf(req: Request): Promise<{
  customer?: Customer;
  q?: string;
  found?: CustomerLine[];
}> {
  if (req.method !== "GET") return {};
  const [id, q] = [asked(req, "customer"), asked(req, "q")];
  if (id) return { customer: await Customer.find(bookOf(req), id) };
  return {
    q,
    found: q
      ? await CustomerList.matching(bookOf(req), { search: q }, { limit: FOUND, offset: 0 })
      : [],
  };
}

function titleOf(refusal: Refused | undefined): string {
  if (!refusal) return "Who is it for?";
  return refusal.taken ? "That time has just been taken" : "That time is not offered";
}
