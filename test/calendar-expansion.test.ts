import assert from "node:assert/strict";
import { busyIn, CalendarError } from "../src/calendar-expansion.ts";

const ZONE = "America/New_York";
const FROM = Date.parse("2027-03-01T00:00:00-05:00");
const UNTIL = Date.parse("2027-04-01T00:00:00-04:00");

function file(...lines: string[]): string {
  return [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Some//One//EN",
    ...lines,
    "END:VCALENDAR",
    "",
  ].join("\r\n");
}

function event(...lines: string[]): string {
  return ["BEGIN:VEVENT", "DTSTAMP:20270101T000000Z", ...lines, "END:VEVENT"].join("\r\n");
}

function busy(text: string, more: { ownUids?: string[]; zone?: string } = {}): string[] {
  const found = busyIn({ text, zone: ZONE, from: FROM, until: UNTIL, ownUids: [], ...more });
  return found.map(({ start, end }) => [start, end].map(spoken).join("/"));
}

/** 03-09T10:00, in New York */
function spoken(instant: number): string {
  const local = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(ZONE);
  return local.toPlainDateTime().toString({ smallestUnit: "minute" }).slice(5);
}

const TOKYO = `BEGIN:VTIMEZONE
TZID:Far East
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0900
TZOFFSETTO:+0900
END:STANDARD
END:VTIMEZONE`.replaceAll("\n", "\r\n");

const ny = (name: string, value: string) => `${name};TZID=America/New_York:${value}`;
const nine = [ny("DTSTART", "20270309T090000"), ny("DTEND", "20270309T100000")];

const cases: Array<[name: string, text: string, ...busy: string[]]> = [
  ["nothing", file()],
  [
    "an hour in UTC",
    file(event("UID:a", "DTSTART:20270309T140000Z", "DTEND:20270309T150000Z")),
    "03-09T09:00/03-09T10:00",
  ],
  ["an hour in a zone of the database", file(event("UID:a", ...nine)), "03-09T09:00/03-09T10:00"],
  [
    "an hour in a zone of the file's own",
    file(
      TOKYO,
      event(
        "UID:a",
        "DTSTART;TZID=Far East:20270309T230000",
        "DTEND;TZID=Far East:20270310T000000",
      ),
    ),
    "03-09T09:00/03-09T10:00",
  ],
  [
    "an hour on the clock of wherever one is",
    file(event("UID:a", "DTSTART:20270309T090000", "DURATION:PT1H")),
    "03-09T09:00/03-09T10:00",
  ],
  [
    "the same, in the calendar's own zone",
    file(
      "X-WR-TIMEZONE:America/Los_Angeles",
      event("UID:a", "DTSTART:20270309T060000", "DURATION:PT1H"),
    ),
    "03-09T09:00/03-09T10:00",
  ],
  ["a day", file(event("UID:a", "DTSTART;VALUE=DATE:20270309")), "03-09T00:00/03-10T00:00"],
  [
    "a day in the calendar's own zone",
    file("X-WR-TIMEZONE:Europe/Berlin", event("UID:a", "DTSTART;VALUE=DATE:20270309")),
    "03-08T18:00/03-09T18:00",
  ],
  [
    "several days",
    file(event("UID:a", "DTSTART;VALUE=DATE:20270309", "DTEND;VALUE=DATE:20270312")),
    "03-09T00:00/03-12T00:00",
  ],
  [
    "a day on which the clocks go forward",
    file(event("UID:a", "DTSTART;VALUE=DATE:20270314")),
    "03-14T00:00/03-15T00:00",
  ],
  [
    "what began before and ends after",
    file(event("UID:a", "DTSTART:20270101T000000Z", "DTEND:20280101T000000Z")),
    "03-01T00:00/04-01T00:00",
  ],
  ["what is over", file(event("UID:a", "DTSTART:20270101T000000Z", "DTEND:20270102T000000Z"))],
  ["what is free", file(event("UID:a", ...nine, "TRANSP:TRANSPARENT"))],
  ["what Outlook calls free", file(event("UID:a", ...nine, "X-MICROSOFT-CDO-BUSYSTATUS:FREE"))],
  ["what is cancelled", file(event("UID:a", ...nine, "STATUS:CANCELLED"))],
  [
    "what is tentative",
    file(event("UID:a", ...nine, "STATUS:TENTATIVE")),
    "03-09T09:00/03-09T10:00",
  ],
  ["what has no length", file(event("UID:a", ny("DTSTART", "20270309T090000")))],
  [
    "what ends before it begins",
    file(event("UID:a", nine[0] ?? "", ny("DTEND", "20270309T080000"))),
  ],
  ["what has no start", file(event("UID:a", "SUMMARY:Some day"))],
  [
    "two that overlap and one that touches",
    file(
      event("UID:a", ...nine),
      event("UID:b", ny("DTSTART", "20270309T093000"), ny("DTEND", "20270309T103000")),
      event("UID:c", ny("DTSTART", "20270309T103000"), ny("DTEND", "20270309T110000")),
    ),
    "03-09T09:00/03-09T11:00",
  ],
  [
    "two without a UID",
    file(event(...nine), event(ny("DTSTART", "20270310T090000"), ny("DTEND", "20270310T100000"))),
    "03-09T09:00/03-09T10:00",
    "03-10T09:00/03-10T10:00",
  ],
  [
    "every week, over the change of clocks, since long ago",
    file(
      event(
        "UID:a",
        ny("DTSTART", "20100105T090000"),
        ny("DTEND", "20100105T100000"),
        "RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20270318T000000Z",
      ),
    ),
    "03-02T09:00/03-02T10:00",
    "03-09T09:00/03-09T10:00",
    "03-16T09:00/03-16T10:00",
  ],
  [
    "every day but one, by count",
    file(event("UID:a", ...nine, "RRULE:FREQ=DAILY;COUNT=3", ny("EXDATE", "20270310T090000"))),
    "03-09T09:00/03-09T10:00",
    "03-11T09:00/03-11T10:00",
  ],
  [
    "on dates that are listed",
    file(event("UID:a", ...nine, ny("RDATE", "20270320T090000,20270321T090000"))),
    "03-09T09:00/03-09T10:00",
    "03-20T09:00/03-20T10:00",
    "03-21T09:00/03-21T10:00",
  ],
  [
    "one of many moved, one cancelled, one made free",
    file(
      event("UID:a", ...nine, "RRULE:FREQ=DAILY;COUNT=4"),
      event(
        "UID:a",
        ny("RECURRENCE-ID", "20270310T090000"),
        ny("DTSTART", "20270310T150000"),
        ny("DTEND", "20270310T160000"),
      ),
      event(
        "UID:a",
        ny("RECURRENCE-ID", "20270311T090000"),
        ny("DTSTART", "20270311T090000"),
        ny("DTEND", "20270311T100000"),
        "STATUS:CANCELLED",
      ),
      event(
        "UID:a",
        "RECURRENCE-ID:20270312T140000Z",
        ny("DTSTART", "20270312T090000"),
        ny("DTEND", "20270312T100000"),
        "TRANSP:TRANSPARENT",
      ),
    ),
    "03-09T09:00/03-09T10:00",
    "03-10T15:00/03-10T16:00",
  ],
  [
    "one moved here from beyond the range",
    file(
      event("UID:a", ...nine, "RRULE:FREQ=MONTHLY"),
      event(
        "UID:a",
        ny("RECURRENCE-ID", "20270409T090000"),
        ny("DTSTART", "20270330T090000"),
        ny("DTEND", "20270330T100000"),
      ),
    ),
    "03-09T09:00/03-09T10:00",
    "03-30T09:00/03-30T10:00",
  ],
  [
    "one changed without the event it is of",
    file(event("UID:a", ny("RECURRENCE-ID", "20270310T090000"), ...nine)),
    "03-09T09:00/03-09T10:00",
  ],
  [
    "all from one on moved by an hour",
    file(
      event("UID:a", ...nine, "RRULE:FREQ=DAILY;COUNT=3"),
      event(
        "UID:a",
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=America/New_York:20270310T090000",
        ny("DTSTART", "20270310T100000"),
        ny("DTEND", "20270310T110000"),
      ),
    ),
    "03-09T09:00/03-09T10:00",
    "03-10T10:00/03-10T11:00",
    "03-11T10:00/03-11T11:00",
  ],
  [
    "a whole day every week",
    file(event("UID:a", "DTSTART;VALUE=DATE:20270309", "RRULE:FREQ=WEEKLY;COUNT=2")),
    "03-09T00:00/03-10T00:00",
    "03-16T00:00/03-17T00:00",
  ],
  [
    "a zone that only its name tells, again and again",
    file(event("UID:a", ...nine, "RRULE:FREQ=WEEKLY;COUNT=2")),
    "03-09T09:00/03-09T10:00",
    "03-16T09:00/03-16T10:00",
  ],
  [
    "a calendar published as busy times only",
    file(
      "BEGIN:VFREEBUSY",
      "FREEBUSY:20270309T140000Z/20270309T150000Z,20270310T140000Z/PT30M",
      "FREEBUSY;FBTYPE=FREE:20270311T140000Z/PT1H",
      "END:VFREEBUSY",
    ),
    "03-09T09:00/03-09T10:00",
    "03-10T09:00/03-10T09:30",
  ],
  [
    "two calendars in one file",
    file(event("UID:a", ...nine)) + file(event("UID:a", "DTSTART;VALUE=DATE:20270320")),
    "03-09T09:00/03-09T10:00",
    "03-20T00:00/03-21T00:00",
  ],
  [
    "a file with a mark at its beginning",
    `\uFEFF${file(event("UID:a", ...nine))}`,
    "03-09T09:00/03-09T10:00",
  ],
];

describe("[D18] busy by a remote calendar", () => {
  for (const [name, text, ...expected] of cases)
    it(name, () => assert.deepEqual(busy(text), expected));

  it("not by what came from us", () => {
    const text = file(
      event("UID:ours", ...nine),
      event("UID:theirs", "DTSTART;VALUE=DATE:20270320"),
    );
    assert.deepEqual(busy(text, { ownUids: ["ours", "another"] }), ["03-20T00:00/03-21T00:00"]);
  });

  for (const [name, text] of [
    ["nothing at all", ""],
    ["a page", "<!doctype html><title>Sign in</title>"],
    ["something else", "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Jane\r\nEND:VCARD\r\n"],
    ["a file that breaks off", file(event("UID:a", ...nine)).slice(0, 150)],
  ] as const)
    it(`not by ${name}`, () =>
      assert.throws(
        () => busy(text),
        (error) => (error as CalendarError).code === "no calendar",
      ));

  it("not by more than anybody can have", () => {
    const text = file(
      event("UID:a", "DTSTART:19700101T000000Z", "DURATION:PT1S", "RRULE:FREQ=MINUTELY"),
    );
    assert.throws(
      () => busy(text),
      (error) => (error as CalendarError).code === "too much",
    );
  });
});
