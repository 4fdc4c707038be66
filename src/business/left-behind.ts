// Appointments that a change of hours, an exception or a closure leaves standing: never cancelled
// silently, always shown.
import type { Request } from "express";
import { outsideHours } from "../domain/outside.ts";
import { addDays, DAY, type Instant } from "../domain/time.ts";
import { Absence } from "../models/absence.ts";
import { type AppointmentLine, AppointmentList } from "../models/appointment-list.ts";
import { Closure, type LeftBehind } from "../models/closure.ts";
import type { Staff } from "../models/index.ts";
import { placesOf } from "../models/place.ts";
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
  // What began the day before and is not over yet follows the rules of that day, in every zone.
  const since = addDays(today("UTC", now), -3);
  const [lines, places, closures, absences] = await Promise.all([
    ahead(req, staff, now),
    placesOf(staff, since),
    Closure.from(business, since, EVERYTHING),
    Absence.grantedTo(staff, since),
  ]);
  const outside = places.flatMap(({ id, zone, schedule }) => {
    const there = closures.filter(({ locationId }) => (locationId ?? id) === id);
    const booked = lines.filter(({ locationId }) => locationId === id);
    return outsideHours(booked, schedule, [...there, ...absences], zone);
  });
  return outside.toSorted((a, b) => a.startsAt - b.startsAt).map((line) => standingLine(req, line));
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
  const { day, time, iso, zone } = momentsIn(line.zone)(line.startsAt);
  return {
    when: `${day}, ${time}${line.zone === req.business.zone ? "" : ` ${zone}`}`,
    iso,
    what: `${line.serviceName} with ${line.staffName}, for ${line.customerName}`,
    path: at(req, `/appointments/${line.id}`),
  };
}

function ahead({ business }: Request, staff: Staff, now: Instant): Promise<AppointmentLine[]> {
  return AppointmentList.between(business.id, { from: now, until: now + FURTHEST }, staff.id);
}
