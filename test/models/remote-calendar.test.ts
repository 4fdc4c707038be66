import assert from "node:assert/strict";
import { readCalendar } from "../../src/calendar-reading.ts";
import { Appointment } from "../../src/models/appointment.ts";
import { catalogueOf, serviceById } from "../../src/models/catalogue.ts";
import { rows } from "../../src/models/database.ts";
import { RemoteCalendar } from "../../src/models/remote-calendar.ts";
import {
  readRemoteCalendar,
  sweepRemoteCalendars,
} from "../../src/models/remote-calendar-reading.ts";
import { explainStart, startsOn } from "../../src/models/starts.ts";
import { bookHaircut, HOUR, sendDue, START } from "../support/bookings.ts";
import { countQueries } from "../support/queries.ts";
import { withSink } from "../support/post.ts";
import type { SmtpSink } from "../support/smtp-sink.ts";
import { answering, silence, startTarget, type Target } from "../support/target.ts";
import { MONDAY, runJobs, world, type World } from "../support/world.ts";

const MINUTE = 60_000;
const DAY = 24 * HOUR;
const DATE = "2027-02-08"; // the day of START, on which Ben works from 9 to 17

function ics(...events: string[][]): string {
  const lines = events.flatMap((event) => ["BEGIN:VEVENT", ...event, "END:VEVENT"]);
  return ["BEGIN:VCALENDAR", "VERSION:2.0", ...lines, "END:VCALENDAR", ""].join("\r\n");
}

const dentist = (hour = 10) => [
  "UID:dentist",
  "SUMMARY:Dentist, a secret",
  `DTSTART;TZID=America/New_York:20270208T${hour}0000`,
  "DURATION:PT1H",
];

describe("calendars elsewhere", () => {
  let cast: World;
  let target: Target;
  before(async () => {
    target = await startTarget();
  });
  beforeEach(async () => {
    target.reset();
    serve(ics());
    cast = await world();
  });
  after(() => target.stop());

  function serve(text: string, headers: Record<string, string> = {}): void {
    target.behave(answering(200, { "content-type": "text/calendar", ...headers }, text));
  }

  const ben = () => ({ kind: "staff", staffId: cast.benStaff.id }) as const;

  /** Ben adds one; nothing is read yet. Gives its id. */
  async function added(path = "/ben.ics", now = MONDAY): Promise<number> {
    const calendar = { name: "Private", url: `${target.url}${path}` };
    await RemoteCalendar.add(cast.benStaff, calendar, ben(), now);
    const all = await RemoteCalendar.ofStaff(cast.benStaff);
    return all.at(-1)?.id ?? assert.fail();
  }

  async function only() {
    const [calendar, ...others] = await RemoteCalendar.ofStaff(cast.benStaff);
    assert.deepEqual(others, []);
    return calendar ?? assert.fail();
  }

  async function questionAt(now: number) {
    const catalogue = await catalogueOf("anas-salon");
    return { catalogue, service: serviceById(catalogue, cast.haircut.id), now };
  }

  /** Starts offered on that day, as 10:30. */
  async function offered(now = MONDAY, date = DATE): Promise<string[]> {
    const found = await startsOn(await questionAt(now), date, 1);
    return found.map(({ start }) =>
      Temporal.Instant.fromEpochMilliseconds(start)
        .toZonedDateTimeISO("America/New_York")
        .toPlainTime()
        .toString({ smallestUnit: "minute" }),
    );
  }

  it("are read by a worker when they are added, and block their times [D18]", async () => {
    const now = Date.now();
    const { year, month, day } = Temporal.Now.plainDateISO("America/New_York").add({ days: 3 });
    const date = [year, month, day].map((n) => String(n).padStart(2, "0")).join("");
    serve(ics(["UID:a", `DTSTART;TZID=America/New_York:${date}T000000`, "DURATION:P1D"]));
    await added("/ben.ics", now);
    await runJobs();
    assert.equal(target.heard.length, 1);
    const day3 = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
    assert.deepEqual(await offered(now, day3), []);
    const { readAt, reason } = await only();
    assert.ok((readAt ?? 0) >= now);
    assert.equal(reason, null);
  });

  it("block by the hour, by the day and for days, and nothing else [D18]", async () => {
    const all = await offered();
    const id = await added();
    serve(ics(dentist()));
    await readRemoteCalendar(id, MONDAY);
    assert.deepEqual(
      await offered(),
      all.filter((time) => !["10:00", "10:30"].includes(time)),
    );
    serve(ics(["UID:a", "DTSTART;VALUE=DATE:20270208"]));
    await readRemoteCalendar(id, MONDAY + 15 * MINUTE);
    assert.deepEqual(await offered(), []);
    assert.ok((await offered(MONDAY, "2027-02-09")).length > 0);
    serve(ics(["UID:a", "DTSTART;VALUE=DATE:20270203", "DTEND;VALUE=DATE:20270220"]));
    await readRemoteCalendar(id, MONDAY + 30 * MINUTE);
    for (const date of ["2027-02-03", "2027-02-08", "2027-02-19"])
      assert.deepEqual(await offered(MONDAY, date), [], date);
    assert.ok((await offered(MONDAY, "2027-02-22")).length > 0);
    serve(ics());
    await readRemoteCalendar(id, MONDAY + 45 * MINUTE);
    assert.deepEqual(await offered(), all, "what has gone there blocks no longer");
  });

  it("say why a time is not offered, and let staff know better [D28]", async () => {
    serve(ics(dentist()));
    await readRemoteCalendar(await added(), MONDAY);
    const question = await questionAt(MONDAY);
    const [{ verdict } = assert.fail()] = await explainStart(question, START + HOUR / 2);
    assert.equal(verdict.offered, false);
    assert.equal("rule" in verdict && verdict.rule, "calendar");
    const id = await bookHaircut(cast, { start: START + HOUR / 2 });
    assert.equal((await Appointment.find(cast.salon, id)).status, "confirmed");
  });

  it("leave nothing here but times [P4.2]", async () => {
    serve(ics(dentist()));
    await readRemoteCalendar(await added("/secret-address.ics"), MONDAY);
    const tables = ["remote_calendars", "calendar_busy", "audit_entries"];
    const stored = await Promise.all(tables.map((table) => rows(`SELECT * FROM ${table}`)));
    assert.doesNotMatch(JSON.stringify(stored), /dentist|secret/i);
    assert.equal((await only()).host, new URL(target.url).host);
  });

  it("cost the page of times no query more", async () => {
    await offered();
    const before = await countQueries(() => offered());
    serve(ics(dentist()));
    await readRemoteCalendar(await added(), MONDAY);
    assert.equal(await countQueries(() => offered()), before);
  });

  it("are asked whether they have changed, and read in full once a day", async () => {
    const id = await added();
    serve(ics(dentist()), { etag: '"1"', "last-modified": "Mon, 01 Feb 2027 00:00:00 GMT" });
    await readRemoteCalendar(id, MONDAY);
    target.behave(answering(304));
    await readRemoteCalendar(id, MONDAY + 15 * MINUTE);
    assert.equal(target.heard[1]?.headers["if-none-match"], '"1"');
    assert.equal((await only()).readAt, MONDAY + 15 * MINUTE);
    assert.ok(!(await offered()).includes("10:00"));
    serve(ics());
    await readRemoteCalendar(id, MONDAY + DAY);
    assert.equal(target.heard[2]?.headers["if-none-match"], undefined);
    assert.ok((await offered()).includes("10:00"));
  });

  it("are not read before their time, nor by two at once", async () => {
    const id = await added();
    await Promise.all([readRemoteCalendar(id, MONDAY), readRemoteCalendar(id, MONDAY)]);
    await readRemoteCalendar(id, MONDAY + 14 * MINUTE);
    assert.equal(target.heard.length, 1);
    await sweepRemoteCalendars(MONDAY + 14 * MINUTE);
    await RemoteCalendar.readSoon(cast.benStaff, id, MONDAY + 14 * MINUTE);
    await readRemoteCalendar(id, MONDAY + 14 * MINUTE);
    assert.equal(target.heard.length, 2);
  });

  it("[D18] that show our own appointments do not block by them", async () => {
    const booked = await bookHaircut(cast);
    const { uid } = await Appointment.find(cast.salon, booked);
    // As it was before it was moved, and under another name.
    serve(ics([`UID:${uid}`, "DTSTART:20270208T190000Z", "DURATION:PT1H"]));
    await readRemoteCalendar(await added(), MONDAY);
    assert.ok((await offered()).includes("14:00"));
  });

  it("[D18] in which something is deleted cancel nothing here", async () => {
    const booked = await bookHaircut(cast);
    const { uid } = await Appointment.find(cast.salon, booked);
    const id = await added();
    const copy = [`UID:${uid}`, "DTSTART:20270208T143000Z", "DURATION:PT30M"];
    serve(ics(copy));
    await readRemoteCalendar(id, MONDAY);
    serve(ics([...copy, "STATUS:CANCELLED"]));
    await readRemoteCalendar(id, MONDAY + 15 * MINUTE);
    serve(ics());
    await readRemoteCalendar(id, MONDAY + 30 * MINUTE);
    await RemoteCalendar.remove(cast.benStaff, id, ben(), MONDAY);
    assert.equal((await Appointment.find(cast.salon, booked)).status, "confirmed");
    assert.ok(!(await offered()).includes("09:30"), "its time is still taken");
  });

  it("[D18] that were removed while they were read leave nothing", async () => {
    const id = await added();
    target.behave(async (res) => {
      await RemoteCalendar.remove(cast.benStaff, id, ben(), MONDAY);
      answering(200, {}, ics(dentist()))(res);
    });
    await readRemoteCalendar(id, MONDAY);
    assert.deepEqual(await rows("SELECT id FROM calendar_busy"), []);
  });

  const outages: Array<[name: string, reason: string, behave: () => void]> = [
    ["answers 500", "status", () => target.behave(answering(500))],
    ["is gone", "status", () => target.behave(answering(404))],
    ["asks to sign in", "no calendar", () => target.behave(answering(200, {}, "<!doctype html>"))],
    [
      "leads inside",
      "private",
      () => target.behave(answering(302, { location: "https://10.0.0.1/" })),
    ],
    ["breaks off", "unreachable", () => target.behave((res) => res.destroy())],
  ];
  for (const [name, reason, behave] of outages)
    it(`[D18] one that ${name} leaves what is known for a day`, async () => {
      const id = await added();
      serve(ics(dentist()));
      await readRemoteCalendar(id, MONDAY);
      const known = await offered();
      behave();
      await readRemoteCalendar(id, MONDAY + 15 * MINUTE);
      assert.equal((await only()).reason, reason);
      assert.deepEqual(await offered(MONDAY + DAY - 1), known);
      assert.deepEqual(await offered(MONDAY + DAY), [], "and then nobody knows");
    });

  describe("that cannot be read for a day", () => {
    let sink: SmtpSink;
    withSink((opened) => (sink = opened));

    it("[D18] close their provider's times, and tell her and the owner, once", async () => {
      const id = await added();
      target.behave(answering(500));
      const lost = MONDAY + DAY;
      await sweepRemoteCalendars(lost - 1);
      assert.deepEqual(await rows("SELECT id FROM deliveries"), []);
      for (let i = 0; i < 2; i++) await sweepRemoteCalendars(lost + i);
      await sendDue(lost + 1);
      const told = sink.received.map(({ to }) => to.join()).toSorted();
      assert.deepEqual(told, ["ana@salon.example", "ben@salon.example"]);
      for (const { source } of sink.received) assert.match(source, /Private, of Ben Brown/);
      const [{ verdict } = assert.fail()] = await explainStart(await questionAt(lost), START);
      assert.equal("rule" in verdict && verdict.rule, "calendar-unread");

      serve(ics(dentist()));
      await readRemoteCalendar(id, lost + 15 * MINUTE);
      const open = await offered(lost + 15 * MINUTE);
      assert.ok(open.includes("09:00") && !open.includes("10:00"));
      await sweepRemoteCalendars(lost + 15 * MINUTE);
      assert.equal((await rows("SELECT id FROM deliveries")).length, 2);
    });

    it("tell nobody of what works again before the mail goes out", async () => {
      const id = await added();
      const lost = MONDAY + DAY;
      await sweepRemoteCalendars(lost);
      await readRemoteCalendar(id, lost);
      await sendDue(lost);
      assert.equal(sink.received.length, 0);
    });

    it("are then read once an hour only", async () => {
      const id = await added();
      target.behave(answering(500));
      await readRemoteCalendar(id, MONDAY);
      assert.equal((await only()).dueAt, MONDAY + 15 * MINUTE);
      await readRemoteCalendar(id, MONDAY + DAY + MINUTE);
      assert.equal((await only()).dueAt, MONDAY + DAY + MINUTE + HOUR);
    });
  });

  it("[D24] that are silent keep no booking waiting", async () => {
    const id = await added();
    target.behave(silence);
    const reading = readRemoteCalendar(id, MONDAY);
    const began = performance.now();
    await bookHaircut(cast);
    assert.ok(performance.now() - began < 1000);
    target.hangUp();
    await reading;
  });

  it("that take for ever are ended", async () => {
    const rule = "RRULE:FREQ=MINUTELY";
    const text = ics(["UID:a", "DTSTART:19700101T000000Z", "DURATION:PT1S", rule]);
    const range = { zone: "UTC", from: MONDAY, until: MONDAY + DAY, ownUids: [] };
    assert.deepEqual(await readCalendar({ text, ...range }, 200), { code: "too much" });
  });
});
