// Calendar files (RFC 5545) and the calendar parts of mails (RFC 5546, RFC 6047).
import ical, {
  ICalAttendeeStatus,
  ICalCalendarMethod,
  ICalEventStatus,
  type ICalEventData,
} from "ical-generator";
import { type Segment, segmentAt, segmentsBetween } from "./domain/offsets.ts";
import { remember } from "./domain/remember.ts";
import { DAY, instantToLocal, localToInstants } from "./domain/time.ts";

export type CalendarPerson = { name: string; address: string };
export type AppointmentCalendar = {
  /** REQUEST and CANCEL are for whoever is invited; PUBLISH only tells of the event. */
  method: "REQUEST" | "CANCEL" | "PUBLISH";
  cancelled: boolean;
  /** Stable for the life of the appointment. */
  uid: string;
  /** One more at each change, the cancellation included. */
  sequence: number;
  /** epoch milliseconds */
  start: number;
  end: number;
  /** IANA name */
  zone: string;
  summary: string;
  description: string;
  location: string;
  organizer: CalendarPerson;
  attendee?: CalendarPerson | undefined;
  url?: string | undefined;
  now: number;
};

/** One appointment as a file to download. */
export function calendarFile(
  appointment: Omit<AppointmentCalendar, "method" | "attendee">,
): string {
  return `${appointmentCalendar({ ...appointment, method: "PUBLISH" })}\r\n`;
}

/** Several appointments as a calendar that programs come back to. */
export function calendarOf(
  name: string,
  appointments: ReadonlyArray<Omit<AppointmentCalendar, "method" | "attendee">>,
  now: number,
): string {
  const calendar = emptyCalendar("PUBLISH", now);
  calendar.name(plain(name).replaceAll(/[\\;,]/g, "\\$&")); // the generator does not
  calendar.ttl(FEED_INTERVAL);
  for (const one of appointments) calendar.createEvent(event({ ...one, method: "PUBLISH" }));
  return `${calendar.toString()}\r\n`;
}

const FEED_INTERVAL = 15 * 60; // seconds: how often programs are asked to come back

/**
 * One appointment as iCalendar text: CRLF, lines of 75 octets. It ends without a line break, because
 * a mail adds one and a blank last line makes some clients drop the event.
 */
export function appointmentCalendar(appointment: AppointmentCalendar): string {
  const calendar = emptyCalendar(appointment.method, appointment.start);
  calendar.createEvent(event(appointment));
  return calendar.toString();
}

/** Several, as a mail carries them; the first says around when. */
export function appointmentsCalendar(
  appointments: ReadonlyArray<Omit<AppointmentCalendar, "method">>,
): string {
  const calendar = emptyCalendar("PUBLISH", appointments[0]?.start ?? 0);
  for (const one of appointments) calendar.createEvent(event({ ...one, method: "PUBLISH" }));
  return calendar.toString();
}

function emptyCalendar(method: AppointmentCalendar["method"], around: number) {
  return ical({
    prodId: { company: "Plainbook", product: "Appointments", language: "EN" },
    // Here only: METHOD inside VEVENT makes two meetings of one.
    method: ICalCalendarMethod[method],
    // A name here would make the generator write DTSTAMP in local time; it must be UTC.
    timezone: { name: null, generator: (zone) => clockOf(zone)(Math.floor(around / YEAR)) },
  });
}

function event(appointment: AppointmentCalendar): ICalEventData {
  const { method, cancelled, zone, start, end, organizer, attendee } = appointment;
  return {
    id: plain(appointment.uid),
    sequence: appointment.sequence,
    stamp: Temporal.Instant.fromEpochMilliseconds(appointment.now),
    start: Temporal.Instant.fromEpochMilliseconds(start),
    end: Temporal.Instant.fromEpochMilliseconds(end),
    timezone: [start, end].every((instant) => isPlainLocal(instant, zone)) ? zone : null,
    summary: plain(appointment.summary),
    description: lines(appointment.description),
    location: plain(appointment.location),
    organizer: { name: plain(organizer.name), email: plain(organizer.address) },
    status: cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    ...(appointment.url ? { url: plain(appointment.url) } : {}),
    // Who made the booking has said yes already, so nobody is asked to answer.
    ...(attendee && method !== "PUBLISH"
      ? {
          attendees: [
            {
              name: plain(attendee.name),
              email: plain(attendee.address),
              rsvp: false,
              status: ICalAttendeeStatus.ACCEPTED,
            },
          ],
        }
      : {}),
  };
}

// Where the clock shows an hour twice, local time means the first (RFC 5545 section 3.3.5), but not
// every program knows. UTC cannot be misread, and then both ends are in it.
function isPlainLocal(instant: number, zone: string): boolean {
  const { date, minutes } = instantToLocal(instant, zone);
  return localToInstants(date, minutes, zone).length === 1;
}

const YEAR = 366 * DAY;

const clockOf = remember(700, (zone: string) =>
  remember(16, (year: number) => zoneDefinition(zone, year * YEAR)),
);

/**
 * The zone's clock from a year before to two years after an instant as a VTIMEZONE, from the
 * runtime's own zone data. It lists each change of the clock with its date, so it is exact where a
 * yearly rule would not be (Morocco's Ramadan).
 */
function zoneDefinition(zone: string, around: number): string {
  const stretches = segmentsBetween(zone, around - YEAR, around + 2 * YEAR);
  return [
    "BEGIN:VTIMEZONE",
    `TZID:${zone}`,
    ...stretches.flatMap((stretch, index) => observance(stretch, stretches[index + 1])),
    "END:VTIMEZONE",
  ].join("\r\n");
}

function observance(stretch: Segment, next: Segment | undefined): string[] {
  const always = stretch.from === -Infinity;
  const before = always ? stretch : segmentAt(stretch.zone, stretch.from - 1);
  // The clock that is ahead of its neighbours is summer time, in Dublin and Casablanca too.
  const summer = stretch.offset > before.offset || (next && stretch.offset > next.offset);
  const kind = summer ? "DAYLIGHT" : "STANDARD";
  return [
    `BEGIN:${kind}`,
    `DTSTART:${always ? "19700101T000000" : wallText(stretch.from + before.offset)}`,
    `TZOFFSETFROM:${offsetText(before.offset)}`,
    `TZOFFSETTO:${offsetText(stretch.offset)}`,
    `END:${kind}`,
  ];
}

/** '20261101T020000' */
function wallText(wall: number): string {
  return new Date(wall).toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
}

/** '-0500' */
function offsetText(offset: number): string {
  const minutes = Math.round(Math.abs(offset) / 60_000);
  const digits = [Math.floor(minutes / 60), minutes % 60].map((n) => String(n).padStart(2, "0"));
  return `${offset < 0 ? "-" : "+"}${digits.join("")}`;
}

// A line break in a name would begin a property, or a whole second event, of the sender's choice.
function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();
}

function lines(text: string): string {
  return text.replaceAll(/\r\n?/g, "\n").split("\n").map(plain).join("\n").trim();
}
