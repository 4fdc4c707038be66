import type { Request, Response } from "express";
import { isOpen } from "../domain/status.ts";
import { Conflict } from "../errors.ts";
import { type AppointmentFacts, AppointmentList } from "../models/appointment-list.ts";
import { catalogueOf, serviceById } from "../models/catalogue.ts";
import { Appointment } from "../models/index.ts";
import { Notice, type Notices } from "../models/notice.ts";
import { page } from "../web/page.ts";
import { actorOf, at } from "./actor.ts";
import { isStale, showChanged } from "./changed.ts";
import { momentsIn } from "./moments.ts";
import { bookOf, requireMayChange } from "./rights.ts";

/** Asks before it is done, and tells what it means. */
export async function blankForm(req: Request, res: Response) {
  const facts = await AppointmentList.facts(bookOf(req), req.params.id);
  requireMayChange(req, facts);
  if (!isOpen(facts.status)) return showChanged(req, res);
  const appointment = await Appointment.find(bookOf(req), facts.id);
  const service = serviceById(await catalogueOf(req.business.slug), facts.serviceId);
  const now = Date.now();
  page(res, "business/cancellation/new", {
    title: "Cancel this appointment?",
    facts,
    at: momentsIn(facts.zone),
    late: !Appointment.mayChange(appointment, service.cancellingNotice, now),
    told: toldOf(facts, await Notice.allFor(req.business.id), now),
    here: at(req, `/appointments/${facts.id}`),
  });
}

export async function create(req: Request, res: Response) {
  const appointment = await Appointment.find(bookOf(req), req.params.id);
  requireMayChange(req, appointment);
  // Cancelled twice is cancelled once.
  if (appointment.status !== "cancelled" && isStale(req, appointment)) return showChanged(req, res);
  const service = serviceById(await catalogueOf(req.business.slug), appointment.serviceId);
  try {
    await Appointment.cancel(appointment, service, actorOf(req), Date.now());
    res.redirect(303, at(req, `/appointments/${appointment.id}`));
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    await showChanged(req, res);
  }
}

/** Who hears of it, and who has to be told. */
export function toldOf(
  { customerName, customerEmail, staffName, endsAt }: AppointmentFacts,
  { cancellation, staff }: Notices,
  now: number,
): string[] {
  if (endsAt <= now) return ["Nobody gets a mail: it is over."];
  const provider = staff.enabled
    ? `${staffName} gets a mail, if a mail address is known.`
    : `${staffName} gets no mail: that notice is turned off.`;
  if (!cancellation.enabled)
    return [`${customerName} gets no mail: that notice is turned off.`, provider];
  if (!customerEmail) return [`${customerName} gets no mail: no mail address is known.`, provider];
  return [`${customerName} gets a mail at ${customerEmail}.`, provider];
}
