import assert from "node:assert/strict";
import { appointments, BOOK, booked, customerStep, tokenOf, tuesday } from "../support/book.ts";
import { type Browser, signedIn } from "../support/browser.ts";
import { buildPerson, buildService, buildStaff, type World, world } from "../support/world.ts";

describe("what a provider may", () => {
  let cast: World;
  let ben: Browser;

  beforeEach(async () => {
    cast = await world();
    ben = await signedIn(cast.ben);
  });

  it("shows everybody's, and lets her change her own", async () => {
    const own = await booked(cast);
    const page = await ben.get(`${BOOK}?date=${tuesday.date}`);
    assert.match(page.$("main").text(), /You see everybody’s appointments and change your own/);
    const url = `${BOOK}/${own.id}/cancellation`;
    assert.equal((await ben.submit(url, {}, "/cancellation")).status, 303);
  });

  it("keeps her from changing others', or booking with others", async () => {
    const eve = await buildStaff(cast.salon, { name: "Eve Else" });
    const colour = await buildService(cast.salon, { name: "Colour" }, [eve]);
    const { id } = await booked(cast, { service: colour, staff: eve });
    const page = await ben.get(`${BOOK}/${id}`);
    assert.equal(page.status, 200);
    assert.equal(page.$("main a.button").length, 0);
    const token = await tokenOf(ben);
    for (const path of ["/rescheduling", "/cancellation"]) {
      assert.equal((await ben.get(`${BOOK}/${id}${path}`)).status, 403);
      assert.equal((await ben.post(`${BOOK}/${id}${path}`, token)).status, 403);
    }
    assert.equal((await ben.post(`${BOOK}/${id}/deliveries/1/repetition`, token)).status, 403);
    assert.equal((await ben.get(`${BOOK}/new?staff=${eve.id}`)).status, 403);
    assert.equal((await ben.get(`${BOOK}/new?service=${colour.id}`)).status, 404);
    const day = await ben.get(`${BOOK}?date=${tuesday.date}`);
    assert.equal(day.$(`section a[href*="staff=${eve.id}"]`).length, 0);
    const own = await booked(cast);
    const move = `${BOOK}/${own.id}/rescheduling`;
    assert.equal((await ben.get(`${move}?staff=any`)).status, 404);
  });

  it("books with her", async () => {
    const shown = await ben.get(`${BOOK}/new`);
    assert.equal(shown.$("#staff option").length, 1);
    const done = await ben.submit(customerStep(cast), { name: "Dora" }, "/appointments");
    assert.equal(done.status, 303);
    assert.equal((await appointments())[0]?.staffId, cast.benStaff.id);
    const eve = await buildPerson();
    await buildStaff(cast.salon, { person: eve, bookable: false });
    const none = await (await signedIn(eve)).get(`${BOOK}/new`);
    assert.match(none.$(".note").text(), /Nothing can be booked with you/);
  });
});
