import type { Request, Response } from "express";
import { addDays, dayStart } from "../domain/time.ts";
import { bookingUrl } from "../links.ts";
import { AppointmentList } from "../models/appointment-list.ts";
import { Dashboard, type FailedDelivery, isReady, type Readiness } from "../models/dashboard.ts";
import { page } from "../web/page.ts";
import { at, memberOf } from "./actor.ts";
import { dayWords, momentsIn, today, zoneName } from "./moments.ts";

const SHOWN = 20;

/** Three queries: what is missing, today's appointments, mails that failed. */
export async function show(req: Request, res: Response) {
  const { business } = req;
  const now = Date.now();
  const date = today(business.zone, now);
  const range = {
    from: dayStart(date, business.zone),
    until: dayStart(addDays(date, 1), business.zone),
  };
  const [readiness, lines, failures] = await Promise.all([
    Dashboard.readiness(business),
    AppointmentList.between(business.id, range),
    Dashboard.failures(business, now),
  ]);
  page(res, "business/dashboard/show", {
    title: "Overview",
    ready: isReady(readiness),
    steps: steps(req, readiness),
    bookingUrl: bookingUrl(business.slug),
    mayChange: memberOf(req).role === "owner",
    day: {
      date,
      words: dayWords(date),
      zone: zoneName(business.zone, range.from, range.until - 1),
    },
    today: { lines: lines.slice(0, SHOWN), count: lines.length },
    failures: { count: failures.count, latest: failures.latest.map((one) => failed(req, one)) },
    moment: momentsIn(business.zone),
  });
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
  change: "News of a change",
  cancellation: "News of a cancellation",
  reminder: "A reminder",
  staff_booked: "News of a booking to a provider",
  staff_changed: "News of a change to a provider",
  staff_cancelled: "News of a cancellation to a provider",
  invitation: "An invitation",
  password_reset: "A link for a new password",
};

function failed(req: Request, { kind, state, appointmentId, finishedAt }: FailedDelivery) {
  return {
    moment: momentsIn(req.business.zone)(finishedAt),
    what: kinds[kind] ?? "A mail",
    how: state === "unknown" ? "may not have arrived" : "could not be delivered",
    path: appointmentId === null ? at(req, "/staff") : at(req, `/appointments/${appointmentId}`),
  };
}
