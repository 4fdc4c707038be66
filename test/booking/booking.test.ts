import assert from "node:assert/strict";
import { rows } from "../../src/models/database.ts";
import { type Browser, formOf, signedIn, visitor } from "../support/browser.ts";
import { buildService, buildStaff, upcoming, type World, world } from "../support/world.ts";

const MARY = { name: "Mary Major", email: "mary@example.com", phone: "555 0111", note: "" };

describe("booking", () => {
  let cast: World;
  let mary: Browser;
  const monday = upcoming(1, 600); // Monday, 10:00 in New York
  beforeEach(async () => {
    cast = await world();
    mary = visitor();
  });

  /** Keeps Monday at 10 and gives the address of the details form. */
  async function hold(): Promise<string> {
    const held = await mary.submit(
      `/book/anas-salon/haircut?from=${monday.date}`,
      { start: monday.iso },
      "/haircut",
    );
    assert.equal(held.status, 303, held.html);
    return held.location;
  }

  async function book(): Promise<string> {
    const booked = await mary.submit(await hold(), MARY);
    assert.equal(booked.status, 303, booked.html);
    return booked.location;
  }

  it("lists what can be booked, with length and price", async () => {
    const page = await mary.get("/book/anas-salon");
    assert.equal(page.status, 200);
    assert.match(page.$("main").text(), /Haircut\s*30 minutes, \$35\.00/);
  });

  it("shows a week of free times under their days, with the zone", async () => {
    const page = await mary.get(`/book/anas-salon/haircut?from=${monday.date}`);
    assert.equal(page.$("input[name=start]").length, 5 * 16);
    assert.match(page.$("main").text(), /Eastern .*Time \(America\/New_York\)/);
    assert.match(page.$("h2").first().text(), /^Monday, /);
    assert.equal(page.$("h2").length, 7);
  });

  it("goes from a free time to a confirmation", async () => {
    const page = await mary.get(await book());
    assert.equal(page.status, 200);
    assert.match(page.$("main").text(), /It is booked/);
    assert.match(page.$("main").text(), /Haircut, 30 minutes/);
    assert.match(page.$("main").text(), /Monday, .*10:00 AM/);
    const [{ n } = { n: 0 }] = await rows<{ n: number }>("SELECT count(*) AS n FROM appointments");
    assert.equal(n, 1);
  });

  it("keeps a phone number that is known, whoever books under a name, and shows staff the other", async () => {
    await book();
    const url = `/book/anas-salon/haircut?from=${monday.date}`;
    const held = await mary.submit(url, { start: upcoming(1, 660).iso }, "/haircut");
    const booked = await mary.submit(held.location, { ...MARY, phone: "555 0666" });
    const phones = await rows(
      `SELECT c.phone AS known, a.phone AS other FROM appointments a
       JOIN customers c ON c.business_id = a.business_id AND c.id = a.customer_id ORDER BY a.id`,
    );
    assert.deepEqual(phones, [
      { known: "555 0111", other: null },
      { known: "555 0111", other: "555 0666" },
    ]);
    // Whoever books under a name learns nothing of who has it.
    const own = await mary.get(booked.location);
    assert.doesNotMatch(own.html, /555 0111|555 0666/);
    const [{ id } = { id: 0 }] = await rows<{ id: number }>(
      "SELECT MAX(id) AS id FROM appointments",
    );
    const ana = await signedIn(cast.ana);
    const page = await ana.get(`/b/anas-salon/appointments/${id}`);
    assert.match(page.$("main").text(), /555 0111\s*555 0666 \(given with this booking\)/);
  });

  it("no longer offers a time that is kept or booked", async () => {
    await hold();
    const page = await visitor().get(`/book/anas-salon/haircut?from=${monday.date}`);
    const values = page
      .$("input[name=start]")
      .toArray()
      .map((input) => page.$(input).val());
    assert.equal(values.length, 5 * 16 - 1);
    assert.ok(!values.includes(monday.iso));
  });

  it("[D29] books once, however often the form is sent", async () => {
    const page = await mary.get(await hold());
    const { target, values } = formOf({ ...page, url: page.url });
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => visitor().post(target, { ...values, ...MARY })),
    );
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([303]));
    assert.equal(new Set(answers.map(({ location }) => location)).size, 1);
    const [{ n } = { n: 0 }] = await rows<{ n: number }>("SELECT count(*) AS n FROM appointments");
    assert.equal(n, 1);
  });

  it("shows what was typed and why it was refused", async () => {
    const page = await mary.submit(await hold(), { ...MARY, name: "<b>Mary", email: "mary" });
    assert.equal(page.status, 422);
    assert.equal(page.$("#name").val(), "<b>Mary");
    assert.match(page.$("#email-error").text(), /like name@example.com/);
    assert.equal(page.$(".errors a[href='#email']").length, 1);
  });

  it("refuses a start that is none, and one that is not offered", async () => {
    const at = `/book/anas-salon/haircut?from=${monday.date}`;
    assert.equal((await mary.submit(at, { start: "soon" }, "/haircut")).status, 422);
    const early = upcoming(1, 8 * 60);
    const refused = await mary.submit(at, { start: early.iso }, "/haircut");
    assert.equal(refused.status, 409);
    assert.ok(refused.$("input[name=start]").length > 0);
  });

  it("offers the next free times when a time has gone, and the way on to who pressed twice", async () => {
    const page = await mary.get(`/book/anas-salon/haircut?from=${monday.date}`);
    const { target, values } = formOf(page, "/haircut");
    const first = await mary.post(target, { ...values, start: monday.iso });
    const second = await mary.post(target, { ...values, start: monday.iso });
    assert.equal(second.status, 409);
    assert.match(second.$("h1").text(), /just been taken/);
    assert.match(second.$("main").text(), /Times are in .+ \(America\/New_York\)/);
    assert.equal(second.$(".note a").attr("href"), first.location);
    const other = await visitor().submit(
      `/book/anas-salon/haircut?from=${monday.date}`,
      { start: monday.iso },
      "/haircut",
    );
    assert.equal(other.$(".note a").length, 0);
  });

  it("moves an appointment, which stays at the same address", async () => {
    const at = await book();
    const later = upcoming(1, 11 * 60);
    const moved = await mary.submit(
      `${at}/rescheduling?from=${monday.date}`,
      { start: later.iso },
      "/rescheduling",
    );
    assert.equal(moved.location, at);
    assert.match((await mary.get(at)).$("main").text(), /11:00 AM/);
  });

  it("cancels, and cancelling twice is cancelling once", async () => {
    const at = await book();
    const page = await mary.get(at);
    const { target, values } = formOf(page, "/cancellation");
    for (let i = 0; i < 2; i++) assert.equal((await mary.post(target, values)).status, 303);
    assert.match((await mary.get(at)).$("h1").text(), /cancelled/);
    const free = await mary.get(`/book/anas-salon/haircut?from=${monday.date}`);
    assert.equal(free.$("input[name=start]").length, 5 * 16);
  });

  it("gives a calendar file", async () => {
    const file = await mary.get(`${await book()}/calendar.ics`);
    assert.match(file.html, /^BEGIN:VCALENDAR\r\n/);
    assert.match(file.html, /METHOD:PUBLISH/);
    assert.match(file.html, /END:VCALENDAR\r\n$/);
    assert.ok(file.html.replaceAll("\r\n ", "").includes(`mailto:${cast.salon.email}\r\n`));
  });

  it("[P3.1] sets no cookie on the way", async () => {
    await mary.get(await book());
    assert.equal(mary.cookie, undefined);
    assert.equal(cast.salon.slug, "anas-salon");
  });
});

describe("the customer's page", () => {
  const monday = upcoming(1, 600);
  beforeEach(async () => {
    await world();
  });

  it("says from when to when, for whom, and where the confirmation goes", async () => {
    const browser = visitor();
    const times = `/book/anas-salon/haircut?from=${monday.date}`;
    const held = await browser.submit(times, { start: monday.iso }, "/haircut");
    assert.match(
      (await browser.get(held.location)).$("main").text(),
      /until .* \(Eastern .* Time\)/,
    );
    const booked = await browser.submit(held.location, { ...MARY, note: "By the window" });
    const text = (await browser.get(booked.location)).$("main").text();
    assert.match(text, /10:00 AM to 10:30 AM \(Eastern/);
    assert.match(text, /Mary Major, mary@example\.com/);
    assert.match(text, /A confirmation goes to mary@example\.com/);
    assert.match(text, /By the window/);
  });

  it("says from where it was moved, and moves to the same provider unless asked otherwise", async () => {
    const cast = await world();
    const zoe = await buildStaff(cast.salon, { name: "Zoe" });
    const colour = await buildService(cast.salon, { slug: "colour", name: "Colour" }, [
      cast.benStaff,
      zoe,
    ]);
    const browser = visitor();
    const held = await browser.submit(
      `/book/anas-salon/colour?from=${monday.date}&staff=${cast.benStaff.id}`,
      { start: monday.iso },
      "/colour",
    );
    const { location } = await browser.submit(held.location, MARY);
    const page = await browser.get(`${location}/rescheduling?from=${monday.date}`);
    assert.match(page.$("main").text(), /Colour with Ben Brown, now on Monday/);
    assert.equal(page.$("#staff").val(), String(cast.benStaff.id));
    const later = upcoming(1, 660).iso;
    await browser.submit(
      `${location}/rescheduling?from=${monday.date}&staff=${zoe.id}`,
      { start: later },
      "/rescheduling",
    );
    const text = (await browser.get(location)).$("main").text();
    assert.match(text, /It was moved here from Monday, .* 10:00 AM .* with Ben Brown\./);
    assert.match(text, /WithZoe/);
    assert.equal(colour.name, "Colour");
  });

  it("sends who wants to move a cancelled appointment elsewhere", async () => {
    const browser = visitor();
    const times = `/book/anas-salon/haircut?from=${monday.date}`;
    const held = await browser.submit(times, { start: monday.iso }, "/haircut");
    const { location } = await browser.submit(held.location, MARY);
    await browser.submit(location, {}, "/cancellation");
    const page = await browser.get(`${location}/rescheduling`);
    assert.equal(page.status, 409);
    assert.match(page.$("main").text(), /has been cancelled/);
  });
});
