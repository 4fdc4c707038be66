import assert from "node:assert/strict";
import fc from "fast-check";
import ICAL from "ical.js";
import { type AppointmentCalendar, appointmentCalendar, calendarFile } from "../src/calendar.ts";

const MINUTE = 60_000;

function appointment(fields: Partial<AppointmentCalendar> = {}): AppointmentCalendar {
  const start = fields.start ?? Date.parse("2027-02-01T14:30:00Z");
  return {
    method: "REQUEST",
    cancelled: false,
    uid: "7f0c9a9e-5d0e-4a55-9d55-0d8f1f1ad0a1",
    sequence: 3,
    start,
    end: start + 30 * MINUTE,
    zone: "America/New_York",
    summary: "Haircut, Ana's Salon",
    description: "With Ben",
    location: "1 Main Street, Springfield",
    organizer: { name: "Ana's Salon", address: "post@salon.example" },
    attendee: { name: "Jane Doe", address: "jane@customer.example" },
    now: Date.parse("2027-01-01T00:00:00Z"),
    ...fields,
  };
}

/** As a calendar program reads it: only the zones the file itself defines are known. */
function read(text: string) {
  ICAL.TimezoneService.reset();
  const calendar = ICAL.Component.fromString(text);
  for (const zone of calendar.getAllSubcomponents("vtimezone"))
    ICAL.TimezoneService.register(new ICAL.Timezone(zone));
  const events = calendar.getAllSubcomponents("vevent");
  const component = events[0] ?? assert.fail("no event");
  assert.equal(events.length, 1);
  const event = new ICAL.Event(component);
  const attendees = component.getAllProperties("attendee");
  return {
    calendar,
    component,
    attendees: attendees.map((one) => String(one.getFirstValue()).toLowerCase()),
    start: event.startDate.toJSDate().getTime(),
    end: event.endDate.toJSDate().getTime(),
    tzid: component.getFirstProperty("dtstart")?.getFirstParameter("tzid"),
  };
}

describe("calendar files", () => {
  it("say what is asked in the calendar, and nothing of it in the event", () => {
    for (const [method, cancelled] of [
      ["REQUEST", false],
      ["CANCEL", true],
      ["PUBLISH", false],
      ["PUBLISH", true],
    ] as const) {
      const file = appointmentCalendar(appointment({ method, cancelled }));
      const { calendar, component } = read(file);
      assert.equal(calendar.getFirstPropertyValue("method"), method);
      assert.equal(component.getFirstPropertyValue("method"), null);
      const status = cancelled ? "CANCELLED" : "CONFIRMED";
      assert.equal(component.getFirstPropertyValue("status"), status);
    }
  });

  it("keep the UID and count the changes", () => {
    const { component } = read(appointmentCalendar(appointment()));
    assert.equal(component.getFirstPropertyValue("uid"), appointment().uid);
    assert.equal(component.getFirstPropertyValue("sequence"), 3);
    assert.equal(String(component.getFirstPropertyValue("dtstamp")), "2027-01-01T00:00:00Z");
  });

  it("invite the recipient alone, and nobody in a file to download", () => {
    assert.deepEqual(read(appointmentCalendar(appointment())).attendees, [
      "mailto:jane@customer.example",
    ]);
    assert.deepEqual(read(calendarFile(appointment())).attendees, []);
  });

  it("name the zone and define it [D2]", () => {
    const { tzid, start } = read(appointmentCalendar(appointment()));
    assert.equal(tzid, "America/New_York");
    assert.equal(start, appointment().start);
    assert.match(
      appointmentCalendar(appointment()),
      /DTSTART;TZID=America\/New_York:20270201T093000/,
    );
  });

  it("have lines of 75 octets at most, CRLF, and no blank line", () => {
    const long = "Ä long näme, with; \\ and 家".repeat(12);
    for (const write of [appointmentCalendar, calendarFile]) {
      const text = write(appointment({ summary: long, location: long }));
      assert.doesNotMatch(text, /[^\r]\n|\r[^\n]|\r\n\r\n/);
      for (const line of text.split("\r\n")) assert.ok(Buffer.byteLength(line) <= 75, line);
      assert.equal(read(text).component.getFirstPropertyValue("summary"), long);
      assert.equal(text.endsWith("END:VCALENDAR\r\n"), write === calendarFile);
    }
  });

  it("let no name begin a line of its own", () => {
    const evil = 'x"\r\nATTENDEE:mailto:eve@evil.example\r\nEND:VEVENT\r\nBEGIN:VEVENT\nUID:2';
    const text = appointmentCalendar(
      appointment({
        summary: evil,
        description: evil,
        location: evil,
        uid: evil,
        organizer: { name: evil, address: `post@salon.example\r\n${evil}` },
        attendee: { name: evil, address: "jane@customer.example" },
        url: `https://salon.example/\r\n${evil}`,
      }),
    );
    assert.deepEqual(read(text).attendees, ["mailto:jane@customer.example"]);
    assert.doesNotMatch(text, /^(ATTENDEE:|UID:2)/m);
  });
});

// Half-hour changes, negative summer time, changes that follow the moon, none at all, and the ends
// of the world.
const zones = [
  "America/New_York",
  "Europe/Dublin",
  "Africa/Casablanca",
  "Australia/Lord_Howe",
  "Asia/Kolkata",
  "America/St_Johns",
  "Pacific/Kiritimati",
  "Etc/GMT+12",
  "UTC",
];

describe("calendar files and clocks that change [D2] [D3]", () => {
  for (const zone of zones)
    it(`name the same instants in ${zone}, whatever the hour`, () => {
      const hour = fc.integer({
        min: Date.parse("2026-01-01T00:00Z") / (15 * MINUTE),
        max: Date.parse("2028-12-31T00:00Z") / (15 * MINUTE),
      });
      fc.assert(
        fc.property(hour, fc.integer({ min: 1, max: 40 }), (quarter, quarters) => {
          const start = quarter * 15 * MINUTE;
          const end = start + quarters * 15 * MINUTE;
          const found = read(appointmentCalendar(appointment({ zone, start, end })));
          assert.deepEqual([found.start, found.end], [start, end]);
        }),
        { numRuns: 150 },
      );
    });

  it("tell the doubled hour's first pass from its second", () => {
    const first = Date.parse("2026-11-01T05:30:00Z"); // 1:30 in New York
    const second = first + 60 * MINUTE; // 1:30 again
    for (const start of [first, second])
      assert.equal(read(appointmentCalendar(appointment({ start }))).start, start);
  });

  it("are right on both sides of each change of the clock", () => {
    for (const change of ["2026-03-08T07:00Z", "2026-11-01T06:00Z", "2027-03-14T07:00Z"])
      for (let minutes = -180; minutes <= 180; minutes += 15) {
        const start = Date.parse(change) + minutes * MINUTE;
        const found = read(appointmentCalendar(appointment({ start })));
        assert.equal(found.start, start);
        assert.equal(found.end, start + 30 * MINUTE);
      }
  });
});
