import type { Request, Response } from "express";
import { calendarFile } from "../calendar.ts";
import { knownToCustomers } from "../domain/fields.ts";
import { formatMoney } from "../domain/money.ts";
import { maySayComing } from "../domain/status.ts";
import { formatInstant, type Zone } from "../domain/time.ts";
import type { Words } from "../language.ts";
import { appointmentUrl, proves } from "../links.ts";
import { asBooked } from "../models/appointment.ts";
import { appointmentAnswers, mayTell } from "../models/appointment-details.ts";
import { type Catalogue, type CatalogueService, serviceById } from "../models/catalogue.ts";
import { Fields } from "../models/field.ts";
import { Appointment, AuditEntry, Customer } from "../models/index.ts";
import { linkIn, wordsOf } from "../web/language.ts";
import { page } from "../web/page.ts";
import { toldLines } from "./answers.ts";
import { findByLink, pathOf } from "./by-link.ts";

export async function show(req: Request, res: Response) {
  const { appointment, catalogue } = await findByLink(req, res);
  const { id, businessId, customerId, startsAt, endsAt, zone } = appointment;
  const service = asBooked(serviceById(catalogue, appointment.serviceId), appointment);
  const now = Date.now();
  const words = wordsOf(res);
  const { proof } = req.query;
  const locals = {
    title: titleOf(appointment, words),
    appointment,
    service,
    provider: providerIn(catalogue, appointment.staffId),
    addons: appointment.addons === null ? [] : [appointment.addons],
    people: Math.max(service.seats, appointment.people) > 1 ? appointment.people : undefined,
    place: (catalogue.views.size > 1 ? catalogue.location : catalogue.business).name,
    when: formatInstant(startsAt, zone, words.locale),
    until: formatInstant(endsAt, zone, words.locale),
    ...pricesOf(appointment, service, catalogue, words),
    customer: await Customer.contact(businessId, customerId),
    before: appointment.sequence > 0 ? await beforeIn(catalogue, id, zone, words) : undefined,
    here: pathOf(req),
    told: await toldIn(appointment, catalogue, words),
    mayTell: mayTell(appointment, { kind: "customer" }, now),
    mayMove: Appointment.mayChange(appointment, service.reschedulingNotice, now),
    mayCancel: Appointment.mayChange(appointment, service.cancellingNotice, now),
    past: startsAt <= now,
    comes: appointment.comingAt !== null && maySayComing(appointment, now),
    pendingUntil:
      appointment.pendingUntil && formatInstant(appointment.pendingUntil, zone, words.locale),
    proof: typeof proof === "string" && proves(appointment.uid, proof) ? proof : undefined,
  };
  page(res, "booking/appointments/show", locals);
}

export async function calendar(req: Request, res: Response) {
  const { appointment, catalogue } = await findByLink(req, res);
  const { business } = catalogue;
  const url = appointmentUrl(String(req.params.token));
  const file = calendarFile({
    cancelled: appointment.status === "cancelled",
    uid: appointment.uid,
    sequence: appointment.sequence,
    start: appointment.startsAt,
    end: appointment.endsAt,
    zone: appointment.zone,
    summary: `${serviceById(catalogue, appointment.serviceId).name}, ${business.name}`,
    description: url,
    location: business.address,
    organizer: { name: business.name, address: business.email },
    url,
    now: Date.now(),
  });
  res.setHeader("Content-Disposition", 'attachment; filename="appointment.ics"');
  res.setHeader("Cache-Control", "no-store");
  res.type("text/calendar; charset=utf-8").send(file);
}

/** By whoever has the mail: a press, since mail scanners follow every link. */
export async function confirm(req: Request, res: Response) {
  const { appointment } = await findByLink(req, res);
  const { proof } = (req.body ?? {}) as Record<string, unknown>;
  await Appointment.verify(appointment, String(proof), Date.now());
  res.redirect(303, linkIn(res, pathOf(req)));
}

export async function cancel(req: Request, res: Response) {
  const { appointment, catalogue } = await findByLink(req, res);
  const service = serviceById(catalogue, appointment.serviceId);
  await Appointment.cancel(appointment, service, { kind: "customer" }, Date.now());
  res.redirect(303, linkIn(res, pathOf(req)));
}

function titleOf({ status }: Appointment, { t }: Words): string {
  if (status === "requested") return t("appointment.title_requested");
  if (status === "pending") return t("appointment.title_pending");
  return t(status === "cancelled" ? "appointment.title_cancelled" : "appointment.title");
}

/** The price if the business shows it, and what is to be paid beforehand. */
function pricesOf(
  { price, deposit }: Appointment,
  { priceShown }: CatalogueService,
  { business }: Catalogue,
  { locale }: Words,
) {
  const money = (cents: number | null) => cents && formatMoney(cents, business.currency, locale);
  return { price: priceShown ? money(price) : null, deposit: money(deposit) };
}

/** Her answers, but for what only staff fill in. */
async function toldIn(appointment: Appointment, { business }: Catalogue, words: Words) {
  const fields = knownToCustomers(await Fields.of(business));
  return toldLines(await appointmentAnswers(appointment, fields), words);
}

function providerIn({ providers }: Catalogue, staffId: number) {
  return providers.find(({ id }) => id === staffId);
}

/** When it was, and with whom, before it was last moved. */
async function beforeIn(
  catalogue: Catalogue,
  appointmentId: number,
  zone: Zone,
  { locale }: Words,
) {
  const history = await AuditEntry.ofAppointment(catalogue.business.id, appointmentId);
  const { from, fromStaff, toStaff } =
    history.findLast(({ action }) => action === "appointment.moved")?.details ?? {};
  if (typeof from !== "number") return undefined;
  const other = fromStaff === toStaff ? undefined : providerIn(catalogue, Number(fromStaff));
  return { when: formatInstant(from, zone, locale), provider: other };
}
