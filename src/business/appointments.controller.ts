import type { Request, Response } from "express";
import { formatMoney } from "../domain/money.ts";
import { isOpen } from "../domain/status.ts";
import { AppointmentList } from "../models/appointment-list.ts";
import { AuditEntry, Delivery } from "../models/index.ts";
import { WebhookCall } from "../models/webhook-call.ts";
import { page } from "../web/page.ts";
import {
  calendarAsked,
  dayLocals,
  frame,
  listLocals,
  weekLocals,
} from "./appointments.calendar.ts";
import { at } from "./actor.ts";
import { deliveryWords, historyWords, marksWords } from "./appointments.words.ts";
import { momentsIn } from "./moments.ts";
import { asked } from "./query.ts";
import { mayChange } from "./rights.ts";
import { callWords } from "./webhooks.words.ts";

export async function index(req: Request, res: Response) {
  const calendar = await calendarAsked(req, Date.now());
  const view = viewAsked(req);
  const locals = frame(req, view, calendar);
  if (view === "week")
    return page(res, "business/appointments/week", { ...locals, ...(await weekLocals(calendar)) });
  if (view === "day")
    return page(res, "business/appointments/day", { ...locals, ...(await dayLocals(calendar)) });
  const list = await listLocals(req, calendar);
  page(res, "business/appointments/list", { ...locals, ...list });
}

/** Five queries: the appointment with all names, the staff, its history, what was sent of it. */
export async function show(req: Request, res: Response) {
  const { business } = req;
  const facts = await AppointmentList.facts(business, req.params.id);
  const [staff, history, deliveries, calls] = await Promise.all([
    AppointmentList.staffNames(business.id),
    AuditEntry.ofAppointment(business.id, facts.id),
    Delivery.ofAppointment(business.id, facts.id),
    WebhookCall.ofAppointment(business.id, facts.id),
  ]);
  const moments = momentsIn(facts.zone);
  const mine = mayChange(req, facts);
  const now = Date.now();
  page(res, "business/appointments/show", {
    title: `${facts.serviceName}, ${moments(facts.startsAt).day}`,
    facts,
    at: moments,
    elsewhere: facts.zone === business.zone ? undefined : momentsIn(business.zone)(facts.startsAt),
    price: facts.price === null ? undefined : formatMoney(facts.price, business.currency),
    history: history.map((line) => historyWords(line, moments, staff)),
    deliveries: deliveries.map((line) => deliveryWords(line, moments, facts.customerEmail)),
    calls: calls.map((line) => callWords(line, moments)),
    mayChange: mine,
    mayMove: mine && isOpen(facts.status),
    marks: mine ? marksWords(facts, now) : [],
    over: facts.endsAt <= now,
    here: at(req, `/appointments/${facts.id}`),
  });
}

function viewAsked(req: Request): "day" | "week" | "list" {
  const view = asked(req, "view");
  return view === "week" || view === "list" ? view : "day";
}
