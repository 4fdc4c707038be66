// Instants, local dates and the clock on the wall. Instants are epoch milliseconds, local dates
// 'YYYY-MM-DD', minutes count from midnight of a local date and may pass 1440.
//
// Wall time is the local clock read as though the zone were UTC: a number of milliseconds that
// counts days of 24 hours whatever the zone does. Hours are written in it.
import { type Segment, segmentAt, segmentsBetween } from "./offsets.ts";
import { remember } from "./remember.ts";

export type Instant = number;
/** An IANA name such as 'America/New_York'. */
export type Zone = string;
export type LocalDate = string;
export type Wall = number;
export type LocalTime = { date: LocalDate; minutes: number };
export type Formatted = {
  weekday: string;
  date: string;
  /** Carries the offset when the clock shows this time twice: "1:30 AM (UTC−4)". */
  time: string;
  zone: string;
  /** RFC 9557, for `<time datetime>` and form values. */
  dateTime: string;
};

export const MINUTE = 60_000;
export const DAY = 1440 * MINUTE;

/** The first instant of a local day. A day the zone skipped is empty: it starts where the next does. */
export function dayStart(date: LocalDate, zone: Zone): Instant {
  const midnight = dayNumber(date) * DAY;
  for (const { from, until, offset } of segmentsAround(midnight, midnight + 2 * DAY, zone)) {
    const instant = Math.max(from, midnight - offset);
    if (instant < until) return instant;
  }
  throw new RangeError(`no start of ${date} in ${zone}`);
}

/** The instants at which the clock shows this: none in a gap, two where an hour comes twice. */
export function localToInstants(date: LocalDate, minutes: number, zone: Zone): Instant[] {
  return wallToInstants(dayNumber(date) * DAY + minutes * MINUTE, zone);
}

export function instantToLocal(
  instant: Instant,
  zone: Zone,
): LocalTime & { offsetMinutes: number } {
  const { offset } = segmentAt(zone, instant);
  return { ...wallToLocal(instant + offset), offsetMinutes: offset / MINUTE };
}

/** The number of the local day on which an instant falls. */
export function localDay(instant: Instant, zone: Zone): number {
  return Math.floor(wallAt(instant, zone) / DAY);
}

export function wallAt(instant: Instant, zone: Zone): Wall {
  return instant + segmentAt(zone, instant).offset;
}

export function wallToLocal(wall: Wall): LocalTime {
  const day = Math.floor(wall / DAY);
  return { date: dateOf(day), minutes: Math.floor((wall - day * DAY) / MINUTE) };
}

/** The zone's segments in which the clock may show the times from `from` to `until`. */
export function segmentsAround(from: Wall, until: Wall, zone: Zone): Segment[] {
  return segmentsBetween(zone, from - FURTHEST, until + FURTHEST);
}

/** Days since 1970-01-01. */
export function dayNumber(date: LocalDate): number {
  return Date.parse(`${date}T00:00:00Z`) / DAY;
}

export function dateOf(day: number): LocalDate {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

/** The first day of a day's month. */
export function monthStart(date: LocalDate): LocalDate {
  return `${date.slice(0, 8)}01`;
}

/** The first day of the month after. */
export function nextMonth(date: LocalDate): LocalDate {
  return monthStart(addDays(monthStart(date), 31));
}

export function addDays(date: LocalDate, days: number): LocalDate {
  return dateOf(dayNumber(date) + days);
}

/** From `from` to `to`; negative when `to` comes first. */
export function daysBetween(from: LocalDate, to: LocalDate): number {
  return dayNumber(to) - dayNumber(from);
}

/** ISO: 1 is Monday, 7 is Sunday. */
export function weekday(date: LocalDate): number {
  return weekdayOf(dayNumber(date));
}

export function weekdayOf(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1; // day 0 was a Thursday
}

/** A zone by its name as the time zone database spells it; not a bare offset such as '+05:30'. */
export function isZone(text: string): boolean {
  if (!/^[A-Za-z]/.test(text)) return false;
  try {
    return new Temporal.ZonedDateTime(0n, text).timeZoneId === text;
  } catch {
    return false;
  }
}

/** A date that exists, in a year somebody may have been born in or may book for. */
export function isLocalDate(text: string): boolean {
  if (!/^(19|20|21)\d\d-\d\d-\d\d$/.test(text)) return false;
  const day = dayNumber(text);
  return !Number.isNaN(day) && dateOf(day) === text;
}

/** The one way a time is shown to people, on pages, in mails and in files. */
export function formatInstant(instant: Instant, zone: Zone, locale = "en-US"): Formatted {
  const segment = segmentAt(zone, instant);
  const wall = instant + segment.offset;
  const { date, minutes } = wallToLocal(wall);
  const words = wordsIn(locale);
  const time = words.time(minutes);
  return {
    ...words.day(date),
    time: isTwice(wall, segment) ? `${time} (UTC${offsetText(segment)})` : time,
    zone: words.zone(segment),
    dateTime: `${new Date(wall).toISOString().slice(0, 19)}${offsetDigits(segment)}[${zone}]`,
  };
}

/** "Mon", as the language shortens it. */
export function weekdayShort(date: LocalDate, locale = "en-US"): string {
  return wordsIn(locale).weekdayShort(weekday(date));
}

/**
 * The instant named by RFC 3339 or RFC 9557 text with an offset, or null. A bracketed zone must
 * have that offset at that time (RFC 9557 section 3.4): a start meant for other rules is no start.
 */
export function parseStart(text: string): Instant | null {
  if (text.length > 120 || !INSTANT.test(text)) return null;
  try {
    return ZONED.test(text)
      ? Temporal.ZonedDateTime.from(text, { offset: "reject" }).epochMilliseconds
      : Temporal.Instant.from(text).epochMilliseconds;
  } catch {
    return null;
  }
}

const FURTHEST = 16 * 60 * MINUTE; // no zone was ever further from UTC (Manila and Alaska, 15 h)

// Years as in isLocalDate. Seconds only to 59: Temporal reads a leap second as the second before,
// which is another instant.
const INSTANT =
  /^(19|20|21)\d\d-\d\d-\d\d[Tt]\d\d:\d\d:[0-5]\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)(\[[^[\]]+\])*$/;
const ZONED = /^[^[]+\[!?[^=\]]+\]/;

function wallToInstants(wall: Wall, zone: Zone): Instant[] {
  return segmentsAround(wall, wall, zone).flatMap(({ from, until, offset }) => {
    const instant = wall - offset;
    return from <= instant && instant < until ? [instant] : [];
  });
}

function isTwice(wall: Wall, { zone, from, until, offset }: Segment): boolean {
  const instant = wall - offset;
  // Clocks are never set back by more than a day: most times need no second look.
  if (instant - from > DAY && until - instant > DAY) return false;
  return wallToInstants(wall, zone).length > 1;
}

const wordsIn = remember(60, (locale: string) => {
  const inUtc = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" });
  const time = inUtc({ timeStyle: "short" });
  const weekdays = inUtc({ weekday: "long" });
  const shortWeekdays = inUtc({ weekday: "short" });
  const dates = inUtc({ dateStyle: "long" });
  return {
    time: remember(1440, (minutes: number) => plainSpaces(time.format(minutes * MINUTE))),
    day: remember(800, (date: LocalDate) => {
      const midnight = dayNumber(date) * DAY;
      return { weekday: weekdays.format(midnight), date: plainSpaces(dates.format(midnight)) };
    }),
    // Day 3 was a Sunday.
    weekdayShort: remember(7, (number: number) => shortWeekdays.format((3 + number) * DAY)),
    zone: remember(800, (segment: Segment) => zoneName(segment, locale)),
  };
});

// ICU writes "9:30 AM" with a narrow no-break space, which old phones show as a box.
function plainSpaces(text: string): string {
  return text.replaceAll(/[\u202F\u00A0]/g, " ");
}

// A name may change while the offset stays; the name at the end of the stretch is today's.
function zoneName({ zone, from, until }: Segment, locale: string): string {
  const instant = Math.max(from, Math.min(until - 1, Date.UTC(2100, 0, 1)));
  const parts = new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: "long" })
    .formatToParts(instant)
    .find(({ type }) => type === "timeZoneName");
  return parts?.value ?? zone;
}

function offsetText(segment: Segment): string {
  const [sign, hours, minutes] = offsetParts(segment);
  return `${sign === "-" ? "−" : "+"}${hours}${minutes === 0 ? "" : `:${twoDigits(minutes)}`}`;
}

function offsetDigits(segment: Segment): string {
  const [sign, hours, minutes] = offsetParts(segment);
  return `${sign}${twoDigits(hours)}:${twoDigits(minutes)}`;
}

function offsetParts({ offset }: Segment): ["-" | "+", number, number] {
  const minutes = Math.round(Math.abs(offset) / MINUTE);
  return [offset < 0 ? "-" : "+", Math.floor(minutes / 60), minutes % 60];
}

function twoDigits(number: number): string {
  return String(number).padStart(2, "0");
}
