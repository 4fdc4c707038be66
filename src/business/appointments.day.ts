// A day of the appointment book, a column for each provider: what is booked, kept and free.
import type { Busy } from "../domain/availability.ts";
import { workingIntervals } from "../domain/hours.ts";
import { type Interval, intersect, normalise, subtract } from "../domain/intervals.ts";
import {
  addDays,
  dayStart,
  formatInstant,
  type Instant,
  instantToLocal,
  type LocalDate,
  MINUTE,
  type Zone,
} from "../domain/time.ts";
import { type AppointmentLine, AppointmentList, MOST } from "../models/appointment-list.ts";
import { type Catalogue, type CatalogueProvider, offered } from "../models/catalogue.ts";
import { takenIn } from "../models/taken.ts";
import type { Asked } from "./appointments.calendar.ts";
import { dayHours } from "./hours.words.ts";
import { dayWords, zoneName } from "./moments.ts";
import { linkTo } from "./query.ts";

/** A start that can be booked at one press: a link to the form with provider and start filled in. */
export type Cell = { time: string; path: string };
type Entry = { start: Instant; end: Instant } & (
  | { kind: "appointment"; line: AppointmentLine }
  | { kind: "free"; cells: Cell[] }
  | { kind: "hold" | "calendar" | "calendar-unread" }
);
/** What a day has of somebody or something that can be booked. */
export type Column = {
  key: string;
  name: string;
  hours: string;
  /** Has time off. */
  off: boolean;
  entries: Entry[];
};

const SHORTEST_GAP = 5 * MINUTE; // no service is shorter
const CELL = 30 * MINUTE; // from one free cell to the next, on the clock

/**
 * Three queries with the catalogue's, however many providers and appointments there are.
 * @param mine the only provider who can be booked, if not all
 */
export async function dayLocals(asked: Asked, here: string, mine: number | undefined) {
  const { catalogue, date, staffId, now } = asked;
  const { id, zone } = catalogue.business;
  const range = { from: dayStart(date, zone), until: dayStart(addDays(date, 1), zone) };
  const [lines, taken] = await Promise.all([
    AppointmentList.between(id, range, staffId),
    takenIn(id, range, { now, staffId }),
  ]);
  const shown = lines.slice(0, MOST);
  const providers = catalogue.providers.filter((one) => !staffId || one.id === staffId);
  const columns = providers.map((provider) => {
    const day = { catalogue, date, range, now };
    const bookable = mine === undefined || mine === provider.id;
    const bookAt = bookable && providesAny(catalogue, provider) ? `${here}/new` : undefined;
    return columnOf(provider, day, shown, taken.byStaff.get(provider.id) ?? [], bookAt);
  });
  return {
    title: dayWords(date),
    zone: zoneName(zone, range.from, range.until - 1),
    columns: [...columns, ...formerColumns(catalogue, shown)],
    empty: shown.length === 0,
    more: lines.length > MOST,
    closed: catalogue.closures.some(({ from, to }) => from <= date && date <= to),
  };
}

type Day = {
  catalogue: Catalogue;
  date: LocalDate;
  range: { from: Instant; until: Instant };
  now: Instant;
};

function columnOf(
  provider: CatalogueProvider,
  { catalogue, date, range, now }: Day,
  lines: readonly AppointmentLine[],
  busy: readonly Busy[],
  bookAt: string | undefined,
): Column {
  const { zone } = catalogue.business;
  // A day on both sides, for shifts over midnight.
  const closed = [...catalogue.closures, ...provider.absences];
  const working = workingIntervals(provider, closed, zone, addDays(date, -1), 3);
  const ahead = intersect(working, [{ start: Math.max(now, range.from), end: range.until }]);
  const pathTo = (start: string) => linkTo(bookAt ?? "", { date, staff: provider.id, start });
  const free = subtract(ahead, normalise(busy)).filter(isLongEnough);
  const entries: Entry[] = [
    ...entriesOf(provider.id, lines),
    ...othersOf(busy, range),
    ...free.map(({ start, end }): Entry => {
      const cells = bookAt ? cellsOf({ start, end }, zone, pathTo) : [];
      return { kind: "free", start, end, cells };
    }),
  ];
  return {
    key: `staff-${provider.id}`,
    name: provider.name,
    hours: dayHours(working, { date, ...range }, zone),
    off: provider.absences.some(({ from, to }) => from <= date && date <= to),
    entries: entries.toSorted((a, b) => a.start - b.start),
  };
}

function providesAny(catalogue: Catalogue, { id }: CatalogueProvider): boolean {
  return offered(catalogue).some(({ staffIds }) => staffIds.includes(id));
}

/** Those who can no longer be booked but have appointments still. */
function formerColumns({ providers }: Catalogue, lines: readonly AppointmentLine[]): Column[] {
  const others = lines.filter(({ staffId }) => !providers.some(({ id }) => id === staffId));
  const byStaff = Map.groupBy(others, ({ staffId }) => staffId);
  return Array.from(byStaff, ([id, ofStaff]) => ({
    key: `staff-${id}`,
    name: ofStaff[0]?.staffName ?? "",
    hours: "",
    off: false,
    entries: entriesOf(id, ofStaff),
  }));
}

/** The beginning of a free stretch, and each half hour of the clock in it. */
function cellsOf({ start, end }: Interval, zone: Zone, pathTo: (start: string) => string): Cell[] {
  const past = (instantToLocal(start, zone).minutes * MINUTE) % CELL;
  const first = start - (start % MINUTE) - past;
  const cells: Cell[] = [];
  for (let at = first; at < end; at += CELL) {
    const from = Math.max(at, start);
    // A stretch that begins now does so at no time anybody would book.
    if (from % SHORTEST_GAP !== 0 || end - from < SHORTEST_GAP) continue;
    const { time, dateTime } = formatInstant(from, zone);
    cells.push({ time, path: pathTo(dateTime) });
  }
  return cells;
}

function entriesOf(staffId: number, lines: readonly AppointmentLine[]): Entry[] {
  return lines
    .filter((line) => line.staffId === staffId)
    .map((line) => ({ kind: "appointment", start: line.startsAt, end: line.endsAt, line }));
}

function othersOf(busy: readonly Busy[], { from, until }: { from: Instant; until: Instant }) {
  return busy.flatMap(({ kind, start, end }): Entry[] => {
    if (!kind || kind === "appointment" || start >= until || end <= from) return [];
    return [{ kind, start: Math.max(start, from), end: Math.min(end, until) }];
  });
}

function isLongEnough({ start, end }: Interval): boolean {
  return end - start >= SHORTEST_GAP;
}
