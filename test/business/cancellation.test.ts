import assert from "node:assert/strict";
import { rows, run, transaction } from "../../src/models/database.ts";
import { again, BOOK, booked, fieldsOf, historyOf, tokenOf, tuesday } from "../support/book.ts";
import { type Browser, signedIn } from "../support/browser.ts";
import { type World, world } from "../support/world.ts";

describe("cancelling an appointment", () => {
  let cast: World;
  let ana: Browser;
  let ben: Browser;

  beforeEach(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
    ben = await signedIn(cast.ben);
  });

  it("asks first, then gives the time back; done twice is done once", async () => {
    const appointment = await booked(cast);
    const url = `${BOOK}/${appointment.id}/cancellation`;
    const shown = await ana.get(url);
    assert.equal((await again(appointment)).status, "confirmed");
    const fields = fieldsOf(shown, {}, "/cancellation");
    for (let i = 0; i < 2; i++) assert.equal((await ana.post(url, fields)).status, 303);
    assert.equal((await again(appointment)).status, "cancelled");
    assert.equal((await historyOf(appointment)).length, 2);
    assert.deepEqual(await rows("SELECT id FROM allocations"), []);
    const page = await ana.get(`${BOOK}/${appointment.id}`);
    assert.match(page.$(".note").text(), /was cancelled on/);
    assert.equal(page.$(`a[href="${url}"]`).length, 0);
    assert.equal((await ana.get(url)).status, 409);
    assert.equal((await ana.get(`${BOOK}/${appointment.id}/rescheduling`)).status, 409);
  });

  it("says who hears of it before it is done", async () => {
    const { id } = await booked(cast);
    const told = async () => (await ana.get(`${BOOK}/${id}/cancellation`)).$("main ul").text();
    assert.match(await told(), /Dora Diaz gets a mail at dora@example\.com/);
    assert.match(await told(), /Ben Brown gets a mail/);
    await transaction(() => run("UPDATE customers SET email = NULL"));
    assert.match(await told(), /Dora Diaz gets no mail: no mail address is known/);
    await transaction(() => run("UPDATE notices SET enabled = FALSE"));
    assert.match(await told(), /Dora Diaz gets no mail: that notice is turned off/);
    assert.match(await told(), /Ben Brown gets no mail: that notice is turned off/);
  });

  it("is refused when the appointment has been moved meanwhile", async () => {
    const appointment = await booked(cast);
    const shown = await ana.get(`${BOOK}/${appointment.id}/cancellation`);
    const fields = { date: tuesday.date, time: "11:00" };
    await ben.submit(`${BOOK}/${appointment.id}/rescheduling`, fields, "/rescheduling");
    const url = `${BOOK}/${appointment.id}/cancellation`;
    const page = await ana.post(url, fieldsOf(shown, {}, "/cancellation"));
    assert.equal(page.status, 409);
    assert.match(page.$("main").text(), /Ben Brown\s+moved it/);
    assert.equal((await again(appointment)).status, "confirmed");
    assert.equal((await ana.post(url, await tokenOf(ana))).status, 409);
  });

  it("says so in the history when the customer could no longer have done it [D6]", async () => {
    await transaction(() => run("UPDATE services SET cancelling_notice = 20160"));
    const appointment = await booked(cast);
    const url = `${BOOK}/${appointment.id}/cancellation`;
    assert.match((await ana.get(url)).$(".note").text(), /could no longer cancel it online/);
    await ana.submit(url, {}, "/cancellation");
    assert.equal((await historyOf(appointment)).at(-1)?.details.override, true);
  });
});
