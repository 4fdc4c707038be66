import type { Request, Response } from "express";
import { formatInstant } from "../domain/time.ts";
import { Conflict } from "../errors.ts";
import { say, type Words } from "../language.ts";
import {
  type Catalogue,
  type CatalogueService,
  providersToChoose,
  serviceById,
} from "../models/catalogue.ts";
import { Appointment, TimeTaken, TooLate } from "../models/index.ts";
import { asBooked } from "../models/appointment.ts";
import { type Question, startsAfter } from "../models/starts.ts";
import { blank, type Form, parse } from "../web/form.ts";
import { linkIn, wordsOf } from "../web/language.ts";
import { page } from "../web/page.ts";
import { findByLink, pathOf } from "./by-link.ts";
import { StartForm } from "./start.form.ts";
import { choicesByDay, weekFrom } from "./week.ts";

const OTHERS = 12; // next free times shown when one has gone

type Moving = { appointment: Appointment; catalogue: Catalogue; question: Question };

export async function show(req: Request, res: Response) {
  await showWeek(req, res, await find(req, res), blank());
}

export async function move(req: Request, res: Response) {
  const moving = await find(req, res);
  const form = parse(StartForm, req.body, wordsOf(res));
  if (!form.input) return showWeek(req, res, moving, form, 422);
  const { start } = form.input;
  try {
    await Appointment.move(moving.appointment, moving.question, start, { kind: "customer" });
    res.redirect(303, linkIn(res, pathOf(req)));
  } catch (error) {
    if (!(error instanceof TimeTaken)) throw error;
    await showOthers(req, res, moving, start);
  }
}

async function showWeek(
  req: Request,
  res: Response,
  moving: Moving,
  form: Form<unknown>,
  status = 200,
) {
  requireMovable(moving);
  const words = wordsOf(res);
  const week = await weekFrom(moving.question, req.query.from, words);
  page(res, "booking/rescheduling/show", { ...header(req, moving, words), ...week, form }, status);
}

async function showOthers(req: Request, res: Response, moving: Moving, start: number) {
  const others = await startsAfter(moving.question, start, OTHERS);
  const words = wordsOf(res);
  const title = words.t("taken.title");
  const locals = {
    ...header(req, moving, words),
    title,
    ...choicesByDay(others, moving.question, words),
    form: blank(),
  };
  page(res, "booking/rescheduling/taken", locals, 409);
}

function header(req: Request, { appointment, catalogue, question }: Moving, { t, locale }: Words) {
  return {
    title: t("move.title"),
    service: question.service,
    provider: catalogue.providers.find(({ id }) => id === appointment.staffId),
    providers: providersToChoose(catalogue, question.service).map(({ id, name }) => ({ id, name })),
    staffId: question.staffId,
    when: formatInstant(appointment.startsAt, appointment.zone, locale),
    here: pathOf(req),
  };
}

function requireMovable({ appointment, question }: Moving): void {
  const { service, now } = question;
  if (appointment.status === "cancelled") throw new Conflict(say("refusal.cancelled"));
  if (appointment.startsAt <= now) throw new TooLate(say("refusal.over"));
  if (!Appointment.mayChange(appointment, service.reschedulingNotice, now))
    throw new TooLate(say("refusal.too_late"));
}

async function find(req: Request, res: Response): Promise<Moving> {
  const { appointment, catalogue } = await findByLink(req, res);
  const service = asBooked(serviceById(catalogue, appointment.serviceId), appointment);
  const staffId = providerAskedFor(req, service, appointment);
  const { id: except, people } = appointment;
  const question = { catalogue, service, staffId, people, now: Date.now(), except };
  return { appointment, catalogue, question };
}

/**
 * Who has the appointment, unless another or anyone ("") is asked for. A post that says nothing of
 * it wants that time, with whomever.
 */
function providerAskedFor(
  req: Request,
  { staffIds }: CatalogueService,
  { staffId }: Appointment,
): number | undefined {
  const { staff } = (req.body ?? {}) as { staff?: unknown };
  const asked = req.method === "POST" ? (staff ?? "") : (req.query.staff ?? staffId);
  const wanted = Number(asked);
  return staffIds.includes(wanted) ? wanted : undefined;
}
