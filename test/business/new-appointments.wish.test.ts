// What staff book beside service, provider and time: where, for how many, with what.
import assert from "node:assert/strict";
import { MINUTE } from "../../src/domain/time.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { again, BOOK, booked, timesOf, tuesday } from "../support/book.ts";
import { type Browser, formOf, type Page, signedIn } from "../support/browser.ts";
import { upcoming, type World, world } from "../support/world.ts";

const CHICAGO = "America/Chicago";
const wednesday = upcoming(3, 540, CHICAGO);

describe("what staff book beside service and time", () => {
  let cast: World;
  let ana: Browser;
  let uptown: number;
  let beard: number;

  before(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
    uptown = await add(
      `INSERT INTO locations (business_id, slug, name, zone, position, created_at)
       VALUES ($businessId, 'uptown', 'Uptown', '${CHICAGO}', 2, 0) RETURNING id`,
    );
    beard = await add(
      `INSERT INTO addons (business_id, name, minutes, price, created_at)
       VALUES ($businessId, 'Beard trim', 15, 900, 0) RETURNING id`,
    );
    await change(
      `INSERT INTO service_addons (business_id, service_id, addon_id)
       VALUES ($businessId, $haircut, $beard)`,
      { beard },
    );
    // At Uptown Ben works on Wednesdays only.
    await change(`UPDATE hours SET location_id = $uptown WHERE staff_id = $ben AND weekday = 3`, {
      uptown,
      ben: cast.benStaff.id,
    });
    await change("UPDATE services SET seats = 4, party = 2 WHERE id = $haircut");
  });

  const bind = () => ({ businessId: cast.salon.id, haircut: cast.haircut.id });
  const change = (sql: string, more = {}) => transaction(() => run(sql, { ...bind(), ...more }));

  async function add(sql: string): Promise<number> {
    const [made] = await transaction(() => rows<{ id: number }>(sql, bind()));
    return made?.id ?? 0;
  }

  const asking = (more: string) => `${BOOK}/new?service=${cast.haircut.id}&${more}`;

  /** Sends the page's GET form that ends in a time, as it is. */
  function goOn(page: Page, start: string): Promise<Page> {
    const form = page.$("form:has(input[name=start])").first();
    const query = new URLSearchParams();
    for (const input of form.find("input[type=hidden]").toArray())
      query.append(String(page.$(input).attr("name")), String(page.$(input).val()));
    query.set("start", start);
    return ana.get(`${String(form.attr("action"))}?${query.toString()}`);
  }

  async function stored(location: string) {
    const id = Number(location.split("/").at(-1));
    const [row] = await rows<Record<string, unknown>>(
      `SELECT a.location_id AS at, a.people, a.price, a.zone,
         (a.ends_at - a.starts_at) / ${MINUTE} AS minutes FROM appointments a WHERE a.id = $id`,
      { id },
    );
    return row;
  }

  it("is chosen with the service, carried through the steps, and on the appointment's page", async () => {
    const first = await ana.get(asking(`date=${wednesday.date}`));
    assert.match(first.$("#location").text(), /Uptown/);
    assert.equal(first.$("#people").attr("max"), "4");
    assert.match(first.$("#addon").text(), /Beard trim \(15 minutes more\)/);
    assert.deepEqual(timesOf(first), [], "nobody works at the first location that day");

    const wish = `location=${uptown}&people=3&addon=${beard}`;
    const times = await ana.get(asking(`date=${wednesday.date}&${wish}`));
    assert.match(times.$("main").text(), /Central .* Time/);
    assert.equal(timesOf(times)[0], wednesday.iso);
    const who = await goOn(times, wednesday.iso);
    assert.match(
      who.$("dl").text(),
      /Haircut, 45 minutes[^]*Beard trim[^]*3 people[^]*Uptown[^]*9:00 AM, Central/,
    );
    const { target, values } = formOf(who, "/appointments");
    const done = await ana.post(target, { ...values, name: "Dora Diaz" });
    assert.equal(done.status, 303, done.html);
    assert.deepEqual(await stored(done.location), {
      at: uptown,
      people: 3,
      price: 3 * (3500 + 900),
      zone: CHICAGO,
      minutes: 45,
    });
    const facts = (await ana.get(done.location)).$("dl").first().text();
    assert.match(facts, /And\s*Beard trim\s*For\s*3 people\s*Where\s*Uptown/);
  });

  it("stays with it when the customer is searched for or somebody else is chosen", async () => {
    const start = encodeURIComponent(wednesday.iso);
    const more = `date=${wednesday.date}&start=${start}&location=${uptown}&addon=${beard}`;
    const page = await ana.get(asking(`${more}&people=1&q=dora`));
    const search = page.$("form[role=search]");
    assert.equal(search.find("input[name=location]").val(), String(uptown));
    assert.equal(search.find("input[name=addon]").val(), String(beard));
    for (const link of page.$("ul.list a").toArray())
      assert.match(
        String(page.$(link).attr("href")),
        new RegExp(`location=${uptown}&addon=${beard}`),
      );
  });

  it("is carried through the plan of one that repeats", async () => {
    const start = encodeURIComponent(upcoming(3, 660, CHICAGO).iso);
    const who = await ana.get(asking(`start=${start}&location=${uptown}&people=2`));
    const { target, values } = formOf(who, "/appointments");
    const repeat = { name: "Dora Diaz", repeat: "week", repeat_times: "2" };
    const plan = await ana.post(target, { ...values, ...repeat });
    assert.equal(plan.status, 200, plan.html);
    const form = formOf(plan, "/appointments");
    const done = await ana.post(form.target, form.values);
    assert.equal(done.status, 303, done.html);
    assert.equal((await stored(done.location))?.at, uptown);
    assert.equal((await stored(done.location))?.people, 2);
  });

  it("is nobody else's location, and one where the service is offered", async () => {
    assert.equal((await ana.get(asking("location=99999"))).status, 404);
    await change(
      `INSERT INTO service_locations (business_id, service_id, location_id)
       SELECT $businessId, $haircut, MIN(id) FROM locations WHERE business_id = $businessId`,
    );
    const page = await ana.get(asking(`location=${uptown}`));
    assert.equal(page.status, 422);
    assert.match(page.$(".errors").text(), /Haircut is not offered at Uptown/);
    const { _csrf = "" } = formOf(await ana.get(`/b/anas-salon/customers/new`)).values;
    const fields = { _csrf, service: String(cast.haircut.id), location: String(uptown) };
    assert.equal((await ana.post(BOOK, { ...fields, start: wednesday.iso })).status, 400);
    await change("DELETE FROM service_locations WHERE service_id = $haircut");
  });

  it("comes from the free cell of the day: where its provider works then", async () => {
    const day = await ana.get(`${BOOK}?view=day&date=${wednesday.date}`);
    const cells = day.$("main a[href*='start=']").toArray();
    const links = cells.map((cell) => String(day.$(cell).attr("href")));
    assert.ok(links.length > 0);
    assert.ok(
      links.every((link) => link.includes(`location=${uptown}`)),
      links.join("\n"),
    );
    const page = await ana.get(links[0] ?? "");
    assert.match(page.$("main").text(), /Central/);
    assert.equal(page.$("input[name=location]").val(), String(uptown));
  });

  it("is what a time is explained for, and an appointment moved at", async () => {
    const asked = `service=${cast.haircut.id}&date=${wednesday.date}&time=4:00 pm`;
    const elsewhere = await ana.get(`/b/anas-salon/explanations?${asked}`);
    assert.match(elsewhere.$("tbody").text(), /not working on that day/);
    const there = await ana.get(`/b/anas-salon/explanations?${asked}&location=${uptown}`);
    assert.match(there.$("tbody").text(), /Central .* Time[^]*free, and offered/);
    assert.match(there.$("main a:contains(Book it)").attr("href") ?? "", /location=\d+/);

    const appointment = await booked(cast, { start: tuesday.instant, name: "Mo Move" });
    const { locationId } = await again(appointment);
    await change("UPDATE appointments SET location_id = $uptown, zone = $zone WHERE id = $id", {
      uptown,
      zone: CHICAGO,
      id: appointment.id,
    });
    assert.notEqual(locationId, uptown);
    const url = `${BOOK}/${appointment.id}/rescheduling`;
    const form = await ana.get(`${url}?date=${tuesday.date}`);
    assert.match(form.$("main").text(), /Central .* Time/);
    const typed = { date: wednesday.date, time: "3:00 pm" };
    const done = await ana.submit(url, typed, "/rescheduling");
    assert.equal(done.status, 303, done.html);
    const moved = await again(appointment);
    assert.equal(moved.locationId, uptown);
    assert.equal(moved.zone, CHICAGO);
    assert.equal(moved.startsAt, wednesday.instant + 6 * 60 * MINUTE);
  });
});
