// What a customer has asked for so far: where, with whom, how many come and what is added. It stands
// in the address and in the forms, never in a session, so that two tabs do not mix.
import type { Request } from "express";
import { formatMoney } from "../domain/money.ts";
import type { Words } from "../language.ts";
import {
  addonsOf,
  type Catalogue,
  type CatalogueAddon,
  catalogueAt,
  type CatalogueService,
  locationsOf,
  offeredService,
  providersToChoose,
  serviceById,
  withAddons,
} from "../models/catalogue.ts";
import type { Hold } from "../models/index.ts";
import type { Question } from "../models/starts.ts";

type Given = Record<string, unknown>;

/** The question that a page of times or its form asks; what is not known here is left out. */
export function questionAsked(req: Request, now: number): Question {
  const service = offeredService(req.catalogue, String(req.params.service));
  const given: Given = { ...req.query, ...(req.body as Given | undefined) };
  const addons = addonsAsked(req.catalogue, service, given.addon);
  const question = {
    catalogue: locationAsked(req.catalogue, service, given.location),
    service: withAddons(service, addons),
    addons,
    people: peopleAsked(service, given.people),
    now,
  };
  const staff = Number(given.staff);
  return service.staffIds.includes(staff) ? { ...question, staffId: staff } : question;
}

/** The question that a hold answers. */
export function questionOfHold(catalogue: Catalogue, hold: Hold, now: number): Question {
  const addons = catalogue.addons.filter(({ id }) => hold.addonIds.includes(id));
  return {
    catalogue: catalogueAt(catalogue, hold.locationId),
    service: withAddons(serviceById(catalogue, hold.serviceId), addons),
    addons,
    people: hold.people,
    staffId: hold.anyStaff ? undefined : hold.staffId,
    now,
  };
}

/** What a form sends along, and an address carries: only what differs from the usual. */
export function wishFields({ catalogue, addons, people, staffId }: Question): [string, string][] {
  const usual = catalogue.views.keys().next().value;
  const { id, slug } = catalogue.location;
  const fields: [string, string][] = [];
  if (staffId !== undefined) fields.push(["staff", String(staffId)]);
  if (id !== usual) fields.push(["location", slug]);
  if (people && people > 1) fields.push(["people", String(people)]);
  for (const addon of addons ?? []) fields.push(["addon", String(addon.id)]);
  return fields;
}

/** The same as it stands in an address: "staff=3&people=2&", or "". */
export function wishQuery(question: Question): string {
  const query = new URLSearchParams(wishFields(question)).toString();
  return query && `${query}&`;
}

/** The address of the times for all that was asked for. */
export function timesPath(question: Question): string {
  const { catalogue, service } = question;
  return `/book/${catalogue.business.slug}/${service.slug}?${wishQuery(question)}`.replace(
    /[?&]$/,
    "",
  );
}

/** What there is to choose from beside the time; each only where there is a choice. */
export function choicesOf(question: Question, { locale }: Words) {
  const { catalogue, service, addons = [], people = 1, staffId } = question;
  const { currency } = catalogue.business;
  const locations = locationsOf(catalogue, service);
  const providers = providersToChoose(catalogue, service).map(({ id, name }) => ({ id, name }));
  const price = (addon: CatalogueAddon) =>
    addon.price && service.priceShown ? formatMoney(addon.price, currency, locale) : undefined;
  return {
    staffId,
    providers,
    only: providers.length === 1 ? providers[0] : undefined,
    location: catalogue.location,
    locations: locations.length > 1 ? locations : [],
    // Where it is goes without saying where a business is at one place alone.
    isSomewhere: catalogue.views.size > 1,
    people,
    party: service.party,
    addons: addonsOf(catalogue, service).map((addon) => ({
      ...addon,
      price: price(addon),
      chosen: addons.some(({ id }) => id === addon.id),
    })),
  };
}

function addonsAsked(catalogue: Catalogue, service: CatalogueService, asked: unknown) {
  const ids = new Set([asked].flat().map(Number));
  return addonsOf(catalogue, service).filter(({ id }) => ids.has(id));
}

/** The first where it is offered, unless another is asked for. */
function locationAsked(catalogue: Catalogue, service: CatalogueService, asked: unknown): Catalogue {
  const locations = locationsOf(catalogue, service);
  const found = locations.find(({ slug }) => slug === asked) ?? locations[0];
  return found ? catalogueAt(catalogue, found.id) : catalogue;
}

function peopleAsked({ party }: CatalogueService, asked: unknown): number {
  const people = Number(asked);
  return Number.isInteger(people) && people >= 1 && people <= party ? people : 1;
}
