import assert from "node:assert/strict";
import { run, transaction } from "../../src/models/database.ts";
import { clockChanges } from "../support/book.ts";
import { type Browser, signedIn, visitor } from "../support/browser.ts";
import {
  buildBusiness,
  buildPerson,
  buildService,
  buildStaff,
  upcoming,
  type World,
  world,
} from "../support/world.ts";

describe("why a time is not offered [D28]", () => {
  let cast: World;
  let ana: Browser;
  const at = "/b/anas-salon/explanations";
  const tuesday = upcoming(2, 540);

  beforeEach(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
  });

  const ask = (time: string, more = "") =>
    ana.get(
      `${at}?service=${cast.haircut.id}&date=${tuesday.date}&time=${encodeURIComponent(time)}${more}`,
    );

  it("asks for service, day and time", async () => {
    const page = await ana.get(at);
    assert.equal(page.status, 200);
    assert.equal(page.$("select#service option").text().trim(), "Haircut");
    assert.equal(page.$("table").length, 0);
  });

  it("is a page that the book, the hours and a day without times lead to", async () => {
    const from = [
      "/b/anas-salon/appointments",
      "/b/anas-salon/appointments?view=list",
      "/b/anas-salon/hours",
      `/b/anas-salon/hours/${cast.benStaff.id}`,
      `/b/anas-salon/appointments/new?service=${cast.haircut.id}&date=${upcoming(6, 540).date}`,
    ];
    for (const url of from) {
      const { $ } = await ana.get(url);
      const link = $(`main a[href^="${at}"]`).last().attr("href") ?? "";
      assert.equal((await ana.get(link)).status, 200, url);
    }
  });

  it("says that a free time is offered", async () => {
    const page = await ask("9:00");
    assert.equal(page.$('main a[href*="time=9"]').length, 1);
    assert.equal(page.$("td.good").text(), "yes");
    assert.match(page.$("table").text(), /Ben Brown.*Eastern/s);
  });

  it("names the first rule for a time outside of hours, between steps and in the past", async () => {
    assert.match(
      (await ask("20:00")).$("table").text(),
      /outside of working hours, which are 9:00 AM–5:00 PM/,
    );
    assert.match((await ask("9:10")).$("table").text(), /every 30 minutes, counted from 9:00 AM/);
    const past = await ana.get(`${at}?service=${cast.haircut.id}&date=2020-01-06&time=09:00`);
    assert.match(past.$("table").text(), /in the past/);
  });

  it("names a booking, a closure and an exception that stand in the way", async () => {
    const { salon, benStaff, haircut } = cast;
    await ana.submit(
      `/b/anas-salon/appointments/new?service=${haircut.id}&date=${tuesday.date}&start=${encodeURIComponent(tuesday.iso)}`,
      { name: "Dora" },
      "/appointments",
    );
    const taken = await ask("9:10");
    assert.match(taken.$("table").text(), /Ben Brown.*has Dora 9:00 AM–9:30 AM/s);
    assert.equal(taken.$('main a[href*="time=9"]').length, 0, "nothing to book");
    await transaction(() =>
      run(
        `INSERT INTO exceptions (business_id, staff_id, date, kind, from_minute, to_minute)
         VALUES ($business, $staff, $date, 'closed', 600, 660)`,
        { business: salon.id, staff: benStaff.id, date: tuesday.date },
      ),
    );
    assert.match((await ask("10:00")).$("table").text(), /away on .* from 10:00 AM to 11:00 AM/);
    await transaction(() =>
      run(
        "INSERT INTO closures (business_id, from_date, to_date) VALUES ($business, $date, $date)",
        {
          business: salon.id,
          date: tuesday.date,
        },
      ),
    );
    assert.match((await ask("11:00")).$("table").text(), /closed on/);
  });

  it("answers for a time that does not exist and for one that comes twice", async () => {
    const { salon, haircut } = cast;
    const { forward, back } = clockChanges();
    const gap = await ana.get(`${at}?service=${haircut.id}&date=${forward}&time=2:30`);
    assert.match(gap.$("table").text(), /does not exist/);
    const night = await buildStaff(salon, { name: "Nora Night", hours: [[7, 0, 480]] });
    const watch = await buildService(salon, { name: "Watch", horizonDays: 730 }, [night]);
    const twice = await ana.get(`${at}?service=${watch.id}&date=${back}&time=1:30`);
    assert.equal(twice.$("td.good").length, 2);
    assert.match(twice.$("table").text(), /1:30 AM \(UTC−4\).*1:30 AM \(UTC−5\)/s);
  });

  it("shows what was typed and what is wrong with it", async () => {
    const page = await ask("half past");
    assert.equal(page.status, 422);
    assert.equal(page.$("#time").val(), "half past");
    assert.equal(page.$(".errors a").attr("href"), "#time");
    assert.equal((await ana.get(`${at}?time=9:00`)).status, 422);
  });

  it("says so of somebody who does not provide the service", async () => {
    const other = await buildStaff(cast.salon, { name: "Eve Else" });
    assert.match((await ask("9:00", `&staff=${other.id}`)).$("table").text(), /does not provide/);
  });

  it("knows no service and nobody of another business", async () => {
    const page = await ana.get(`${at}?service=${cast.oil.id}&date=${tuesday.date}&time=9:00`);
    assert.equal(page.status, 404);
    assert.equal((await ask("9:00", `&staff=${cast.carlStaff.id}`)).status, 404);
    assert.equal((await ask("9:00", "&staff=abc")).status, 404);
  });

  it("is for staff", async () => {
    assert.equal((await (await signedIn(cast.ben)).get(at)).status, 200);
    assert.equal((await (await signedIn(cast.carl)).get(at)).status, 404);
    assert.match((await visitor().get(at)).location, /^\/login/);
  });

  it("says what is missing in a business without services", async () => {
    const business = await buildBusiness({ slug: "new-one" });
    const owner = await buildPerson();
    await buildStaff(business, { person: owner, role: "owner" });
    const page = await (await signedIn(owner)).get("/b/new-one/explanations");
    assert.match(page.$(".note").text(), /No service is offered yet/);
  });
});
