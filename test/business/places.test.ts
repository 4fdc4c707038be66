// Days that differ at one of two locations. The salon is in New York; Old Town is in Chicago, half
// an hour away. Ben works at the salon from Monday to Friday, 9-17.
import assert from "node:assert/strict";
import { Appointment } from "../../src/models/appointment.ts";
import { catalogueAt, catalogueOf, serviceById } from "../../src/models/catalogue.ts";
import { Locations, setTravel } from "../../src/models/location.ts";
import { run, transaction } from "../../src/models/database.ts";
import { startsOn } from "../../src/models/starts.ts";
import { JANE } from "../support/bookings.ts";
import { type Browser, signedIn } from "../support/browser.ts";
import { buildStaff, upcoming, type World, world } from "../support/world.ts";

const CHICAGO = "America/Chicago";
const system = { kind: "system" } as const;

describe("days that differ at one of two locations", () => {
  let cast: World;
  let ana: Browser;
  let oldTown: string;
  let salon: string;
  let at: string;
  const { date } = upcoming(2, 600); // a Tuesday
  const saturday = upcoming(6, 600, CHICAGO);

  before(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
    at = `/b/anas-salon/hours/${cast.benStaff.id}/exceptions`;
    const fields = { name: "Old Town", slug: "", address: null, phone: null, position: 1 };
    oldTown = String(await Locations.add(cast.salon, { ...fields, zone: CHICAGO }, system, 1));
    const all = await Locations.of(cast.salon);
    salon = String(all.find(({ name }) => name !== "Old Town")?.id);
    await setTravel(cast.salon, 30, system, 1);
  });

  async function catalogue(location: string) {
    return catalogueAt(await catalogueOf("anas-salon"), Number(location));
  }

  async function offered(location: string, day: string): Promise<string[]> {
    const found = await catalogue(location);
    const service = serviceById(found, cast.haircut.id);
    const starts = await startsOn({ catalogue: found, service, now: Date.now() }, day, 1);
    return starts.map(({ start }) =>
      Temporal.Instant.fromEpochMilliseconds(start)
        .toZonedDateTimeISO(found.business.zone)
        .toPlainTime()
        .toString()
        .slice(0, 5),
    );
  }

  async function lines(path: string): Promise<string[]> {
    const { $ } = await ana.get(path);
    const found = $("table tr").toArray().slice(1);
    return found.map((line) => $(line).text().replace(/\s+/g, " ").trim());
  }

  it("need the location of extra hours, one of the business's own", async () => {
    const page = await ana.get(at);
    assert.match(page.$("main").text(), /Old Town: Central .*\(America\/Chicago\)/);
    const extra = { date, kind: "open", hours: "10-12" };
    for (const location of ["", "999999", "abc"]) {
      const { status, $ } = await ana.submit(at, { ...extra, location });
      assert.equal(status, 422);
      assert.match($("#location-error").text(), /Choose (the|a) location/);
    }
  });

  it("leave the way between the two, and say where it is missing", async () => {
    const tuesday = { date, kind: "open", location: oldTown };
    for (const [hours, status] of [
      ["10-12", 422],
      ["16:29-18", 422],
      ["16:30-18", 303],
    ] as const) {
      const sent = await ana.submit(at, { ...tuesday, hours });
      assert.equal(sent.status, status, hours);
      if (status === 303) continue;
      const why = /too near to the hours at Ana's Salon on Tuesday, .*, 9:00 AM–5:00 PM there, 30/;
      assert.match(sent.$("#hours-error").text(), why);
    }
    // Taken again at the salon, the evening would be too near to that.
    const late = await ana.submit(at, { date, kind: "open", location: salon, hours: "17-17:30" });
    assert.match(late.$("#hours-error").text(), /too near to the hours at Old Town/);
  });

  it("[D28] move a day to the other location, and there only", async () => {
    const wednesday = upcoming(3, 600).date;
    await ana.submit(at, { date: wednesday, location: salon });
    const there = { date: wednesday, kind: "open", location: oldTown, hours: "10-12" };
    assert.equal((await ana.submit(at, there)).status, 303);
    assert.deepEqual(await offered(oldTown, wednesday), ["10:00", "10:30", "11:00", "11:30"]);
    assert.deepEqual(await offered(salon, wednesday), []);
    const found = (await lines(at)).filter((line) => line.startsWith("Wednesday"));
    assert.match(found[0] ?? "", /not working all day ?Ana's Salon/);
    assert.match(found[1] ?? "", /working as well 10:00 AM–12:00 PM ?Old Town/);

    const asked = `service=${cast.haircut.id}&date=${wednesday}&location=${salon}`;
    const why = async (time: string) =>
      (await ana.get(`/b/anas-salon/explanations?${asked}&time=${time}`)).$("table").text();
    assert.match(await why("11:30"), /away all day on .*; works at Old Town 11:00 AM–1:00 PM/);
    assert.match(await why("10:30"), /works at Old Town/, "on the way there");
    assert.doesNotMatch(await why("15:00"), /Old Town/);

    // Without the time off she would be at both.
    const page = await ana.get(at);
    const target = page.$("form:has(button[aria-label*='not working'])").attr("action") ?? "";
    const _csrf = String(page.$("input[name=_csrf]").last().val());
    const refused = await ana.post(target, { _csrf });
    assert.equal(refused.status, 422);
    assert.match(refused.$(".errors").text(), /Without this time off, work is too near to/);
    assert.deepEqual(await offered(salon, wednesday), []);
  });

  it("stand in the way of weekly hours", async () => {
    const extra = { date: saturday.date, kind: "open", location: oldTown, hours: "10-12" };
    assert.equal((await ana.submit(at, extra)).status, 303);
    const sent = await ana.submit(`/b/anas-salon/hours/${cast.benStaff.id}`, { saturday: "9-13" });
    assert.equal(sent.status, 422);
    assert.match(
      sent.$("#saturday-error").text(),
      /^9:00-13:00 is too near to the hours at Old Town on Saturday, .*, 10:00 AM–12:00 PM there/,
    );
  });

  it("leave appointments standing by the clocks of their location", async () => {
    const found = await catalogue(oldTown);
    const question = { catalogue: found, service: serviceById(found, cast.haircut.id) };
    const now = Date.now();
    const start = saturday.instant;
    await Appointment.bookFor({ ...question, now }, start, JANE, system, false);
    for (const view of ["day", "week", "agenda", "list", "sheet"]) {
      const book = await ana.get(`/b/anas-salon/appointments?view=${view}&date=${saturday.date}`);
      assert.match(book.$("main").text(), /Old Town, 10:00 AM–1\d:\d\d AM there/, view);
      assert.match(book.$("main").text(), /Old Town has Central .*\(America\/Chicago\)/, view);
    }
    assert.equal((await ana.get(at)).$(".note li").length, 0);
    const closures = "/b/anas-salon/closures";
    await ana.submit(closures, { from: saturday.date, location: salon });
    assert.equal((await ana.get(closures)).$(".note li").length, 0);
    await ana.submit(closures, { from: saturday.date, location: oldTown });
    assert.match((await lines(closures))[1] ?? "", /^Saturday, .*Old Town/);
    for (const path of [closures, at]) {
      const standing = (await ana.get(path)).$(".note li").text();
      assert.match(standing, /10:00 AM Central (Standard|Daylight) Time: Haircut with Ben Brown/);
    }
  });

  it("that are closed at one location are open at the other", async () => {
    const thursday = upcoming(4, 600).date;
    const closed = { from: thursday, reason: "Renovation" };
    const wrong = await ana.submit("/b/anas-salon/closures", { ...closed, location: "999999" });
    assert.match(wrong.$("#location-error").text(), /Choose a location/);
    await ana.submit("/b/anas-salon/closures", { ...closed, location: oldTown });
    assert.equal((await offered(salon, thursday)).length, 16);
    await ana.submit("/b/anas-salon/closures", closed);
    assert.deepEqual(await offered(salon, thursday), []);
  });

  it("do not come nearer than somebody's hours at both leave way", async () => {
    const dan = await buildStaff(cast.salon, { name: "Dan Dow", hours: [[1, 540, 750]] });
    const hours = (location: string, from: number, to: number) =>
      transaction(() =>
        run(
          `INSERT INTO hours (business_id, staff_id, location_id, weekday, from_minute, to_minute)
           VALUES ($businessId, $id, $location, 1, $from, $to)`,
          { businessId: cast.salon.id, id: dan.id, location: Number(location), from, to },
        ),
      );
    await hours(oldTown, 720, 900); // half an hour after the salon’s
    const places = "/b/anas-salon/locations";
    const who = /Dan Dow: Monday.*9:00 AM.12:30 PM.*Old Town on Monday/;
    const far = await ana.submit(places, { travel: "31" }, "/travel");
    assert.deepEqual([far.status, far.$("#travel").val()], [422, "31"]);
    assert.match(far.$("#travel-error").text(), who);
    assert.equal((await ana.submit(places, { travel: "30" }, "/travel")).status, 303);
    const edit = `${places}/${oldTown}/edit`;
    const moved = await ana.submit(edit, { zone: "America/New_York" }, `/${oldTown}`);
    assert.match(moved.$("#zone-error").text(), who);
    assert.equal((await ana.submit(edit, { name: "Older Town" }, `/${oldTown}`)).status, 303);
    await ana.submit(edit, {}, "/archival");
    await hours(salon, 750, 800);
    const back = await ana.submit(edit, {}, "/restoration");
    assert.deepEqual([back.status, /Dan Dow: Monday/.test(back.html)], [409, true]);
    const all = await Locations.of(cast.salon);
    assert.equal(all.find(({ id }) => String(id) === oldTown)?.archived, true);
  });
});
