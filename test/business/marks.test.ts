import assert from "node:assert/strict";
import { run, transaction } from "../../src/models/database.ts";
import { bookHaircut } from "../support/bookings.ts";
import { BOOK, tokenOf } from "../support/book.ts";
import { type Browser, signedIn } from "../support/browser.ts";
import { buildService, buildStaff, type World, world } from "../support/world.ts";

const AT = "/b/anas-salon";

describe("saying what became of an appointment", () => {
  let cast: World;
  let ana: Browser;
  let id: number;
  before(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
    // Today, whatever the hour: it has begun, and is still today's.
    const now = Temporal.Now.zonedDateTimeISO("America/New_York");
    const start = now.startOfDay().epochMilliseconds;
    id = await bookHaircut(cast, { start, now: Date.now() });
  });

  it("takes one press on the overview, and leads back there", async () => {
    const today = async () => (await ana.get(AT)).$("#today").closest("section");
    assert.match((await today()).find("td").last().text(), /confirmed\s*Arrived/);
    const sent = await ana.submit(AT, {}, `/${id}/arrival`);
    assert.deepEqual([sent.status, sent.location], [303, AT]);
    assert.match((await today()).find("td").last().text(), /arrived\s*Completed/);
  });

  it("leads nowhere else than asked by our own pages", async () => {
    const token = await tokenOf(ana);
    for (const back of ["https://evil.example", "//evil.example", "x"]) {
      const sent = await ana.post(`${BOOK}/${id}/arrival`, { ...token, back });
      assert.equal(sent.location, `${BOOK}/${id}`);
    }
  });

  it("is offered on its page, with who said what when in the history", async () => {
    const shown = async () => {
      const { $ } = await ana.get(`${BOOK}/${id}`);
      const buttons = $(".marks button").toArray();
      return [$("dd span").last().text(), ...buttons.map((button) => $(button).text())];
    };
    assert.deepEqual(await shown(), ["arrived", "Completed", "Take back"]);
    await ana.submit(`${BOOK}/${id}`, {}, "/completion");
    assert.deepEqual(await shown(), ["completed", "Take back"]);
    await ana.submit(`${BOOK}/${id}`, {}, "/correction");
    assert.deepEqual(await shown(), ["confirmed", "Arrived", "Completed", "Did not come"]);
    await ana.submit(`${BOOK}/${id}`, {}, "/no-show");
    assert.deepEqual(await shown(), ["did not come", "Arrived", "Take back"]);
    const { $ } = await ana.get(`${BOOK}/${id}`);
    assert.match($("table").first().text(), /Ana Alvarez\s*said that the customer did not come/);
    assert.equal($("main a.button").length, 0);
  });

  it("of what has happened shows how it is instead of moving or cancelling it", async () => {
    for (const path of ["/rescheduling", "/cancellation"]) {
      const { status, $ } = await ana.get(`${BOOK}/${id}${path}`);
      assert.equal(status, 409);
      assert.match($(".note").text(), /Ana Alvarez said that the customer did not come/);
    }
  });

  it("is found in the list by its status", async () => {
    const found = async (status: string) => {
      const { $ } = await ana.get(`${BOOK}?view=list&when=all&status=${status}`);
      return $("tbody tr").length;
    };
    assert.deepEqual([await found("no_show"), await found("confirmed")], [1, 0]);
    assert.equal(await found("toString"), 1); // no status: any
  });

  it("too early is refused", async () => {
    const start = Date.now() + 3 * 86_400_000;
    const later = await bookHaircut(cast, { start, now: Date.now() });
    const sent = await ana.post(`${BOOK}/${later}/arrival`, await tokenOf(ana));
    assert.equal(sent.status, 409);
  });

  it("of others’ appointments is not a provider’s", async () => {
    const eve = await buildStaff(cast.salon, { name: "Eve Else" });
    await buildService(cast.salon, { name: "Colour" }, [eve]);
    await transaction(() =>
      run("UPDATE appointments SET staff_id = $staffId WHERE id = $id", { staffId: eve.id, id }),
    );
    const ben = await signedIn(cast.ben);
    const token = await tokenOf(ben);
    for (const noun of ["arrival", "completion", "no-show", "correction"])
      assert.equal((await ben.post(`${BOOK}/${id}/${noun}`, token)).status, 403, noun);
    assert.equal((await ben.get(AT)).$(".marks").length, 0);
  });

  it("[P5.2] of another business’s appointment does not exist", async () => {
    const carl = await signedIn(cast.carl);
    const token = await tokenOf(carl, "carls-garage");
    for (const noun of ["arrival", "completion", "no-show", "correction"]) {
      const sent = await carl.post(`/b/carls-garage/appointments/${id}/${noun}`, token);
      assert.equal(sent.status, 404, noun);
    }
  });

  it("is asked for on the overview while an answer is owed", async () => {
    await transaction(() => run("UPDATE appointments SET status = 'requested'"));
    const { $ } = await ana.get(AT);
    // Today's has begun: nobody waits for an answer any more.
    assert.equal($("#waiting").closest("section").find("li").length, 1);
  });
});
