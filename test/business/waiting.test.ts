import assert from "node:assert/strict";
import { addDays } from "../../src/domain/time.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { booked, tuesday } from "../support/book.ts";
import { type Browser, signedIn } from "../support/browser.ts";
import { colleagues, type World, world } from "../support/world.ts";

const LIST = "/b/anas-salon/waiting";

describe("[D19] the waiting list, as staff work with it", () => {
  let cast: World;
  let ana: Browser;
  beforeEach(async () => {
    cast = await world();
    await transaction(() => run("UPDATE services SET waiting_list = TRUE"));
    await booked(cast);
    ana = await signedIn(cast.ana);
  });

  const wish = (more = {}) => ({
    name: "Wanda",
    email: "wanda@example.com",
    phone: "555 0103",
    from: tuesday.date,
    to: tuesday.date,
    after: "9:00",
    before: "9:00",
    ...more,
  });

  const form = async () => `${LIST}/new?service=${cast.haircut.id}`;
  const add = async (more = {}, who = ana) => who.submit(await form(), wish(more), LIST);

  /** The way to the form that offers who waits a time. */
  async function offering(): Promise<string> {
    await add();
    const [entry] = await rows<{ id: number }>("SELECT id FROM waiting_entries");
    return `${LIST}/${entry?.id}/offers`;
  }

  it("takes somebody who calls, and tells her", async () => {
    const { status, location } = await add();
    assert.deepEqual([status, location], [303, LIST]);
    const page = await ana.get(LIST);
    assert.match(page.$("tbody").text(), /Wanda[^]*555 0103[^]*Haircut[^]*nothing yet/);
    const owed = await rows("SELECT kind FROM deliveries WHERE kind = 'waiting_joined'");
    assert.equal(owed.length, 1);
    const log = await ana.get("/b/anas-salon/deliveries?channel=mails");
    assert.match(log.$("tbody tr").first().text(), /Wanda/);
    assert.match(page.$("tbody").text(), /added by Ana Alvarez/);
  });

  it("writes into the history who put somebody there and took her off", async () => {
    await add();
    const [entry] = await rows<{ id: number }>("SELECT id FROM waiting_entries");
    await ana.submit(LIST, {}, `/${entry?.id}/removal`);
    const told = await rows<{ action: string; details: string }>(
      `SELECT action, details FROM audit_entries WHERE action LIKE 'waiting.%' AND staff_id = $id
       ORDER BY id`,
      { id: cast.anaStaff.id },
    );
    const details = JSON.stringify({ waitingId: entry?.id });
    assert.deepEqual(told, [
      { action: "waiting.added", details },
      { action: "waiting.removed", details },
    ]);
  });

  it("refuses what cannot be, keeping what was typed", async () => {
    const wrong = await add({ name: "", email: "", to: "2020-01-01" });
    assert.equal(wrong.status, 422);
    for (const name of ["name", "email", "to"])
      assert.equal(wrong.$(`#${name}-error`).length, 1, name);
    assert.equal(wrong.$("#phone").val(), "555 0103");
    assert.match((await add({ before: "12:00" })).$("#from-error").text(), /free times/);
    await add();
    assert.match((await add()).$("#email-error").text(), /already/);
  });

  it("offers what is chosen by hand: kept and mailed, once and never twice", async () => {
    const offers = await offering();
    const day = addDays(tuesday.date, 1);
    const page = await ana.get(`${offers}/new?date=${day}`);
    const start = String(page.$("input[name=start]").first().val());
    assert.ok(start.startsWith(day), "any day, whatever she wished");
    const path = `${offers}/new?date=${day}`;
    assert.equal((await ana.submit(path, {}, `/offers?date=${day}`)).status, 422);
    assert.equal((await ana.submit(path, { start }, `/offers?date=${day}`)).status, 303);
    const list = await ana.get(LIST);
    assert.match(list.$("tbody").text(), /with Ben Brown: kept until .*, offered by Ana Alvarez/);
    assert.equal(list.$('a[href$="/offers/new"]').length, 0);
    const again = await ana.submit(path, { start: tuesday.iso }, `/offers?date=${day}`);
    assert.equal(again.status, 409);
    await transaction(() => run("UPDATE waiting_offers SET state = 'expired'"));
    await transaction(() => run("UPDATE waiting_entries SET state = 'waiting'"));
    await transaction(() => run("DELETE FROM allocations WHERE hold_id IS NOT NULL"));
    const twice = await ana.submit(path, { start }, `/offers?date=${day}`);
    assert.equal(twice.status, 409);
    assert.match(twice.$(".error").text(), /before/);
    assert.match((await ana.get(LIST)).$("tbody").text(), /not answered/);
    const inTheNotice = "UPDATE services SET booking_notice = 100000";
    await transaction(() => run(inTheNotice));
    assert.equal((await ana.get(path)).$("input[name=start]").length, 0);
  });

  it("shows nobody's list to others, and a provider her own part", async () => {
    const offers = await offering();
    const carl = await signedIn(cast.carl);
    assert.equal((await carl.get(`${offers}/new`)).status, 404);
    const elsewhere = offers.replace("anas-salon", "carls-garage");
    assert.equal((await carl.get(`${elsewhere}/new`)).status, 404);
    const { sven } = await colleagues(cast);
    const [svens] = await rows<{ id: number }>("SELECT id FROM staff WHERE person_id = $id", {
      id: sven.id,
    });
    await transaction(() => run("UPDATE waiting_entries SET staff_id = $id", { id: svens!.id }));
    const ben = await signedIn(cast.ben);
    assert.equal((await ben.get(`${offers}/new`)).status, 404);
    assert.equal((await add({ email: "xena@example.com" }, ben)).status, 303);
    const [xena] = await rows<{ staffId: number }>(
      `SELECT staff_id AS "staffId" FROM waiting_entries WHERE email = 'xena@example.com'`,
    );
    assert.equal(typeof xena?.staffId, "number", "with himself");
  });
});
