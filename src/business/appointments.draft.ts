// A new appointment while it is being made. What has been chosen so far stands in the address,
// never in the session: two appointments made side by side do not mix.
import type { Request } from "express";
import { isLocalDate, type LocalDate } from "../domain/time.ts";
import { NotFound } from "../errors.ts";
import {
  type Catalogue,
  type CatalogueAddon,
  catalogueOf,
  type CatalogueService,
  offered,
} from "../models/catalogue.ts";
import { toId } from "../models/id.ts";
import type { Question } from "../models/starts.ts";
import { today } from "./moments.ts";
import { linkTo, type Params } from "./query.ts";
import { onlyWith, requireMayBookWith } from "./rights.ts";
import { locationAsked, wishFields, wishOf } from "./wish.ts";

export type Draft = {
  /** At the location asked for, else the first where the service is offered. */
  catalogue: Catalogue;
  /** undefined: there is but one, or none is chosen yet */
  locationId: number | undefined;
  /** What whoever asks can book. */
  services: CatalogueService[];
  /** With the add-ons. */
  service: CatalogueService | undefined;
  addons: CatalogueAddon[];
  people: number;
  /** undefined: anyone */
  staffId: number | undefined;
  date: LocalDate;
  now: number;
};
/** With a service, a provider who provides it and a location where it is offered. */
export type Settled = Draft & { service: CatalogueService };

/**
 * @param from the query or the body
 * @throws NotFound for services, providers and locations of nobody and of somebody else alike
 */
export async function draftOf(
  req: Request,
  from: Record<string, unknown>,
  now: number,
): Promise<Draft> {
  const anywhere = forStaff(await catalogueOf(req.business.slug));
  const only = onlyWith(req);
  const services = offered(anywhere).filter(({ staffIds }) => !only || staffIds.includes(only));
  const chosen = services.find(({ id }) => id === toId(from.service));
  if (given(from.service) && !chosen) throw new NotFound("service");
  const wish = chosen ? wishOf(anywhere, chosen, from) : placeOf(anywhere, from);
  const { catalogue } = wish;
  const staffId = given(from.staff) ? toId(from.staff) : undefined;
  if (staffId !== undefined && !catalogue.providers.some(({ id }) => id === staffId))
    throw new NotFound("provider");
  if (staffId !== undefined) requireMayBookWith(req, staffId);
  const { date } = from;
  const day = typeof date === "string" && isLocalDate(date) ? date : undefined;
  return {
    ...wish,
    services,
    staffId: staffId ?? only,
    date: day ?? today(catalogue.business.zone, now),
    now,
  };
}

/** Whether a service is chosen, the provider provides it, and it is offered at the location. */
export function isSettled(draft: Draft): draft is Settled {
  const { service, staffId } = draft;
  if (!service || !isOfferedThere(draft)) return false;
  return !staffId || service.staffIds.includes(staffId);
}

export function isOfferedThere({ catalogue, service }: Draft): boolean {
  return !service || service.locationIds.includes(catalogue.location.id);
}

export function questionOf(draft: Settled): Question {
  const { catalogue, service, addons, people, staffId, now } = draft;
  return { catalogue, service, addons, people, staffId, now };
}

/** What has been chosen so far but the day, for addresses and hidden fields. */
export function draftFields(draft: Draft): Params {
  const { service, staffId } = draft;
  return { service: service?.id, staff: staffId, ...wishFields(draft) };
}

/** The address of a step with what has been chosen so far. */
export function draftLink(here: string, draft: Draft, more: Params = {}): string {
  return linkTo(here, { ...draftFields(draft), date: draft.date, ...more });
}

/** Before a service is chosen there is at most a location. */
function placeOf(anywhere: Catalogue, { location }: Record<string, unknown>) {
  const catalogue = locationAsked(anywhere, location);
  const locationId = given(location) ? catalogue.location.id : undefined;
  return { catalogue, locationId, service: undefined, addons: [], people: 1 };
}

// Closing bookings is for customers: staff go on.
function forStaff(catalogue: Catalogue): Catalogue {
  return { ...catalogue, business: { ...catalogue.business, bookingsOpen: true } };
}

function given(value: unknown): boolean {
  return value !== undefined && value !== "";
}
