import assert from "node:assert/strict";
import { rows } from "../../src/models/database.ts";
import { type Browser, signedIn } from "../support/browser.ts";
import { buildBusiness, buildPerson, buildStaff, type World, world } from "../support/world.ts";

const AT = "/b/anas-salon/holidays";

describe("closing on public holidays", () => {
  let cast: World;
  let ana: Browser;
  before(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
  });
  const closures = () =>
    rows<{ from: string; reason: string }>(
      `SELECT from_date AS "from", reason FROM closures ORDER BY from_date`,
    );

  it("proposes those of the country whose clocks the business goes by", async () => {
    const { $, status } = await ana.get(AT);
    assert.equal(status, 200);
    assert.equal($("#country").val(), "US");
    assert.match($("#days").text(), /Christmas Day/);
    assert.equal($("#days input:checked").length, 0);
  });

  it("asks for at least one day", async () => {
    const { status, $ } = await ana.submit(AT, {}, "/holidays");
    assert.equal(status, 422);
    assert.equal($("#days-error").text(), "Tick at least one day");
  });

  it("closes on what is ticked, once, and says what is closed already", async () => {
    const { $ } = await ana.get(`${AT}?country=DE&state=BY`);
    const box = $("#days label:contains(Epiphany) input").first();
    const day = String(box.val());
    for (let i = 0; i < 2; i++) {
      const sent = await ana.submit(`${AT}?country=DE&state=BY`, { days: [day] }, "/holidays");
      assert.deepEqual([sent.status, sent.location], [303, "/b/anas-salon/closures"]);
    }
    assert.deepEqual(await closures(), [{ from: day, reason: "Epiphany" }]);
    // The place is remembered.
    const again = await ana.get(AT);
    assert.deepEqual([again.$("#country").val(), again.$("#state").val()], ["DE", "BY"]);
    assert.match(again.$("main ul").last().text(), /Epiphany/);
    assert.equal(again.$(`#days input[value="${day}"]`).length, 0);
  });

  it("takes no other days than those it proposes", async () => {
    for (const days of ["2027-02-29", "tomorrow", "1999-12-25"]) {
      const sent = await ana.submit(AT, { days }, "/holidays");
      assert.equal(sent.status, 422);
    }
    assert.equal((await closures()).length, 1);
  });

  for (const query of ["country=ZZ", "country=US&state=BY", "country=US&country=DE", "country="])
    it(`makes the best of ${query}`, async () => {
      assert.equal((await ana.get(`${AT}?${query}`)).status, 200);
    });

  it("has a choice for a business whose zone is no country’s", async () => {
    const eve = await buildPerson();
    const shop = await buildBusiness({ slug: "utc-shop", zone: "UTC" });
    await buildStaff(shop, { person: eve, role: "owner" });
    const { $ } = await (await signedIn(eve)).get("/b/utc-shop/holidays");
    assert.ok($("#country option").length > 150);
  });
});
