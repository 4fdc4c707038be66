// A series of appointments: what there is of it, and what is done to several of it at once.
import type { Request, Response } from "express";
import { z } from "zod";
import { recurrenceText } from "../domain/recurrence-text.ts";
import { type Instant, instantToLocal, MINUTE } from "../domain/time.ts";
import { BadRequest, Conflict } from "../errors.ts";
import { catalogueOf, serviceById } from "../models/catalogue.ts";
import { Appointment } from "../models/index.ts";
import { Notice } from "../models/notice.ts";
import { AppointmentList } from "../models/appointment-list.ts";
import { type By, type Member, Series } from "../models/series.ts";
import { membersIn } from "../models/series-members.ts";
import { page } from "../web/page.ts";
import { actorOf, at } from "./actor.ts";
import { toldOf } from "./cancellation.controller.ts";
import { dayWords, momentsIn } from "./moments.ts";
import { bookOf, mayChange, onlyWith, requireMayChange } from "./rights.ts";

export async function show(req: Request, res: Response) {
  await showSeries(req, res);
}

const CancellationForm = z.object({ extent: z.enum(["after", "upcoming"]) });

export async function cancel(req: Request, res: Response) {
  await change(req, res, async (appointment, by, now) => {
    const form = CancellationForm.safeParse(req.body);
    if (!form.success) throw new BadRequest("Choose which of the series to cancel");
    const { extent } = form.data;
    const service = serviceById(await catalogueOf(req.business.slug), appointment.serviceId);
    const from = extent === "after" ? appointment.startsAt : now;
    await Series.cancel(appointment, service, from, by, now);
  });
}

/** The answer to all that a customer has asked for. */
export async function approve(req: Request, res: Response) {
  await change(req, res, Series.approve);
}

export async function decline(req: Request, res: Response) {
  await change(req, res, Series.decline);
}

type Verb = (appointment: Appointment, by: By, now: Instant) => Promise<unknown>;

/** Whoever may change her own appointments only changes those of the series. */
async function change(req: Request, res: Response, verb: Verb) {
  const appointment = await Appointment.find(bookOf(req), req.params.id);
  requireMayChange(req, appointment);
  try {
    await verb(appointment, { actor: actorOf(req), only: onlyWith(req) }, Date.now());
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    return showSeries(req, res, 409);
  }
  res.redirect(303, at(req, `/appointments/${appointment.id}/series`));
}

/** Five queries: the appointment, its facts, the series, its rule, the notices. */
async function showSeries(req: Request, res: Response, status = 200) {
  const now = Date.now();
  const appointment = await Appointment.find(bookOf(req), req.params.id);
  const [all, rule, facts, notices] = await Promise.all([
    Series.members(appointment),
    Series.rule(appointment),
    AppointmentList.facts(bookOf(req), appointment.id),
    Notice.allFor(req.business.id),
  ]);
  const { only } = bookOf(req);
  const members = all.filter(({ staffId }) => only === undefined || staffId === only);
  const mine = members.filter((one) => mayChange(req, one));
  const service = serviceById(await catalogueOf(req.business.slug), appointment.serviceId);
  const inTime = now + service.cancellingNotice * MINUTE;
  const [first = appointment] = all;
  const locals = {
    title: "A series of appointments",
    facts,
    members,
    at: momentsIn(appointment.zone),
    rule: recurrenceText(rule, instantToLocal(first.startsAt, first.zone).date, dayWords),
    requested: mine.filter((one) => one.status === "requested").length,
    cancelling: extentsIn(mine, appointment, now, inTime),
    told: toldOf({ ...facts, ...wholeOf(mine) }, notices, now),
    mayChange: mayChange(req, appointment),
    mayMove: membersIn(mine, appointment.startsAt, now).some(({ id }) => id === facts.id),
    here: at(req, `/appointments/${appointment.id}`),
    changed: status === 409,
  };
  page(res, "business/series/show", locals, status);
}

/** Until when it lasts, and with whom. */
function wholeOf(members: readonly Member[]) {
  const names = new Set(members.map(({ staffName }) => staffName));
  return {
    endsAt: Math.max(...members.map(({ endsAt }) => endsAt)),
    ...(names.size > 1 ? { staffName: "Each provider" } : {}),
  };
}

/** What there is to cancel: how many, and how many of those the customer no longer could. */
function extentsIn(mine: Member[], appointment: Appointment, now: Instant, inTime: Instant) {
  const extents = (["after", "upcoming"] as const).map((extent) => {
    const from = extent === "after" ? appointment.startsAt : now;
    const members = membersIn(mine, from, now);
    const late = members.filter(({ startsAt }) => startsAt < inTime).length;
    return { extent, count: members.length, late };
  });
  const [after, upcoming] = extents;
  const same = after?.count === upcoming?.count;
  return extents.filter(({ extent, count }) => count > 0 && !(same && extent === "after"));
}
