import type { Request, Response } from "express";
import { formatMoney } from "../domain/money.ts";
import { isOpen } from "../domain/status.ts";
import { Answers } from "../models/answer.ts";
import { AppointmentList } from "../models/appointment-list.ts";
import { Fields } from "../models/field.ts";
import { AuditEntry, Delivery } from "../models/index.ts";
import { WebhookCall } from "../models/webhook-call.ts";
import { page } from "../web/page.ts";
import {
  type Asked,
  calendarAsked,
  frame,
  listLocals,
  refreshAsked,
  type View,
  viewAsked,
} from "./appointments.calendar.ts";
import { dayLocals } from "./appointments.day.ts";
import { agendaLocals, monthLocals, weekLocals } from "./appointments.days.ts";
import { at } from "./actor.ts";
import { answerLines } from "./answers.ts";
import { deliveryWords, historyWords, marksWords } from "./appointments.words.ts";
import { momentsIn } from "./moments.ts";
import { bookOf, mayChange, mayDo, onlyWith } from "./rights.ts";
import { callWords } from "./webhooks.words.ts";

export async function index(req: Request, res: Response) {
  const calendar = await calendarAsked(req, Date.now());
  const view = viewAsked(req);
  const refresh = refreshAsked(req);
  // A header, not an element: it goes with this answer only, and only because it was asked for.
  if (refresh) res.setHeader("Refresh", refresh);
  const locals = { ...frame(req, view, calendar), ...(await localsOf(req, view, calendar)) };
  page(res, `business/appointments/${view}`, locals);
}

/** Six queries: the appointment, the staff, its history, what was sent of it, what was answered. */
export async function show(req: Request, res: Response) {
  const { business } = req;
  const facts = await AppointmentList.facts(bookOf(req), req.params.id);
  const owner = { businessId: business.id, subject: "appointment", id: facts.id } as const;
  const [staff, history, deliveries, calls, answers] = await Promise.all([
    AppointmentList.staffNames(business.id),
    AuditEntry.ofAppointment(business.id, facts.id),
    Delivery.ofAppointment(business.id, facts.id),
    WebhookCall.ofAppointment(business.id, facts.id),
    Fields.of(business).then((fields) => Answers.of(owner, fields)),
  ]);
  const moments = momentsIn(facts.zone);
  const mine = mayChange(req, facts);
  const now = Date.now();
  page(res, "business/appointments/show", {
    title: `${facts.serviceName}, ${moments(facts.startsAt).day}`,
    facts,
    answers: answerLines(answers),
    at: moments,
    elsewhere: facts.zone === business.zone ? undefined : momentsIn(business.zone)(facts.startsAt),
    price: facts.price === null ? undefined : formatMoney(facts.price, business.currency),
    history: history.map((line) => historyWords(line, moments, staff)),
    deliveries: deliveries.map((line) => deliveryWords(line, moments, facts.customerEmail)),
    calls: calls.map((line) => callWords(line, moments)),
    mayRepeatCalls: mayDo(req, "integrations"),
    mayChange: mine,
    mayMove: mine && isOpen(facts.status),
    mayTell: mine && facts.status !== "cancelled" && !facts.customerErased,
    marks: mine ? marksWords(facts, now) : [],
    over: facts.endsAt <= now,
    here: at(req, `/appointments/${facts.id}`),
  });
}

async function localsOf(req: Request, view: View, calendar: Asked) {
  const here = at(req, "/appointments");
  switch (view) {
    case "week":
      return weekLocals(calendar);
    case "month":
      return monthLocals(calendar);
    case "agenda":
      return agendaLocals(calendar);
    case "list":
      return listLocals(req, calendar);
    case "day":
    case "sheet":
    default:
      return dayLocals(calendar, here, onlyWith(req));
  }
}
