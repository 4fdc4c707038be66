// "I will come": the link in a reminder leads to a page, and only its button says so, since mail
// scanners follow every link.
import type { Request, Response } from "express";
import { maySayComing } from "../domain/status.ts";
import { formatInstant } from "../domain/time.ts";
import { Conflict } from "../errors.ts";
import { asBooked } from "../models/appointment.ts";
import { serviceById } from "../models/catalogue.ts";
import { Appointment } from "../models/index.ts";
import { linkIn, wordsOf } from "../web/language.ts";
import { page } from "../web/page.ts";
import { findByLink, pathOf } from "./by-link.ts";

export async function show(req: Request, res: Response) {
  await showPage(req, res);
}

export async function create(req: Request, res: Response) {
  const { appointment } = await findByLink(req, res);
  try {
    await Appointment.sayComing(appointment, Date.now());
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    return showPage(req, res, 409);
  }
  res.redirect(303, linkIn(res, pathOf(req)));
}

/** As it stands now: to be said, said already, or why there is nothing to say. */
async function showPage(req: Request, res: Response, status = 200) {
  const { appointment, catalogue } = await findByLink(req, res);
  const { startsAt, endsAt, zone, staffId, serviceId } = appointment;
  const words = wordsOf(res);
  const now = Date.now();
  const maySay = maySayComing(appointment, now) && appointment.comingAt === null;
  const locals = {
    title: words.t(maySay ? "attendance.title" : "appointment.title"),
    appointment,
    service: asBooked(serviceById(catalogue, serviceId), appointment),
    provider: catalogue.providers.find(({ id }) => id === staffId),
    when: formatInstant(startsAt, zone, words.locale),
    until: formatInstant(endsAt, zone, words.locale),
    past: startsAt <= now,
    maySay,
    here: pathOf(req),
  };
  page(res, "booking/attendance/show", locals, status);
}
