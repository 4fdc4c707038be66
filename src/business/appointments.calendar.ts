// The appointment book as pages show it: what is asked for, and what all views of it have in common.
import type { Request } from "express";
import { isOpen, type Status, STATUSES } from "../domain/status.ts";
import {
  addDays,
  DAY,
  dayStart,
  type Instant,
  isLocalDate,
  type LocalDate,
  monthStart,
  nextMonth,
} from "../domain/time.ts";
import { NotFound } from "../errors.ts";
import {
  type AppointmentLine,
  AppointmentList,
  type ListFilter,
} from "../models/appointment-list.ts";
import { type Catalogue, catalogueAt, catalogueOf } from "../models/catalogue.ts";
import { toId } from "../models/id.ts";
import { momentsIn, today, zoneName } from "./moments.ts";
import { at } from "./actor.ts";
import { paged } from "../web/paging.ts";
import { asked, dateAsked, linkTo } from "./query.ts";
import { onlyOf, onlyWith } from "./rights.ts";

export const VIEWS = {
  day: "Day",
  week: "Week",
  month: "Month",
  agenda: "Agenda",
  list: "List",
  sheet: "Day sheet",
} as const;

export type View = keyof typeof VIEWS;

export type Asked = {
  catalogue: Catalogue;
  date: LocalDate;
  staffId: number | undefined;
  /** undefined: all */
  locationId: number | undefined;
  /** Whether a day has a column for each room and piece of equipment, not for each provider. */
  byRoom: boolean;
  now: Instant;
};

export const AGENDA_DAYS = 14;
const REFRESH = "60"; // seconds: what may be asked for, and the only choice

export async function calendarAsked(req: Request, now: Instant): Promise<Asked> {
  const locationId = toId(asked(req, "location")) || undefined;
  const first = await catalogueOf(req.business.slug);
  const catalogue = locationId ? catalogueAt(first, locationId) : first;
  const only = onlyOf(req);
  const providers = catalogue.providers.filter(({ id }) => only === undefined || id === only);
  const staffId = toId(asked(req, "staff")) || undefined;
  if (staffId && !providers.some(({ id }) => id === staffId)) throw new NotFound("provider");
  return {
    catalogue: { ...catalogue, providers },
    date: dateAsked(req, today(catalogue.business.zone, now)),
    staffId: staffId ?? only,
    locationId,
    byRoom: asked(req, "by") === "room" && catalogue.resources.length > 0,
    now,
  };
}

/** The business as it is at the location asked for, or at each that is in use. */
export function viewsOf({ catalogue, locationId }: Asked): Catalogue[] {
  if (locationId !== undefined) return [catalogue];
  return [...catalogue.views.values()].filter(({ location }) => !location.archived);
}

/** Whether every place that is looked at is closed on a day. */
export function isClosed(looked: Asked, date: LocalDate): boolean {
  return viewsOf(looked).every(({ closures }) => closures.some((one) => isIn(one, date)));
}

export function isIn({ from, to }: { from: LocalDate; to: LocalDate }, date: LocalDate): boolean {
  return from <= date && date <= to;
}

export function viewAsked(req: Request): View {
  const view = asked(req, "view");
  return Object.hasOwn(VIEWS, view) ? (view as View) : "day";
}

/** After how many seconds the page is to be asked for again: only if its reader wants it so. */
export function refreshAsked(req: Request): number | undefined {
  return asked(req, "refresh") === REFRESH ? Number(REFRESH) : undefined;
}

/** Links from view to view, the filter, the words for when. */
export function frame(req: Request, view: View, calendar: Asked) {
  const { catalogue, date, staffId, locationId, byRoom, now } = calendar;
  const here = at(req, "/appointments");
  const mine = onlyWith(req);
  const { zone } = catalogue.business;
  const refresh = refreshAsked(req);
  const shown = { staff: staffId, location: locationId, by: byRoom ? "room" : undefined };
  const to = (params: Record<string, string | number | undefined>) =>
    linkTo(here, { view, date, ...shown, refresh, ...params });
  return {
    view,
    views: VIEWS,
    here,
    to,
    /** The only provider whom who asks may book with, if not all. */
    mine,
    onlyMine: onlyOf(req) !== undefined,
    movable: (line: AppointmentLine) =>
      isOpen(line.status) && (mine === undefined || line.staffId === mine),
    at: momentsIn(zone),
    date,
    staffId,
    locationId,
    locations: locationOptions(catalogue),
    placeOf: placesBy(catalogue),
    otherZones: otherZones(calendar),
    byRoom,
    hasRooms: catalogue.resources.length > 0,
    refresh,
    providers: catalogue.providers.map(({ id, name }): [number, string] => [id, name]),
    links: {
      book: linkTo(`${here}/new`, {
        date,
        staff: mine ? undefined : staffId,
        location: locationId,
      }),
      ...beside(view, date, (day) => to({ date: day })),
      today: to({ date: today(zone, now) }),
      why: linkTo(at(req, "/explanations"), { date, staff: staffId }),
      refresh: to({ refresh: refresh ? undefined : REFRESH }),
    },
  };
}

export async function listLocals(req: Request, asking: Asked) {
  const { id, zone } = asking.catalogue.business;
  const filter = filterAsked(req, asking);
  const list = await paged(req, (slice) => AppointmentList.matching(id, filter, slice));
  const { search: q, status, customerId: customer, serviceId: service, when } = filter;
  const until = filter.until === undefined ? undefined : asked(req, "until");
  const query = { q, status, customer, service, until, when };
  return {
    title: "Appointments",
    filter,
    query,
    until,
    services: asking.catalogue.services.map((one): [number, string] => [one.id, one.name]),
    list,
    file: linkTo(at(req, "/appointments.csv"), {
      ...query,
      date: asking.date,
      staff: asking.staffId,
      location: asking.locationId,
    }),
    zone: zoneName(zone, ...startsOf(list.lines, asking.now)),
  };
}

/** Which appointments the list and its file show. */
export function filterAsked(req: Request, asking: Asked): ListFilter {
  const { catalogue, date, staffId, locationId } = asking;
  const until = asked(req, "until");
  return {
    search: asked(req, "q"),
    status: statusAsked(req),
    staffId,
    locationId,
    customerId: toId(asked(req, "customer")) || undefined,
    serviceId: toId(asked(req, "service")) || undefined,
    until: isLocalDate(until) ? dayStart(addDays(until, 1), catalogue.business.zone) : undefined,
    when: whenAsked(req),
    at: dayStart(date, catalogue.business.zone),
  };
}

/**
 * Where an appointment is, if there are several locations, and when that is by the clocks there, if
 * the page shows another zone: "Ayamonte, 10:00 AM–11:00 AM there".
 */
function placesBy(catalogue: Catalogue) {
  const { zone } = catalogue.business;
  const names = new Map(locationOptions(catalogue));
  return ({ locationId, zone: theirs, startsAt, endsAt }: AppointmentLine): string => {
    const name = names.get(locationId) ?? "";
    if (theirs === zone) return name;
    const [from, until] = [startsAt, endsAt].map(momentsIn(theirs));
    const day = from?.day === momentsIn(zone)(startsAt).day ? "" : `${from?.weekday}, `;
    return [name, `${day}${from?.time}–${until?.time} there`].filter(Boolean).join(", ");
  };
}

/** The locations on the page whose clocks show another time: "Ayamonte has Central European Time". */
function otherZones(asking: Asked): string[] {
  const { date, catalogue } = asking;
  const noon = dayStart(date, catalogue.business.zone) + DAY / 2;
  return viewsOf(asking)
    .filter(({ business }) => business.zone !== catalogue.business.zone)
    .map(({ location, business }) => `${location.name} has ${zoneName(business.zone, noon)}`);
}

/** To choose from, and to say where; none where there is but one. */
function locationOptions({ locations }: Catalogue): Array<[number, string]> {
  const some = locations.filter(({ archived }) => !archived);
  return some.length > 1 ? some.map(({ id, name }) => [id, name]) : [];
}

/** What the name of the zone depends on. */
export function startsOf(lines: readonly AppointmentLine[], now: Instant): Instant[] {
  return lines.length === 0 ? [now] : lines.map(({ startsAt }) => startsAt);
}

/** Where the pages before and after begin. */
function beside(view: View, date: LocalDate, to: (date: LocalDate) => string) {
  if (view === "month")
    return { previous: to(monthStart(addDays(monthStart(date), -1))), next: to(nextMonth(date)) };
  const days = { week: 7, agenda: AGENDA_DAYS, day: 1, sheet: 1, list: 1 }[view];
  return { previous: to(addDays(date, -days)), next: to(addDays(date, days)) };
}

function statusAsked(req: Request): Status | undefined {
  const status = asked(req, "status");
  return Object.hasOwn(STATUSES, status) ? (status as Status) : undefined;
}

function whenAsked(req: Request): ListFilter["when"] {
  const when = asked(req, "when");
  return when === "before" || when === "all" ? when : "from";
}
