// When somebody is busy, by an iCalendar file (RFC 5545): stretches of time and nothing else of it.
// A file may be made to take for ever (a rule that never comes true), so this runs in a thread that
// can be ended; see calendar-reading.ts.
import ICAL from "ical.js";
import { type Interval, normalise } from "./domain/intervals.ts";
import { dayStart, type Instant, isZone, type Zone } from "./domain/time.ts";

export type Expansion = {
  text: string;
  /** For days without a zone, where the calendar names none. */
  zone: Zone;
  from: Instant;
  until: Instant;
  /** Events that came from us in the first place. */
  ownUids: readonly string[];
};

/**
 * - no calendar: the text is none
 * - too much: more events than anybody has
 */
export class CalendarError extends Error {
  readonly code: "no calendar" | "too much";
  constructor(code: CalendarError["code"]) {
    super(`calendar: ${code}`);
    this.name = "CalendarError";
    this.code = code;
  }
}

const MOST_EVENTS = 50_000;
const MOST_OCCURRENCES = 100_000; // looked at, those before `from` included
const MOST_STRETCHES = 20_000;

/**
 * The stretches in which events block, sorted and without overlaps, cut off at `from` and `until`.
 * What is cancelled or shown as free does not block, nor what is of no length.
 * @throws CalendarError
 */
export function busyIn({ text, zone, from, until, ownUids }: Expansion): Interval[] {
  const own = new Set(ownUids);
  const busy: Interval[] = [];
  const budget = { occurrences: MOST_OCCURRENCES };
  for (const calendar of calendarsIn(text)) {
    const clock = zoneOf(calendar) ?? zone;
    for (const [uid, group] of eventsByUid(calendar)) {
      if (own.has(uid)) continue;
      for (const span of spansOf(group, { from, until, clock, budget })) {
        const stretch = { start: Math.max(span.start, from), end: Math.min(span.end, until) };
        if (stretch.start < stretch.end) busy.push(stretch);
      }
    }
    busy.push(...freeBusyIn(calendar, { start: from, end: until }));
    if (busy.length > MOST_OCCURRENCES) throw new CalendarError("too much");
  }
  const merged = normalise(busy);
  if (merged.length > MOST_STRETCHES) throw new CalendarError("too much");
  return merged;
}

/** Several calendars in one file are one after the other. */
function calendarsIn(text: string): ICAL.Component[] {
  const parsed = parse(text.replace(/^\uFEFF/, ""));
  const list = (typeof parsed[0] === "string" ? [parsed] : parsed) as unknown[][];
  const calendars = list.map((one) => new ICAL.Component(one as never));
  if (calendars.length === 0 || calendars.some(({ name }) => name !== "vcalendar"))
    throw new CalendarError("no calendar");
  return calendars;
}

function parse(text: string): unknown[] {
  try {
    return ICAL.parse(text) as unknown[];
  } catch {
    throw new CalendarError("no calendar");
  }
}

/** What most programs write though no standard knows it. */
function zoneOf(calendar: ICAL.Component): Zone | undefined {
  const name = calendar.getFirstPropertyValue("x-wr-timezone");
  return typeof name === "string" && isZone(name) ? name : undefined;
}

type Group = { masters: ICAL.Component[]; exceptions: ICAL.Component[] };

function eventsByUid(calendar: ICAL.Component): Map<string, Group> {
  const events = calendar.getAllSubcomponents("vevent");
  if (events.length > MOST_EVENTS) throw new CalendarError("too much");
  const groups = new Map<string, Group>();
  for (const [index, event] of events.entries()) {
    const uid = event.getFirstPropertyValue("uid");
    const key = typeof uid === "string" && uid !== "" ? uid : `event ${index}`;
    const group = groups.get(key) ?? { masters: [], exceptions: [] };
    (event.hasProperty("recurrence-id") ? group.exceptions : group.masters).push(event);
    groups.set(key, group);
  }
  return groups;
}

type Range = { from: Instant; until: Instant; clock: Zone; budget: { occurrences: number } };

/** An event, its repetitions, and those of them that were changed one by one. */
function* spansOf({ masters, exceptions }: Group, range: Range): Generator<Interval> {
  const { clock } = range;
  const changed = exceptions.flatMap((component) => readable(component));
  const used = new Set<ICAL.Event>();
  for (const master of masters) {
    const [event] = readable(master, changed);
    if (!event) continue;
    if (!event.isRecurring()) yield* spanOf(event, event.startDate, event.endDate, clock);
    else yield* repetitionsOf(event, changed, used, range);
  }
  // Moved from beyond the end of the range, or changed without the event itself being in the file.
  for (const one of changed)
    if (!used.has(one)) yield* spanOf(one, one.startDate, one.endDate, clock);
}

function* repetitionsOf(
  event: ICAL.Event,
  changed: ICAL.Event[],
  used: Set<ICAL.Event>,
  { from, until, clock, budget }: Range,
): Generator<Interval> {
  const changes = new Map(changed.map((one) => [instantOf(one.recurrenceId, clock), one]));
  const longAgo = new Date(from).getUTCFullYear() - 2;
  for (const next of occurrencesOf(event, clock)) {
    if (--budget.occurrences < 0) throw new CalendarError("too much");
    if (next.year < longAgo && changes.size === 0) continue;
    const instant = instantOf(next, clock);
    if (instant >= until) return;
    const change = changes.get(instant);
    if (change) {
      used.add(change);
      yield* spanOf(change, change.startDate, change.endDate, clock);
    } else {
      // Knows those that change all that follow them.
      const { item, startDate, endDate } = event.getOccurrenceDetails(next);
      yield* spanOf(item, startDate, endDate, clock);
    }
  }
}

/** The library leaves out the first of an event that lists its dates; RFC 5545 §3.8.5.3 does not. */
function* occurrencesOf(event: ICAL.Event, clock: Zone): Generator<ICAL.Time> {
  if (!event.component.hasProperty("rrule")) {
    const left = event.component
      .getAllProperties("exdate")
      .flatMap((property) => property.getValues() as ICAL.Time[])
      .map((time) => instantOf(time, clock));
    if (!left.includes(instantOf(event.startDate, clock))) yield event.startDate;
  }
  const iterator = event.iterator();
  for (let next = iterator.next(); next; next = iterator.next()) yield next;
}

/** Without what has no start, or one that makes no sense: others of the file still count. */
function readable(component: ICAL.Component, exceptions: ICAL.Event[] = []): ICAL.Event[] {
  try {
    const event = new ICAL.Event(component, { exceptions: [], strictExceptions: false });
    for (const exception of exceptions) event.relateException(exception);
    return event.startDate ? [event] : [];
  } catch {
    return [];
  }
}

function* spanOf(
  event: ICAL.Event,
  start: ICAL.Time,
  end: ICAL.Time,
  clock: Zone,
): Generator<Interval> {
  if (!blocks(event.component)) return;
  const span = { start: instantOf(start, clock), end: instantOf(end, clock) };
  if (span.start < span.end) yield span;
}

function blocks(event: ICAL.Component): boolean {
  const is = (name: string, value: string) =>
    String(event.getFirstPropertyValue(name) ?? "").toUpperCase() === value;
  return (
    !is("status", "CANCELLED") &&
    !is("transp", "TRANSPARENT") &&
    !is("x-microsoft-cdo-busystatus", "FREE")
  );
}

/** A calendar that is published without its events has these instead. */
function freeBusyIn(calendar: ICAL.Component, range: Interval): Interval[] {
  const properties = calendar
    .getAllSubcomponents("vfreebusy")
    .flatMap((one) => one.getAllProperties("freebusy"))
    .filter((one) => String(one.getParameter("fbtype") ?? "BUSY").toUpperCase() !== "FREE");
  return properties
    .flatMap((one) => one.getValues() as ICAL.Period[])
    .map((period) => ({
      start: Math.max(period.start.toUnixTime() * 1000, range.start),
      end: Math.min(period.getEnd().toUnixTime() * 1000, range.end),
    }))
    .filter(({ start, end }) => start < end);
}

/**
 * A name of the zone database means that zone, as of today; any other the VTIMEZONE of the file; none
 * the calendar's clock. In a gap of the clock it is the time after it, where an hour comes twice the
 * first (RFC 5545 §3.3.5).
 */
function instantOf(time: ICAL.Time, clock: Zone): Instant {
  const { year, month, day, hour, minute, second, isDate, zone } = time;
  if (isDate) return dayStart(time.toString().slice(0, 10), clock);
  if (zone === ICAL.Timezone.utcTimezone) return time.toUnixTime() * 1000;
  const name = zoneNameOf(time);
  const known = name !== undefined && isZone(name);
  const isFloating = name === undefined || (zone === ICAL.Timezone.localTimezone && !known);
  if (!known && !isFloating) return time.toUnixTime() * 1000;
  return Temporal.PlainDateTime.from({ year, month, day, hour, minute, second }).toZonedDateTime(
    known ? name : clock,
  ).epochMilliseconds;
}

// Where the file has no VTIMEZONE for it, the name is with the time and not with its zone.
function zoneNameOf({ zone, timezone }: ICAL.Time & { timezone?: string }): string | undefined {
  const name = zone === ICAL.Timezone.localTimezone ? timezone : zone?.tzid;
  return name === "floating" ? undefined : name?.replace(/^\/[^/]+\/[^/]+\/(?=\w+\/)/, "");
}
