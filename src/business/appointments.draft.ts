// A new appointment while it is being made. What has been chosen so far stands in the address,
// never in the session: two appointments made side by side do not mix.
import type { Request } from "express";
import { isLocalDate, type LocalDate } from "../domain/time.ts";
import { NotFound } from "../errors.ts";
import {
  type Catalogue,
  catalogueOf,
  type CatalogueService,
  offered,
} from "../models/catalogue.ts";
import { toId } from "../models/id.ts";
import type { Question } from "../models/starts.ts";
import { today } from "./moments.ts";
import { linkTo } from "./query.ts";
import { onlyWith, requireMayBookWith } from "./rights.ts";

export type Draft = {
  catalogue: Catalogue;
  /** What whoever asks can book. */
  services: CatalogueService[];
  service: CatalogueService | undefined;
  /** undefined: anyone */
  staffId: number | undefined;
  date: LocalDate;
  now: number;
};
/** With a service, and a provider who provides it. */
export type Settled = Draft & { service: CatalogueService };

/**
 * @param from the query or the body
 * @throws NotFound for services and providers of nobody and of somebody else alike
 */
export async function draftOf(
  req: Request,
  from: Record<string, unknown>,
  now: number,
): Promise<Draft> {
  const catalogue = forStaff(await catalogueOf(req.business.slug));
  const only = onlyWith(req);
  const services = offered(catalogue).filter(({ staffIds }) => !only || staffIds.includes(only));
  const service = services.find(({ id }) => id === toId(from.service));
  if (given(from.service) && !service) throw new NotFound("service");
  const staffId = given(from.staff) ? toId(from.staff) : undefined;
  if (staffId !== undefined && !catalogue.providers.some(({ id }) => id === staffId))
    throw new NotFound("provider");
  if (staffId !== undefined) requireMayBookWith(req, staffId);
  const { date } = from;
  const day = typeof date === "string" && isLocalDate(date) ? date : undefined;
  return {
    catalogue,
    services,
    service,
    staffId: staffId ?? only,
    date: day ?? today(catalogue.business.zone, now),
    now,
  };
}

/** Whether a service is chosen, and the provider provides it. */
export function isSettled(draft: Draft): draft is Settled {
  const { service, staffId } = draft;
  return service !== undefined && (!staffId || service.staffIds.includes(staffId));
}

export function questionOf({ catalogue, service, staffId, now }: Settled): Question {
  return { catalogue, service, staffId, now };
}

/** The address of a step with what has been chosen so far. */
export function draftLink(
  here: string,
  { service, staffId, date }: Draft,
  more: Record<string, string | number | undefined> = {},
): string {
  return linkTo(here, { service: service?.id, staff: staffId, date, ...more });
}

// Closing bookings is for customers: staff go on.
function forStaff(catalogue: Catalogue): Catalogue {
  return { ...catalogue, business: { ...catalogue.business, bookingsOpen: true } };
}

function given(value: unknown): boolean {
  return value !== undefined && value !== "";
}
