import assert from "node:assert/strict";
import { MINUTE } from "../../src/domain/time.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import {
  again,
  BOOK,
  booked,
  fieldsOf,
  historyOf,
  provides,
  saturday,
  timesOf,
  tuesday,
} from "../support/book.ts";
import { type Browser, signedIn } from "../support/browser.ts";
import { buildStaff, type World, world } from "../support/world.ts";

describe("moving an appointment", () => {
  let cast: World;
  let ana: Browser;

  beforeEach(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
  });

  it("goes to another free time of the week and tells the customer", async () => {
    const appointment = await booked(cast);
    const url = `${BOOK}/${appointment.id}/rescheduling`;
    const shown = await ana.get(url);
    assert.equal(shown.status, 200);
    const wanted = timesOf(shown).find((time) => time.startsWith(`${tuesday.date}T09:30`));
    const done = await ana.submit(url, { start: wanted ?? "" }, "/rescheduling");
    assert.equal(done.location, `${BOOK}/${appointment.id}`);
    const moved = await again(appointment);
    assert.equal(moved.startsAt, tuesday.instant + 30 * MINUTE);
    assert.equal(moved.sequence, 1);
    const kinds = await rows<{ kind: string; state: string }>(
      "SELECT kind, state FROM deliveries WHERE sequence = 1",
    );
    assert.ok(kinds.some(({ kind }) => kind === "change"));
    assert.match(
      (await ana.get(done.location)).$("main").text(),
      /moved it from Tuesday, .*, 9:00 AM to Tuesday, .*, 9:30 AM/,
    );
  });

  it("may take a time that overlaps its own", async () => {
    const appointment = await booked(cast);
    const url = `${BOOK}/${appointment.id}/rescheduling`;
    const fields = { date: tuesday.date, time: "9:10", override: "1" };
    assert.equal((await ana.submit(url, fields, "/rescheduling")).status, 303);
    assert.equal((await again(appointment)).startsAt, tuesday.instant + 10 * MINUTE);
    assert.equal((await historyOf(appointment)).at(-1)?.details.override, true);
  });

  it("gives it to another provider, and tells both", async () => {
    const eve = await buildStaff(cast.salon, { name: "Eve Else", email: "eve@salon.example" });
    await provides(eve, cast.haircut);
    const appointment = await booked(cast);
    const url = `${BOOK}/${appointment.id}/rescheduling?staff=${eve.id}`;
    const done = await ana.submit(url, { start: tuesday.iso }, "/rescheduling");
    assert.equal(done.status, 303);
    assert.equal((await again(appointment)).staffId, eve.id);
    assert.match(
      (await ana.get(done.location)).$("main").text(),
      /moved it, Ben Brown to Eve Else/,
    );
    const told = await rows<{ kind: string; staffId: number }>(
      `SELECT kind, staff_id AS "staffId" FROM deliveries WHERE staff_id IS NOT NULL AND sequence = 1 ORDER BY kind`,
    );
    assert.deepEqual(
      told.map(({ kind, staffId }) => [kind, staffId]),
      [
        ["staff_booked", eve.id],
        ["staff_cancelled", cast.benStaff.id],
      ],
    );
  });

  it("offers other times when somebody has just taken the one chosen", async () => {
    const appointment = await booked(cast);
    await booked(cast, { name: "Quick Quentin", start: tuesday.instant + 30 * MINUTE });
    const url = `${BOOK}/${appointment.id}/rescheduling`;
    const page = await ana.submit(url, { date: tuesday.date, time: "9:30" }, "/rescheduling");
    assert.equal(page.status, 409);
    assert.equal(page.$("#time").val(), "");
    assert.match(page.$(".note").text(), /Ben Brown has Quick Quentin 9:30 AM–10:00 AM/);
    assert.equal(page.$("h1").text(), "This time is taken");
    const [next] = timesOf(page);
    const done = await ana.post(url, fieldsOf(page, { start: next ?? "" }, "/rescheduling"));
    assert.equal(done.status, 303);
  });

  it("tells why a time is not offered, and keeps it typed", async () => {
    const appointment = await booked(cast);
    const url = `${BOOK}/${appointment.id}/rescheduling`;
    const page = await ana.submit(url, { date: saturday.date, time: "9:00" }, "/rescheduling");
    assert.equal(page.status, 422);
    assert.equal(page.$("#time").val(), "9:00");
    assert.match(page.$(".note").text(), /not working on that day/);
    assert.match(page.$(".errors").text(), /not offered/);
    const none = await ana.submit(url, {}, "/rescheduling");
    assert.equal(none.status, 422);
    assert.match(none.$(".errors").text(), /Choose a time/);
    const bad = await ana.submit(url, { date: "never", time: "9:00" }, "/rescheduling");
    assert.match(bad.$("#date-error").text(), /Enter a day/);
    assert.equal((await again(appointment)).sequence, 0);
  });

  it("refuses a form that shows it as it was before a change, and tells how it is now", async () => {
    const appointment = await booked(cast);
    const url = `${BOOK}/${appointment.id}/rescheduling`;
    const shown = await ana.get(url);
    const first = fieldsOf(shown, { date: tuesday.date, time: "11:00" }, "/rescheduling");
    assert.equal((await ana.post(url, first)).status, 303);
    const second = fieldsOf(shown, { date: tuesday.date, time: "12:00" }, "/rescheduling");
    const page = await ana.post(url, second);
    assert.equal(page.status, 409);
    assert.match(
      page.$("main").text(),
      /changed meanwhile[^]*Ana Alvarez\s+moved it[^]*11:00 AM to/,
    );
    assert.equal((await again(appointment)).sequence, 1);
    // The very same form sent twice has done what it asked for.
    assert.equal((await ana.post(url, first)).status, 303);
    assert.equal((await again(appointment)).sequence, 1);
  });

  it("says so in the history when the customer could no longer have done it [D6]", async () => {
    await transaction(() => run("UPDATE services SET rescheduling_notice = 20160"));
    const appointment = await booked(cast);
    const url = `${BOOK}/${appointment.id}/rescheduling`;
    assert.match((await ana.get(url)).$("main").text(), /could no longer move it online/);
    const done = await ana.submit(url, { date: tuesday.date, time: "11:00" }, "/rescheduling");
    assert.equal(done.status, 303);
    assert.equal((await historyOf(appointment)).at(-1)?.details.override, true);
  });

  it("keeps the length it was booked with", async () => {
    const appointment = await booked(cast);
    await transaction(() => run("UPDATE services SET minutes = 5, step = 5"));
    const url = `${BOOK}/${appointment.id}/rescheduling`;
    await ana.submit(url, { date: tuesday.date, time: "11:00" }, "/rescheduling");
    const [taken] = await rows<{ length: number }>(
      "SELECT busy_until - busy_from AS length FROM allocations",
    );
    assert.equal(Number(taken?.length), 30 * MINUTE);
  });

  it("knows nobody of another business", async () => {
    const { id } = await booked(cast);
    const url = `${BOOK}/${id}/rescheduling`;
    assert.equal((await ana.get(`${url}?staff=${cast.carlStaff.id}`)).status, 404);
    assert.equal((await ana.get(`${url}?staff=abc`)).status, 404);
  });
});
