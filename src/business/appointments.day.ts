// A day of the appointment book, a column for each provider, or for each room and piece of equipment:
// what is booked, kept and free.
import type { Busy } from "../domain/availability.ts";
import { workingIntervals } from "../domain/hours.ts";
import { type Interval, intersect, subtract, union } from "../domain/intervals.ts";
import {
  addDays,
  dayStart,
  formatInstant,
  type Instant,
  instantToLocal,
  MINUTE,
  type Zone,
} from "../domain/time.ts";
import { type AppointmentLine, AppointmentList, MOST } from "../models/appointment-list.ts";
import {
  type Catalogue,
  type CatalogueProvider,
  type CatalogueResource,
  offered,
} from "../models/catalogue.ts";
import { takenIn } from "../models/taken.ts";
import { type Asked, isClosed, isIn, viewsOf } from "./appointments.calendar.ts";
import { dayHours } from "./hours.words.ts";
import { dayWords, zoneName } from "./moments.ts";
import { linkTo } from "./query.ts";

/** A start that can be booked at one press: a link to the form with provider and start filled in. */
export type Cell = { time: string; path: string };
type Entry = { start: Instant; end: Instant } & (
  | { kind: "appointment"; line: AppointmentLine }
  | { kind: "free"; cells: Cell[] }
  | { kind: "hold" }
);
/** What a day has of somebody or something that can be booked. */
export type Column = {
  key: string;
  name: string;
  /** Working hours, time off, or what kind of thing it is. */
  about: string;
  /** Worth a sheet of paper. */
  busy: boolean;
  entries: Entry[];
};

const SHORTEST_GAP = 5 * MINUTE; // no service is shorter
const CELL = 30 * MINUTE; // from one free cell to the next, on the clock

/**
 * Three queries with the catalogue's, however many columns and appointments there are.
 * @param mine the only provider who can be booked, if not all
 */
export async function dayLocals(asked: Asked, here: string, mine: number | undefined) {
  const { catalogue, date, staffId, locationId, byRoom } = asked;
  const { id, zone } = catalogue.business;
  const range = { from: dayStart(date, zone), until: dayStart(addDays(date, 1), zone) };
  const lines = await AppointmentList.between(id, range, staffId, locationId);
  const shown = lines.slice(0, MOST);
  const day = { ...asked, range, bookAt: `${here}/new`, mine };
  return {
    title: dayWords(date),
    zone: zoneName(zone, range.from, range.until - 1),
    columns: byRoom ? await roomColumns(day, shown) : await providerColumns(day, shown),
    empty: shown.length === 0,
    more: lines.length > MOST,
    closed: isClosed(asked, date),
  };
}

/** @param start as the form has it, the same as `instant` */
type PathTo = (start: string, instant: Instant) => string;
type Day = Asked & {
  range: { from: Instant; until: Instant };
  bookAt: string;
  mine: number | undefined;
};

async function providerColumns(day: Day, lines: readonly AppointmentLine[]): Promise<Column[]> {
  const { catalogue, staffId, range, now } = day;
  const taken = await takenIn(catalogue.business.id, range, { now, staffId });
  const providers = catalogue.providers.filter((one) => !staffId || one.id === staffId);
  const columns = providers.map((provider) =>
    columnOf(provider, day, lines, taken.byStaff.get(provider.id) ?? []),
  );
  return [...columns, ...formerColumns(catalogue, lines)];
}

function columnOf(
  provider: CatalogueProvider,
  day: Day,
  lines: readonly AppointmentLine[],
  busy: readonly Busy[],
): Column {
  const { catalogue, date, range, now } = day;
  const { zone } = catalogue.business;
  const working = workingOf(provider, day);
  const ahead = intersect(working, [{ start: Math.max(now, range.from), end: range.until }]);
  const free = subtract(ahead, busy).filter(isLongEnough);
  const pathTo = bookingOf(provider, day);
  const entries: Entry[] = [
    ...entriesOf(lines.filter((line) => line.staffId === provider.id)),
    ...holdsOf(busy, range),
    ...free.map(({ start, end }): Entry => {
      const cells = pathTo ? cellsOf({ start, end }, zone, pathTo) : [];
      return { kind: "free", start, end, cells };
    }),
  ];
  const hours = dayHours(working, { date, ...range }, zone);
  const off = provider.absences.some((absence) => isIn(absence, date));
  return {
    key: `staff-${provider.id}`,
    name: provider.name,
    about: hours
      ? `Works ${[hours, ...hoursThere(provider, day)].join("; ")}`
      : off
        ? "Has time off"
        : "Does not work on this day",
    busy: hours !== "" || lines.some((line) => line.staffId === provider.id),
    entries: entries.toSorted((a, b) => a.start - b.start),
  };
}

/** At the location asked for, or at all: nobody is at two at once. */
function workingOf({ id }: Pick<CatalogueProvider, "id">, asked: Asked): Interval[] {
  return viewsOf(asked)
    .flatMap(({ providers, closures, business }) =>
      providers
        .filter((one) => one.id === id)
        .map((one) => {
          const closed = [...closures, ...one.absences];
          // A day on both sides, for shifts over midnight.
          return workingIntervals(one, closed, business.zone, addDays(asked.date, -1), 3);
        }),
    )
    .reduce((all, one) => union(all, one), []);
}

/** When she works by the clocks of locations in other zones than the page's: "Ayamonte: 10–14 there". */
function hoursThere(provider: Pick<CatalogueProvider, "id">, day: Day): string[] {
  const { zone } = day.catalogue.business;
  return viewsOf(day)
    .filter(({ business }) => business.zone !== zone)
    .flatMap((catalogue) => {
      const { id, name } = catalogue.location;
      const working = workingOf(provider, { ...day, catalogue, locationId: id });
      const hours = dayHours(working, { date: day.date, ...day.range }, catalogue.business.zone);
      return hours ? [`${name}: ${hours} there`] : [];
    });
}

/** Where a free cell of a provider leads; undefined where whoever asks cannot book her. */
function bookingOf({ id }: CatalogueProvider, day: Day) {
  const { catalogue, mine, bookAt, date, locationId } = day;
  const provides = offered(catalogue).some(({ staffIds }) => staffIds.includes(id));
  if (!provides || (mine !== undefined && mine !== id)) return undefined;
  const places = placesOf({ id }, day);
  return (start: string, instant: Instant) => {
    const place = places.find(({ working }) => working.some((one) => includes(one, instant)));
    return linkTo(bookAt, { date, staff: id, location: locationId ?? place?.id, start });
  };
}

/** Where a provider works when, if the page shows more locations than one. */
function placesOf(provider: Pick<CatalogueProvider, "id">, day: Day) {
  const views = viewsOf(day);
  if (views.length < 2) return [];
  return views.map((catalogue) => {
    const { id } = catalogue.location;
    return { id, working: workingOf(provider, { ...day, catalogue, locationId: id }) };
  });
}

function includes({ start, end }: Interval, instant: Instant): boolean {
  return start <= instant && instant < end;
}

/** Those who can no longer be booked but have appointments still. */
function formerColumns({ providers }: Catalogue, lines: readonly AppointmentLine[]): Column[] {
  const others = lines.filter(({ staffId }) => !providers.some(({ id }) => id === staffId));
  const byStaff = Map.groupBy(others, ({ staffId }) => staffId);
  return Array.from(byStaff, ([id, ofStaff]) => ({
    key: `staff-${id}`,
    name: ofStaff[0]?.staffName ?? "",
    about: "Cannot be booked any more",
    busy: true,
    entries: entriesOf(ofStaff),
  }));
}

async function roomColumns(day: Day, lines: readonly AppointmentLine[]): Promise<Column[]> {
  const { catalogue, locationId, range } = day;
  const taken = await AppointmentList.byResource(catalogue.business.id, range);
  const rooms = catalogue.resources.filter((one) => !locationId || one.locationId === locationId);
  return rooms.map((room) => {
    const ids = taken.get(room.id);
    const entries = entriesOf(lines.filter(({ id }) => ids?.has(id)));
    const key = `room-${room.id}`;
    return { key, name: room.name, about: roomWords(room, day), busy: entries.length > 0, entries };
  });
}

function roomWords({ kind, capacity, locationId }: CatalogueResource, { catalogue }: Asked) {
  const { locations } = catalogue;
  const where = locations.length > 1 && locations.find(({ id }) => id === locationId)?.name;
  const what = kind === "room" ? "Room" : "Equipment";
  const holds = capacity === null ? "" : ` for ${capacity}`;
  return `${what}${holds}${where ? `, ${where}` : ""}`;
}

/** The beginning of a free stretch, and each half hour of the clock in it. */
function cellsOf({ start, end }: Interval, zone: Zone, pathTo: PathTo): Cell[] {
  const past = (instantToLocal(start, zone).minutes * MINUTE) % CELL;
  const first = start - (start % MINUTE) - past;
  const cells: Cell[] = [];
  for (let at = first; at < end; at += CELL) {
    const from = Math.max(at, start);
    // A stretch that begins now does so at no time anybody would book.
    if (from % SHORTEST_GAP !== 0 || end - from < SHORTEST_GAP) continue;
    const { time, dateTime } = formatInstant(from, zone);
    cells.push({ time, path: pathTo(dateTime, from) });
  }
  return cells;
}

function entriesOf(lines: readonly AppointmentLine[]): Entry[] {
  return lines.map((line) => ({
    kind: "appointment",
    start: line.startsAt,
    end: line.endsAt,
    line,
  }));
}

function holdsOf(busy: readonly Busy[], { from, until }: { from: Instant; until: Instant }) {
  return busy
    .filter(({ kind, start, end }) => kind === "hold" && start < until && end > from)
    .map(({ start, end }): Entry => ({ kind: "hold", start, end }));
}

function isLongEnough({ start, end }: Interval): boolean {
  return end - start >= SHORTEST_GAP;
}
