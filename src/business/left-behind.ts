// Appointments that a change of hours, an exception or a closure leaves standing: never cancelled
// silently, always shown.
import type { Request } from "express";
import { outsideHours } from "../domain/outside.ts";
import { addDays, DAY, type Instant } from "../domain/time.ts";
import { Absence } from "../models/absence.ts";
import { type AppointmentLine, AppointmentList } from "../models/appointment-list.ts";
import { Closure, type LeftBehind } from "../models/closure.ts";
import { Exception } from "../models/exception.ts";
import { Hours } from "../models/hours.ts";
import type { Staff } from "../models/index.ts";
import { at } from "./actor.ts";
import { momentsIn, today } from "./moments.ts";

/** A line of the list: when, what, and its page. */
export type StandingLine = { when: string; iso: string; what: string; path: string };

const FURTHEST = 735 * DAY; // no service can be booked further ahead than 730 days
const EVERYTHING = { limit: 2000, offset: 0 };

/** A provider's appointments still ahead that lie outside of her hours, in order. */
export async function standingOutside(
  req: Request,
  staff: Staff,
  now: Instant,
): Promise<StandingLine[]> {
  const { business } = req;
  // What began the day before and is not over yet follows the rules of that day.
  const since = addDays(today(business.zone, now), -2);
  const [lines, week, exceptions, closures, absences] = await Promise.all([
    ahead(req, staff, now),
    Hours.weekOf(staff),
    Exception.from(staff, since, EVERYTHING),
    Closure.from(business, since, EVERYTHING),
    Absence.grantedTo(staff, since),
  ]);
  const hours = week.flatMap((ranges, i) =>
    ranges.map((range) => ({ staffId: staff.id, weekday: i + 1, ...range })),
  );
  const dated = exceptions.map((exception) => ({ staffId: staff.id, ...exception }));
  const closed = [...closures, ...absences];
  const outside = outsideHours(lines, { hours, exceptions: dated }, closed, business.zone);
  return outside.map((line) => standingLine(req, line));
}

/** All of a provider's appointments still ahead. */
export async function standingOf(
  req: Request,
  staff: Staff,
  now: Instant,
): Promise<StandingLine[]> {
  const lines = await ahead(req, staff, now);
  return lines.map((line) => standingLine(req, line));
}

export function standingLine(req: Request, line: AppointmentLine | LeftBehind): StandingLine {
  const { day, time, iso } = momentsIn(req.business.zone)(line.startsAt);
  return {
    when: `${day}, ${time}`,
    iso,
    what: `${line.serviceName} with ${line.staffName}, for ${line.customerName}`,
    path: at(req, `/appointments/${line.id}`),
  };
}

function ahead({ business }: Request, staff: Staff, now: Instant): Promise<AppointmentLine[]> {
  return AppointmentList.between(business.id, { from: now, until: now + FURTHEST }, staff.id);
}
