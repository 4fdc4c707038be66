// The appointment book as pages show it: a day (a column a provider), a week, a list.
import type { Request } from "express";
import { workingIntervals } from "../domain/hours.ts";
import { type Interval, intersect, subtract } from "../domain/intervals.ts";
import { type Status, STATUSES } from "../domain/status.ts";
import {
  addDays,
  dayStart,
  type Instant,
  instantToLocal,
  type LocalDate,
  MINUTE,
  weekday,
} from "../domain/time.ts";
import type { Busy } from "../domain/availability.ts";
import { NotFound } from "../errors.ts";
import {
  type AppointmentLine,
  AppointmentList,
  type ListFilter,
  MOST,
} from "../models/appointment-list.ts";
import { type Catalogue, type CatalogueProvider, catalogueOf } from "../models/catalogue.ts";
import { takenIn } from "../models/taken.ts";
import { toId } from "../models/id.ts";
import { dayWords, momentsIn, shortDay, today, zoneName } from "./moments.ts";
import { at } from "./actor.ts";
import { paged } from "./paging.ts";
import { asked, dateAsked, linkTo } from "./query.ts";
import { onlyWith } from "./rights.ts";
import { dayHours } from "./hours.words.ts";

export type Asked = {
  catalogue: Catalogue;
  date: LocalDate;
  staffId: number | undefined;
  now: Instant;
};

type Entry = { start: Instant; end: Instant } & (
  | { kind: "appointment"; line: AppointmentLine }
  | { kind: "free" | "hold" }
);
type Column = { id: number; name: string; hours: string; entries: Entry[] };

const SHORTEST_GAP = 5 * MINUTE; // no service is shorter

export async function calendarAsked(req: Request, now: Instant): Promise<Asked> {
  const catalogue = await catalogueOf(req.business.slug);
  const staffId = toId(asked(req, "staff")) || undefined;
  if (staffId && !catalogue.providers.some(({ id }) => id === staffId))
    throw new NotFound("provider");
  return { catalogue, date: dateAsked(req, today(req.business.zone, now)), staffId, now };
}

/** What all three have: links to each other, the filter, the words for when. */
export function frame(req: Request, view: "day" | "week" | "list", { catalogue, ...rest }: Asked) {
  const here = at(req, "/appointments");
  const mine = onlyWith(req);
  const { zone } = catalogue.business;
  const { date, staffId, now } = rest;
  const step = view === "week" ? 7 : 1;
  const to = (params: Record<string, string | number | undefined>) =>
    linkTo(here, { view, date, staff: staffId, ...params });
  return {
    view,
    here,
    to,
    /** The only provider whom who asks may book with, if not all. */
    mine,
    at: momentsIn(zone),
    date,
    staffId,
    providers: catalogue.providers.map(({ id, name }): [number, string] => [id, name]),
    links: {
      book: linkTo(`${here}/new`, { date, staff: mine ? undefined : staffId }),
      previous: to({ date: addDays(date, -step) }),
      next: to({ date: addDays(date, step) }),
      today: to({ date: today(zone, now) }),
      why: linkTo(at(req, "/explanations"), { date, staff: staffId }),
    },
  };
}

/** Three queries with the catalogue's, however many providers and appointments there are. */
export async function dayLocals({ catalogue, date, staffId, now }: Asked) {
  const { id, zone } = catalogue.business;
  const range = { from: dayStart(date, zone), until: dayStart(addDays(date, 1), zone) };
  const [lines, taken] = await Promise.all([
    AppointmentList.between(id, range, staffId),
    takenIn(id, range, { now, staffId }),
  ]);
  const shown = lines.slice(0, MOST);
  const providers = catalogue.providers.filter((one) => !staffId || one.id === staffId);
  const columns = providers.map((provider) =>
    columnOf(
      provider,
      { catalogue, date, range, now },
      shown,
      taken.byStaff.get(provider.id) ?? [],
    ),
  );
  return {
    title: dayWords(date),
    zone: zoneName(zone, range.from, range.until - 1),
    columns: [...columns, ...formerColumns(catalogue, shown)],
    empty: shown.length === 0,
    more: lines.length > MOST,
    closed: catalogue.closures.some(({ from, to }) => from <= date && date <= to),
  };
}

export async function weekLocals({ catalogue, date, staffId, now }: Asked) {
  const { id, zone } = catalogue.business;
  const monday = addDays(date, 1 - weekday(date));
  const range = { from: dayStart(monday, zone), until: dayStart(addDays(monday, 7), zone) };
  const lines = await AppointmentList.between(id, range, staffId);
  const byDay = Map.groupBy(
    lines.slice(0, MOST),
    ({ startsAt }) => instantToLocal(startsAt, zone).date,
  );
  return {
    title: `Week from ${dayWords(monday)}`,
    zone: zoneName(zone, range.from, range.until - 1),
    days: Array.from({ length: 7 }, (_, i) => addDays(monday, i)).map((day) => ({
      date: day,
      heading: shortDay(day),
      today: day === today(zone, now),
      lines: byDay.get(day) ?? [],
    })),
    empty: lines.length === 0,
    more: lines.length > MOST,
  };
}

export async function listLocals(req: Request, { catalogue, date, staffId, now }: Asked) {
  const { id, zone } = catalogue.business;
  const filter: ListFilter = {
    search: asked(req, "q"),
    status: statusAsked(req),
    staffId,
    customerId: toId(asked(req, "customer")) || undefined,
    when: whenAsked(req),
    at: dayStart(date, zone),
  };
  const list = await paged(req, (slice) => AppointmentList.matching(id, filter, slice));
  const { search: q, status, customerId: customer, when } = filter;
  return {
    title: "Appointments",
    filter,
    query: { q, status, customer, when },
    list,
    zone: zoneName(zone, ...startsOf(list.lines, now)),
  };
}

/** What the name of the zone depends on. */
export function startsOf(lines: readonly AppointmentLine[], now: Instant): Instant[] {
  return lines.length === 0 ? [now] : lines.map(({ startsAt }) => startsAt);
}

type DayAsked = {
  catalogue: Catalogue;
  date: LocalDate;
  range: { from: Instant; until: Instant };
  now: Instant;
};

function columnOf(
  provider: CatalogueProvider,
  { catalogue, date, range, now }: DayAsked,
  lines: readonly AppointmentLine[],
  busy: readonly Busy[],
): Column {
  const { zone } = catalogue.business;
  // A day on both sides, for shifts over midnight.
  const working = workingIntervals(provider, catalogue.closures, zone, addDays(date, -1), 3);
  const ahead = intersect(working, [{ start: Math.max(now, range.from), end: range.until }]);
  const entries: Entry[] = [
    ...entriesOf(provider.id, lines),
    ...holdsOf(busy, range),
    ...subtract(ahead, busy).filter(isLongEnough).map(freeEntry),
  ];
  return {
    id: provider.id,
    name: provider.name,
    hours: dayHours(working, { date, ...range }, zone),
    entries: entries.toSorted((a, b) => a.start - b.start),
  };
}

/** Those who can no longer be booked but have appointments still. */
function formerColumns({ providers }: Catalogue, lines: readonly AppointmentLine[]): Column[] {
  const others = lines.filter(({ staffId }) => !providers.some(({ id }) => id === staffId));
  const byStaff = Map.groupBy(others, ({ staffId }) => staffId);
  return Array.from(byStaff, ([id, ofStaff]) => ({
    id,
    name: ofStaff[0]?.staffName ?? "",
    hours: "",
    entries: entriesOf(id, ofStaff),
  }));
}

function entriesOf(staffId: number, lines: readonly AppointmentLine[]): Entry[] {
  return lines
    .filter((line) => line.staffId === staffId)
    .map((line) => ({ kind: "appointment", start: line.startsAt, end: line.endsAt, line }));
}

function holdsOf(busy: readonly Busy[], { from, until }: { from: Instant; until: Instant }) {
  return busy
    .filter(({ kind, start, end }) => kind === "hold" && start < until && end > from)
    .map(({ start, end }): Entry => ({ kind: "hold", start, end }));
}

function freeEntry({ start, end }: Interval): Entry {
  return { kind: "free", start, end };
}

function isLongEnough({ start, end }: Interval): boolean {
  return end - start >= SHORTEST_GAP;
}

function statusAsked(req: Request): Status | undefined {
  const status = asked(req, "status");
  return Object.hasOwn(STATUSES, status) ? (status as Status) : undefined;
}

function whenAsked(req: Request): ListFilter["when"] {
  const when = asked(req, "when");
  return when === "before" || when === "all" ? when : "from";
}
