import assert from "node:assert/strict";
import { rows, run, transaction } from "../../src/models/database.ts";
import { signedIn, visitor } from "../support/browser.ts";
import { bookHaircut } from "../support/bookings.ts";
import { countQueries } from "../support/queries.ts";
import {
  buildBusiness,
  buildPerson,
  buildStaff,
  PASSWORD,
  type World,
  world,
} from "../support/world.ts";

const AT = "/b/anas-salon";

describe("the overview", () => {
  let cast: World;
  beforeEach(async () => {
    cast = await world();
  });

  it("says where customers book, and that there is nothing today", async () => {
    const { $, status } = await (await signedIn(cast.ana)).get(AT);
    assert.equal(status, 200);
    assert.match($("main a").first().attr("href") ?? "", /\/book\/anas-salon$/);
    assert.equal($("#missing").length, 0);
    assert.match($("main").text(), /No appointments today/);
  });

  it("lists today's appointments, all of the business's, in its zone", async () => {
    const now = Temporal.Now.zonedDateTimeISO("America/New_York");
    const noon = now.withPlainTime({ hour: 12 });
    const id = await bookHaircut(cast, { start: noon.epochMilliseconds, now: Date.now() });
    await bookHaircut(cast, { start: noon.add({ days: 1 }).epochMilliseconds, now: Date.now() });
    const { $ } = await (await signedIn(cast.ben)).get(AT);
    const lines = $("#today").closest("section").find("tr").slice(1);
    assert.equal(lines.length, 1);
    assert.match(lines.text(), /12:00 PM\s*Jane Doe\s*Haircut\s*Ben Brown/);
    assert.equal(lines.find("a").attr("href"), `${AT}/appointments/${id}`);
  });

  it("shows the first twenty of a busy day and leads to the rest", async () => {
    const noon = Temporal.Now.zonedDateTimeISO("America/New_York").withPlainTime({ hour: 12 });
    for (let i = 0; i < 21; i++)
      await bookHaircut(cast, {
        start: noon.epochMilliseconds + (i - 10) * 30 * 60_000,
        now: Date.now(),
      });
    const { $ } = await (await signedIn(cast.ana)).get(AT);
    assert.equal($("#today").closest("section").find("tr").length, 21);
    assert.match($("main").text(), /All 21 appointments/);
  });

  it("says what is missing, step by step, until there is something to book", async () => {
    const eve = await buildPerson();
    const shop = await buildBusiness({ slug: "eves-shop", bookingsOpen: false });
    await buildStaff(shop, { person: eve, role: "owner", hours: [] });
    const browser = await signedIn(eve);
    const missing = async () =>
      (await browser.get("/b/eves-shop")).$("#missing").closest("section").find("li a").toArray()
        .length;
    assert.equal(await missing(), 4);
    await browser.submit("/b/eves-shop/services/new", { name: "Repair" });
    assert.equal(await missing(), 3);
    const { $ } = await browser.get("/b/eves-shop/hours");
    await browser.submit($("table a").first().attr("href") ?? "", { monday: "9-17" });
    assert.equal(await missing(), 0);
    const last = await browser.get("/b/eves-shop");
    assert.match(last.$(".note").text(), /Online booking is closed. Open it/);
    await browser.submit("/b/eves-shop/settings", {
      bookings_open: "1",
      primary_name: "Eve",
      primary_email: "eve@example.com",
      billing_name: "Eve",
      billing_email: "eve@example.com",
    });
    assert.match((await browser.get("/b/eves-shop")).$("main").text(), /Customers book at/);
  });

  it("says that bookings are closed, and where to open them", async () => {
    await transaction(() => run("UPDATE businesses SET bookings_open = FALSE"));
    const { $ } = await (await signedIn(cast.ana)).get(AT);
    assert.equal($("#missing").length, 0);
    assert.match($(".note").text(), /Online booking is closed/);
    assert.equal($(".note a").attr("href"), `${AT}/settings`);
    const bens = await (await signedIn(cast.ben)).get(AT);
    assert.match(bens.$(".note").text(), /The owner can open it/);
  });

  it("tells a provider without hours to say when she works", async () => {
    const ben = await signedIn(cast.ben);
    const hours = `${AT}/hours/${cast.benStaff.id}`;
    assert.equal((await ben.get(AT)).$(`main a[href="${hours}"]`).length, 0);
    await transaction(() =>
      run("DELETE FROM hours WHERE staff_id = $id", { id: cast.benStaff.id }),
    );
    const { $ } = await ben.get(AT);
    assert.match($(".note").text(), /You have no hours yet/);
    assert.equal($(".note a").attr("href"), hours);
  });

  it("is marked in the navigation, as every page is", async () => {
    const ana = await signedIn(cast.ana);
    const current = async (path: string) =>
      (await ana.get(`${AT}${path}`)).$("nav[aria-label=Workspace] [aria-current]").text();
    assert.equal(await current(""), "Ana's Salon");
    assert.equal(await current("/appointments/new"), "Appointments");
    assert.equal(await current("/explanations"), "Appointments");
    assert.equal(await current("/closures"), "Hours");
    assert.equal(await current("/services"), "Services");
  });

  it("does not count a service whose provider has no hours, cannot be booked or has left", async () => {
    const ana = await signedIn(cast.ana);
    const complete = async () => (await ana.get(AT)).$("#missing").length === 0;
    assert.equal(await complete(), true);
    for (const change of [
      "UPDATE staff SET bookable = FALSE WHERE id = $id",
      "UPDATE staff SET bookable = TRUE, archived_at = 1 WHERE id = $id",
    ]) {
      await transaction(() => run(change, { id: cast.benStaff.id }));
      assert.equal(await complete(), false);
    }
    await transaction(() =>
      run("UPDATE staff SET archived_at = NULL WHERE id = $id", { id: cast.benStaff.id }),
    );
    assert.equal(await complete(), true);
    await transaction(() =>
      run("DELETE FROM hours WHERE staff_id = $id", { id: cast.benStaff.id }),
    );
    assert.equal(await complete(), false);
  });

  it("[D30] tells of mails that were not delivered, of this business only", async () => {
    const now = Date.now();
    const id = await bookHaircut(cast, { start: now + 48 * 3_600_000, now });
    await failAll(cast.salon.id, now);
    const { $ } = await (await signedIn(cast.ana)).get(AT);
    const section = $("#failures").closest("section");
    assert.match(section.text(), /3 mails of the last 30 days/);
    assert.equal(section.find("li a").first().attr("href"), `${AT}/appointments/${id}`);
    const carls = await (await signedIn(cast.carl)).get("/b/carls-garage");
    assert.equal(carls.$("#failures").length, 0);
    await failAll(cast.salon.id, now - 31 * 86_400_000);
    assert.equal((await (await signedIn(cast.ana)).get(AT)).$("#failures").length, 0);
  });

  it("does not exist for a stranger, and asks others to sign in", async () => {
    assert.equal((await (await signedIn(cast.carl)).get(AT)).status, 404);
    assert.match((await visitor().get(AT)).location, /^\/login/);
  });

  it("takes nine queries, whatever is booked", async () => {
    // Who asks, which business, what she is in it; then six of its own.
    const browser = await signedIn(cast.ana);
    assert.equal(await countQueries(() => browser.get(AT)), 9);
    const noon = Temporal.Now.zonedDateTimeISO("America/New_York").withPlainTime({ hour: 12 });
    for (const minutes of [0, 30, 60])
      await bookHaircut(cast, {
        start: noon.epochMilliseconds + minutes * 60_000,
        now: Date.now(),
      });
    await failAll(cast.salon.id, Date.now());
    assert.equal(await countQueries(() => browser.get(AT)), 9);
  });
});

describe("[D27] a new business", () => {
  let cast: World;
  beforeEach(async () => {
    cast = await world();
  });

  it("can be booked after three short forms", async () => {
    assert.ok(cast);
    const browser = visitor();
    const signedUp = await browser.submit("/signup", {
      name: "Nina New",
      company: "Nina's Nails",
      address: "2 Side Street, Springfield",
      phone: "555 0177",
      zone: "America/New_York",
      email: "nina@nails.example",
      password: PASSWORD,
    });
    assert.equal(signedUp.status, 303, signedUp.html.slice(0, 2000));
    let shown = await browser.get(signedUp.location);
    while (shown.status === 303) shown = await browser.get(shown.location);
    const first = shown.$("#missing").closest("section").find("li a").first().attr("href") ?? "";
    assert.equal(first, "/b/ninas-nails/services/new");

    const added = await browser.submit(first, { name: "Manicure" });
    assert.deepEqual([added.status, added.location], [303, "/b/ninas-nails"]);
    shown = await browser.get(added.location);
    const second = shown.$("#missing").closest("section").find("li a").first().attr("href") ?? "";
    assert.equal(second, "/b/ninas-nails/hours");
    const week = (await browser.get(second)).$("table a").first().attr("href") ?? "";
    const day = "9-17";
    const saved = await browser.submit(week, {
      monday: day,
      tuesday: day,
      wednesday: day,
      thursday: day,
      friday: day,
      saturday: day,
      sunday: day,
    });
    assert.equal(saved.status, 303);
    assert.equal((await browser.get("/b/ninas-nails")).$("#missing").length, 0);

    const page = await visitor().get("/book/ninas-nails/manicure");
    assert.equal(page.status, 200);
    assert.ok(page.$("input[type=radio][name=start]").length > 20);
  });
});

async function failAll(businessId: number, finishedAt: number): Promise<void> {
  await transaction(() =>
    run(
      `UPDATE deliveries SET state = 'failed', reason = 'refused', finished_at = $finishedAt
       WHERE business_id = $businessId`,
      { businessId, finishedAt },
    ),
  );
  assert.ok((await rows("SELECT id FROM deliveries")).length > 0);
}
