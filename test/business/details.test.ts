// What was told with an appointment, changed by staff afterwards.
import assert from "node:assert/strict";
import { isPostgres, run, transaction } from "../../src/models/database.ts";
import { Appointment } from "../../src/models/index.ts";
import { BOOK, booked, historyOf, tokenOf, tuesday } from "../support/book.ts";
import { type Browser, formOf, signedIn } from "../support/browser.ts";
import { asks, stored } from "../support/fields.ts";
import { buildService, buildStaff, type World, world } from "../support/world.ts";

describe("the note and the answers of an appointment", () => {
  let cast: World;
  let ana: Browser;
  let path: string;
  let id: number;
  beforeEach(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
    await asks(cast.salon, "Children", { subject: "appointment", type: "number" });
    await asks(cast.salon, "Formula", { subject: "appointment", requirement: "hidden" });
    ({ id } = await booked(cast, { note: "By bus" }));
    path = `${BOOK}/${id}/details`;
  });

  it("are changed, shown, found, and written into its history without what they say", async () => {
    const form = await ana.get(path);
    assert.equal(form.$("#note").val(), "By bus");
    assert.equal(form.$("#field_children-hint").text(), "Why we ask: Children");
    const typed = { field_children: "2", field_formula: "6N + 7W", note: "By train" };
    const done = await ana.submit(path, typed);
    assert.deepEqual([done.status, done.location], [303, `${BOOK}/${id}`]);
    assert.deepEqual(await stored("appointment"), ["Children: 2.0", "Formula: 6N + 7W"].map(whole));
    const shown = (await ana.get(done.location)).$("main").text();
    for (const text of ["By train", "6N + 7W", "changed the note or the answers"])
      assert.ok(shown.includes(text), text);
    const list = await ana.get(`${BOOK}?view=list&when=all&q=7w`);
    assert.match(list.$("tbody").text(), /Dora Diaz/);
    assert.deepEqual((await historyOf(await one())).at(-1)?.details, {});
    // Saved as it is, nothing has happened.
    await ana.submit(path);
    assert.equal((await historyOf(await one())).length, 2);
    await ana.submit(path, { field_formula: "" });
    assert.deepEqual(await stored("appointment"), ["Children: 2.0"].map(whole));
  });

  it("are asked again with what was typed when something is wrong", async () => {
    const again = await ana.submit(path, { field_children: "two", note: "By train" });
    assert.equal(again.status, 422);
    assert.equal(again.$("#field_children").val(), "two");
    assert.match(again.$("#field_children-error").text(), /Enter a number/);
    assert.equal(again.$("#note").val(), "By train");
    assert.deepEqual(await stored("appointment"), []);
  });

  it("are shown as two people would have them, when both change them", async () => {
    const { values } = formOf(await ana.get(path));
    await ana.submit(path, { field_children: "3" });
    const both = await ana.post(path, { ...values, field_children: "1" });
    assert.equal(both.status, 409);
    assert.match(both.$("tbody").text(), /Children31/);
    const done = await ana.post(path, formOf(both).values);
    assert.equal(done.status, 303);
    assert.deepEqual(await stored("appointment"), ["Children: 1.0"].map(whole));
  });

  it("stand when it is cancelled, and are gone when the customer is erased", async () => {
    await transaction(() => run("UPDATE customers SET erased_at = 1"));
    assert.equal((await ana.get(path)).status, 410);
    assert.doesNotMatch((await ana.get(`${BOOK}/${id}`)).html, /\/details"/);
    await transaction(() => run("UPDATE customers SET erased_at = NULL"));
    await transaction(() =>
      run("UPDATE appointments SET status = 'cancelled', cancelled_at = 1, pending_until = NULL"),
    );
    assert.equal((await ana.get(path)).status, 409);
    const token = await tokenOf(ana);
    assert.equal((await ana.post(path, { ...token, note: "x" })).status, 409);
    assert.equal((await one()).note, "By bus");
  });

  it("[P5.2] are nobody else's, and another provider's are hers", async () => {
    const carl = await signedIn(cast.carl);
    assert.equal((await carl.get(path)).status, 404);
    assert.equal((await carl.get(path.replace("anas-salon", "carls-garage"))).status, 404);
    const eve = await buildStaff(cast.salon, { name: "Eve Else" });
    const colour = await buildService(cast.salon, { name: "Colour" }, [eve]);
    const other = await booked(cast, { service: colour, staff: eve, start: tuesday.instant });
    const ben = await signedIn(cast.ben);
    const token = await tokenOf(ben);
    assert.equal((await ben.get(`${BOOK}/${other.id}/details`)).status, 403);
    assert.equal((await ben.post(`${BOOK}/${other.id}/details`, token)).status, 403);
    assert.equal((await ben.submit(path, { note: "Mine" })).status, 303);
  });

  async function one() {
    return Appointment.find(cast.salon, id);
  }
});

/** PostgreSQL writes a number that is whole without a fraction. */
function whole(line: string): string {
  return line.replace(/\.0$/, isPostgres ? "" : ".0");
}
