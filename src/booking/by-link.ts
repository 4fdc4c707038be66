// The appointment that a customer's link is of. Whoever has the link may: the token is its key.
import type { Request, Response } from "express";
import { type Catalogue, catalogueAt, catalogueOfId } from "../models/catalogue.ts";
import { Appointment } from "../models/index.ts";
import { nameBusiness } from "../web/tenant.ts";

/** With the catalogue of where it is. @throws NotFound */
export async function findByLink(
  req: Request,
  res: Response,
): Promise<{ appointment: Appointment; catalogue: Catalogue }> {
  const appointment = await Appointment.withToken(String(req.params.token));
  const whole = await catalogueOfId(appointment.businessId);
  const catalogue = catalogueAt(whole, appointment.locationId);
  nameBusiness(req, res, catalogue.business, appointment.language);
  return { appointment, catalogue };
}

/** The path of its own page. */
export function pathOf({ params }: Request): string {
  return `/appointments/${String(params.token)}`;
}
