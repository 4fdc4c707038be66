import type { Request, Response } from "express";
import { addDays, dayStart, type Instant } from "../domain/time.ts";
import { bookingUrl } from "../links.ts";
import { Absence } from "../models/absence.ts";
import { type AppointmentLine, AppointmentList } from "../models/appointment-list.ts";
import { Dashboard, type FailedDelivery, isReady, type Readiness } from "../models/dashboard.ts";
import { type Trouble, troublesOf } from "../models/troubles.ts";
import { page } from "../web/page.ts";
import { at, memberOf } from "./actor.ts";
import { marksWords } from "./appointments.words.ts";
import { daysWords, dayWords, momentsIn, today, zoneName } from "./moments.ts";
import { bookOf, mayChange, mayDo, onlyOf } from "./rights.ts";

const SHOWN = 20; // appointments of today
const WAITING = 10; // requests

/** Six queries: what is missing, today, requests, time off, mails that failed, connections that do. */
export async function show(req: Request, res: Response) {
  const { business } = req;
  const member = memberOf(req);
  const only = onlyOf(req);
  const now = Date.now();
  const date = today(business.zone, now);
  const range = {
    from: dayStart(date, business.zone),
    until: dayStart(addDays(date, 1), business.zone),
  };
  const [readiness, lines, waiting, failures, troubles] = await Promise.all([
    Dashboard.readiness(business, member.id),
    AppointmentList.between(business.id, range, only),
    waitingFor(req, now),
    Dashboard.failures(bookOf(req), now),
    troublesOf(business, now),
  ]);
  page(res, "business/dashboard/show", {
    title: "Overview",
    ready: isReady(readiness),
    closed: isReady({ ...readiness, open: true }) && !readiness.open,
    // The owner of a new business is told by the steps.
    hours:
      readiness.idle &&
      mayDo(req, "hours.own") &&
      (readiness.hours || !mayDo(req, "catalogue")) &&
      at(req, `/hours/${member.id}`),
    steps: steps(req, readiness),
    bookingUrl: bookingUrl(business.slug),
    mayChange: mayDo(req, "settings"),
    day: {
      date,
      words: dayWords(date),
      zone: zoneName(business.zone, range.from, range.until - 1),
    },
    today: {
      lines: lines.slice(0, SHOWN).map((line) => ({ ...line, marks: marksOn(req, line, now) })),
      count: lines.length,
    },
    ...waiting,
    back: at(req),
    failures: { count: failures.count, latest: failures.latest.map((one) => failed(req, one)) },
    troubles: troubles.flatMap((one) => troubleWords(req, one)),
    moment: momentsIn(business.zone),
  });
}

/** The requests that whoever asks can answer. */
async function waitingFor(req: Request, now: Instant) {
  const { id, zone } = req.business;
  const [requested, absences] = await Promise.all([
    AppointmentList.matching(
      id,
      { status: "requested", when: "from", at: now, staffId: onlyOf(req) },
      { limit: WAITING + 1, offset: 0 },
    ),
    mayDo(req, "absences") ? Absence.requested(req.business, today(zone, now), WAITING) : [],
  ]);
  return {
    requested: { lines: requested.slice(0, WAITING), more: requested.length > WAITING },
    absences: absences.map(({ from, to, ...rest }) => ({ ...rest, days: daysWords(from, to) })),
  };
}

/** At most the next thing to be said; all of it is on the appointment's page. */
function marksOn(req: Request, line: AppointmentLine, now: Instant) {
  if (!mayChange(req, line) || line.status === "completed") return [];
  return marksWords(line, now).slice(0, 1);
}

/** For who can mend it. */
function troubleWords(req: Request, { kind, id, name, over }: Trouble) {
  if (kind === "calendar") {
    if (!mayDo(req, "hours") && memberOf(req).id !== id) return [];
    const how = over ? "has not been readable for a day: no times are offered" : "cannot be read";
    return [{ what: `The calendar ${name}`, how, path: at(req, `/calendars/${id}`) }];
  }
  if (!mayDo(req, "integrations")) return [];
  const { host } = new URL(name);
  const how = over ? "has been switched off" : "does not answer";
  const path = at(req, `/integrations/webhooks/${id}`);
  return [{ what: `The webhook to ${host}`, how, path }];
}

type Step = { done: boolean; text: string; path: string };

/** What it takes until customers can book, in the order in which it is done. */
function steps(req: Request, { service, hours, provided, open }: Readiness): Step[] {
  return [
    { done: service, text: "Describe a service", path: at(req, "/services/new") },
    { done: hours, text: "Say when somebody works", path: at(req, "/hours") },
    {
      done: provided,
      text: "Say which service somebody with hours provides",
      path: at(req, "/services"),
    },
    { done: open, text: "Open bookings", path: at(req, "/settings") },
  ];
}

const kinds: Record<string, string> = {
  confirmation: "A confirmation",
  change: "A change",
  cancellation: "A cancellation",
  reminder: "A reminder",
  staff_booked: "A booking, to a provider",
  staff_changed: "A change, to a provider",
  staff_cancelled: "A cancellation, to a provider",
  invitation: "An invitation",
  password_reset: "A link for a new password",
  new_sign_in: "News of a sign-in",
  webhook_off: "News of a webhook, to an owner",
  my_link: "A link to a customer’s bookings",
  erasure: "The receipt of an erasure",
  agenda: "An agenda, to a provider",
  absence: "An answer about time off",
  calendar_lost: "News of a calendar, to staff",
};

function failed(req: Request, { kind, state, appointmentId, finishedAt }: FailedDelivery) {
  return {
    moment: momentsIn(req.business.zone)(finishedAt),
    what: kinds[kind] ?? "A mail",
    how: state === "unknown" ? "may not have arrived" : "could not be delivered",
    path: appointmentId === null ? at(req, "/staff") : at(req, `/appointments/${appointmentId}`),
  };
}
