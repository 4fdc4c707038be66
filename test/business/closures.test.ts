import assert from "node:assert/strict";
import { addDays } from "../../src/domain/time.ts";
import { rows } from "../../src/models/database.ts";
import { type Browser, signedIn, visitor } from "../support/browser.ts";
import { bookHaircut } from "../support/bookings.ts";
import { countQueries } from "../support/queries.ts";
import { upcoming, type World, world } from "../support/world.ts";

const AT = "/b/anas-salon/closures";

describe("days on which the business is closed", () => {
  let cast: World;
  let ana: Browser;
  const { date } = upcoming(2, 600); // a Tuesday
  beforeEach(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
  });

  it("are none at first, and the page says what to do", async () => {
    assert.match((await ana.get(AT)).$("main").text(), /No closed days ahead/);
  });

  it("are one day or several, with a reason that customers do not see", async () => {
    const sent = await ana.submit(AT, { from: date, reason: "Stock-taking" });
    assert.deepEqual([sent.status, sent.location], [303, AT]);
    await ana.submit(AT, { from: addDays(date, 7), to: addDays(date, 9) });
    const { $ } = await ana.get(AT);
    const lines = $("table tr").toArray().slice(1);
    const texts = lines.map((line) => $(line).text().replace(/\s+/g, " ").trim());
    assert.match(texts[0] ?? "", /^Tuesday, .*Stock-taking Remove$/);
    assert.match(texts[1] ?? "", /^Tuesday, .* to Thursday, .*– Remove$/);
    const page = await visitor().get(`/book/anas-salon/haircut?from=${date}`);
    assert.doesNotMatch(page.html, /Stock-taking/);
    const starts = page
      .$("input[name=start]")
      .toArray()
      .map((one) => String(page.$(one).val()));
    assert.ok(starts.length > 0);
    assert.ok(starts.every((start) => !start.startsWith(date)));
  });

  it("are added once, however often the button is pressed", async () => {
    for (let i = 0; i < 3; i++) assert.equal((await ana.submit(AT, { from: date })).status, 303);
    assert.equal((await rows("SELECT id FROM closures")).length, 1);
    assert.equal((await actions("closure.added")).length, 1);
  });

  const refused: Array<[name: string, fields: Record<string, string>, field: string]> = [
    ["no day", { from: "" }, "from"],
    ["a day that does not exist", { from: "2027-13-01" }, "from"],
    ["a day in the past", { from: "2020-01-01" }, "from"],
    ["an end before the beginning", { from: addDays(date, 1), to: date }, "to"],
    ["an end that does not exist", { from: date, to: "soon" }, "to"],
    ["a long reason", { from: date, reason: "x".repeat(121) }, "reason"],
    ["a reason with controls", { from: date, reason: "a\u202eb" }, "reason"],
  ];
  for (const [name, fields, field] of refused)
    it(`refuse ${name}`, async () => {
      const { status, $ } = await ana.submit(AT, fields);
      assert.equal(status, 422);
      assert.equal($(".errors a").first().attr("href"), `#${field}`);
      assert.equal($("#from").val(), fields.from);
      assert.equal((await rows("SELECT id FROM closures")).length, 0);
    });

  it("leave appointments standing and say which", async () => {
    const id = await bookHaircut(cast, { start: upcoming(2, 600).instant, now: Date.now() });
    await bookHaircut(cast, { start: upcoming(3, 600).instant, now: Date.now() });
    await ana.submit(AT, { from: addDays(date, 30) });
    assert.equal((await ana.get(AT)).$(".note").length, 0);
    await ana.submit(AT, { from: date });
    const { $ } = await ana.get(AT);
    assert.match($(".note").text(), /1 appointment lies on closed days/);
    assert.match($(".note li").text(), /10:00 AM: Haircut with Ben Brown, for Jane Doe/);
    assert.equal($(".note li a").attr("href"), `/b/anas-salon/appointments/${id}`);
    // The provider's own page says so too.
    const ben = await signedIn(cast.ben);
    const hours = await ben.get(`/b/anas-salon/hours/${cast.benStaff.id}`);
    assert.match(hours.$(".note").text(), /1 appointment lies outside of these hours/);
    assert.equal(await countQueries(() => ana.get(AT)), 6);
  });

  it("are removed; what is gone is not there a second time", async () => {
    await ana.submit(AT, { from: date });
    const page = await ana.get(AT);
    const target = page.$("form[action$=removal]").attr("action") ?? "";
    const _csrf = String(page.$("input[name=_csrf]").last().val());
    assert.equal((await ana.post(target, { _csrf })).status, 303);
    assert.equal((await ana.post(target, { _csrf })).status, 404);
    assert.equal((await rows("SELECT id FROM closures")).length, 0);
    assert.equal((await actions("closure.removed")).length, 1);
  });

  it("[P5.2] of another business do not exist", async () => {
    await ana.submit(AT, { from: date });
    const [{ id } = { id: 0 }] = await rows<{ id: number }>("SELECT id FROM closures");
    const carl = await signedIn(cast.carl);
    const carls = "/b/carls-garage/closures";
    const _csrf = String((await carl.get(carls)).$("input[name=_csrf]").last().val());
    for (const target of [id, "abc", "0", "99999999999"])
      assert.equal((await carl.post(`${carls}/${target}/removal`, { _csrf })).status, 404);
    assert.equal((await rows("SELECT id FROM closures")).length, 1);
  });
});

function actions(action: string): Promise<unknown[]> {
  return rows("SELECT id FROM audit_entries WHERE action = $action", { action });
}
