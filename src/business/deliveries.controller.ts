import type { Request, Response } from "express";
import { NotFound } from "../errors.ts";
import { type BusinessLine, DeliveryLog, LOG_FILTERS } from "../models/delivery-log.ts";
import type { DeliveryLine } from "../models/delivery.ts";
import { toId } from "../models/id.ts";
import { Appointment, Delivery } from "../models/index.ts";
import { page } from "../web/page.ts";
import { at } from "./actor.ts";
import { deliveryWords } from "./appointments.words.ts";
import { type Moments, momentsIn, zoneName } from "./moments.ts";
import { paged } from "./paging.ts";
import { asked, linkTo } from "./query.ts";
import { bookOf, requireMayChange } from "./rights.ts";

/** All mails of the business, or those that failed, wait, were sent or were not. */
export async function index(req: Request, res: Response) {
  const { id, zone } = req.business;
  const show = shownIn(req);
  const here = at(req, "/deliveries");
  const log = await paged(req, (slice) => DeliveryLog.ofBusiness(id, LOG_FILTERS[show], slice));
  const moments = momentsIn(zone);
  page(res, "business/deliveries/index", {
    title: "Mails",
    here,
    show,
    path: linkTo(here, { show }),
    file: linkTo(`${here}.csv`, { show }),
    mails: { ...log, lines: log.lines.map((line) => inWords(line, moments)) },
    zone: zoneName(zone, Date.now()),
  });
}

/** Sends again, from the log of all mails, what failed or may not have arrived. */
export async function repeatListed(req: Request, res: Response) {
  const delivery = await DeliveryLog.find(req.business.id, req.params.id);
  await sendAgain(req, delivery);
  res.redirect(303, linkTo(at(req, "/deliveries"), { show: shownIn(req) }));
}

/** The same from the page of its appointment. */
export async function repeat(req: Request, res: Response) {
  const appointment = await Appointment.find(bookOf(req), req.params.id);
  requireMayChange(req, appointment);
  const deliveries = await Delivery.ofAppointment(req.business.id, appointment.id);
  await sendAgain(
    req,
    deliveries.find(({ id }) => id === toId(req.params.delivery)),
  );
  res.redirect(303, at(req, `/appointments/${appointment.id}`));
}

async function sendAgain(req: Request, delivery: DeliveryLine | undefined): Promise<void> {
  if (!delivery) throw new NotFound("delivery");
  // Pressed twice, it is on its way already.
  if (delivery.state === "failed" || delivery.state === "unknown")
    await Delivery.sendAgain(req.business, delivery.id, Date.now());
}

function shownIn(req: Request): string {
  const show = asked(req, "show");
  return Object.hasOwn(LOG_FILTERS, show) ? show : "";
}

/** What the log is narrowed to; none: all. */
export function statesShown(req: Request) {
  return LOG_FILTERS[shownIn(req)];
}

export function inWords(line: BusinessLine, moments: Moments) {
  const { appointmentId, customerName, customerEmail, staffName } = line;
  // Whom other mails go to is known when they are sent.
  const email = appointmentId === null ? "known then" : customerEmail;
  const words = deliveryWords(line, moments, email);
  return { ...words, whom: staffName ?? customerName ?? words.whom };
}
