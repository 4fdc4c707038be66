import type { Request, Response } from "express";
import { NotFound } from "../errors.ts";
import { DeliveryLog, type LogLine, type MailLine } from "../models/delivery-log.ts";
import type { DeliveryLine } from "../models/delivery.ts";
import { toId } from "../models/id.ts";
import { Appointment, Delivery } from "../models/index.ts";
import { page } from "../web/page.ts";
import { at } from "./actor.ts";
import { deliveryWords } from "./appointments.words.ts";
import { type Moments, momentsIn, zoneName } from "./moments.ts";
import { paged } from "../web/paging.ts";
import { filterOf, logAsked } from "./deliveries.asked.ts";
import { linkTo } from "./query.ts";
import { bookOf, mayDo, requireMayChange } from "./rights.ts";
import { callWords } from "./webhooks.words.ts";

/** All that went out for the business, or what of it failed, waits, arrived or was not sent. */
export async function index(req: Request, res: Response) {
  const { id, zone } = req.business;
  const filter = logAsked(req);
  const here = at(req, "/deliveries");
  const log = await paged(req, (slice) => DeliveryLog.ofBusiness(id, filterOf(filter), slice));
  const moments = momentsIn(zone);
  page(res, "business/deliveries/index", {
    title: "Mails and webhooks",
    here,
    filter,
    asked: linkTo("", filter),
    log: { ...log, lines: log.lines.map((line) => inWords(line, moments)) },
    mayRepeatCalls: mayDo(req, "integrations"),
    zone: zoneName(zone, Date.now()),
  });
}

/** Sends again, from the log, a mail that failed or may not have arrived. */
export async function repeatListed(req: Request, res: Response) {
  await sendAgain(req, await DeliveryLog.mail(req.business.id, req.params.id));
  res.redirect(303, linkTo(at(req, "/deliveries"), logAsked(req)));
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

function inWords({ mail, call }: LogLine, moments: Moments) {
  return mail ? { mail: mailWords(mail, moments) } : { call: callWords(call, moments) };
}

export function mailWords(line: MailLine, moments: Moments) {
  const { appointmentId, customerName, customerEmail, staffName } = line;
  // Whom other mails go to is known when they are sent.
  const email = appointmentId === null ? (customerEmail ?? "known then") : customerEmail;
  const words = deliveryWords(line, moments, email);
  return { ...words, whom: staffName ?? customerName ?? words.whom };
}
