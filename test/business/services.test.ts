import assert from "node:assert/strict";
import { rows, run, transaction } from "../../src/models/database.ts";
import { Appointment, Service } from "../../src/models/index.ts";
import { NO_RULES } from "../../src/models/service-rules.ts";
import { type Browser, formOf, signedIn, visitor } from "../support/browser.ts";
import { bookHaircut } from "../support/bookings.ts";
import { countQueries } from "../support/queries.ts";
import { buildService, buildStaff, type World, world } from "../support/world.ts";

const AT = "/b/anas-salon/services";

describe("a business's services", () => {
  let cast: World;
  let ana: Browser;
  beforeEach(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
  });

  it("are listed with length, price and how many provide them", async () => {
    await buildService(cast.salon, { name: "Beard", minutes: 15, price: null });
    const { $ } = await ana.get(AT);
    const lines = $("table tr").toArray().slice(1);
    assert.deepEqual(
      lines.map((line) => $(line).text().replace(/\s+/g, " ").trim()),
      ["Beard 15 min – nobody: not offered", "Haircut 30 min $35.00 1 person"],
    );
  });

  it("are added by name and length, with the usual for the rest", async () => {
    const sent = await ana.submit(`${AT}/new`, { name: " Dry  cut ", price: "35" });
    assert.deepEqual([sent.status, sent.location], [303, AT]);
    const [service] = await Service.findAll({ order: [["id", "DESC"]], limit: 1 });
    assert.deepEqual(await service?.fields(), {
      name: "Dry  cut",
      slug: "dry-cut",
      minutes: 30,
      price: 3500,
      step: 30,
      bufferBefore: 0,
      bufferAfter: 0,
      bookingNotice: 120,
      reschedulingNotice: 1440,
      cancellingNotice: 1440,
      horizonDays: 60,
      position: 0,
      description: "",
      private: false,
      priceShown: true,
      approval: false,
      seats: 1,
      party: 1,
      dailyLimit: null,
      weeklyLimit: null,
      depositPolicy: "none",
      deposit: null,
      mostRepeats: 0,
      waitingList: false,
      ...NO_RULES,
      // Everybody who can be booked is ticked at first.
      staffIds: [cast.benStaff.id],
    });
    assert.equal((await visitor().get("/book/anas-salon/dry-cut")).status, 200);
  });

  it("are added once, however often the button is pressed", async () => {
    for (let i = 0; i < 3; i++)
      assert.equal((await ana.submit(`${AT}/new`, { name: "Dry cut" })).status, 303);
    const added = (await Service.findAll()).filter(({ name }) => name === "Dry cut");
    assert.equal(added.length, 1);
    assert.equal((await actions("service.added")).length, 1);
  });

  it("are added once by two posts at the same time", async () => {
    const { target, values } = formOf(await ana.get(`${AT}/new`));
    const sent = await Promise.all(
      [1, 2, 3, 4].map(() => ana.post(target, { ...values, name: "Dry cut" })),
    );
    assert.deepEqual(
      sent.map(({ status }) => status),
      [303, 303, 303, 303],
    );
    assert.equal((await Service.findAll()).filter(({ name }) => name === "Dry cut").length, 1);
  });

  it("show what was typed and why it was refused, the hidden part opened", async () => {
    const { status, $ } = await ana.submit(`${AT}/new`, {
      name: "<b>Cut</b>",
      minutes: "0",
      price: "lots",
      buffer_after: "-1",
      slug: "Über/cut",
    });
    assert.equal(status, 422);
    assert.equal($("#name").val(), "<b>Cut</b>");
    assert.equal($("#minutes-error").text(), "Enter a whole number from 5 to 1440 minutes");
    assert.equal($("#price-error").text(), "Enter a price like 35 or 35.00");
    assert.equal($("#slug-error").text(), "Use small letters, digits and single hyphens");
    assert.equal($("details").is("[open]"), true);
    const links = $(".errors a")
      .toArray()
      .map((link) => $(link).attr("href"));
    assert.deepEqual(links, ["#minutes", "#price", "#slug", "#buffer_after"]);
    assert.equal(await Service.count(), 2);
  });

  for (const [field, value] of Object.entries({
    name: "",
    minutes: "4",
    step: "1441",
    buffer_before: "481",
    booking_notice: "86401",
    horizon_days: "731",
    rescheduling_notice: "soon",
    price: "-1",
    staff: "999999",
    slug: "x".repeat(61),
    seats: "0",
    party: "2",
    daily_limit: "101",
    most_repeats: "105",
    starts_monday: "9-10",
    hours_sunday: "late",
    description: "x".repeat(1001),
    deposit_policy: "half",
    need_1: "999999",
    addons: "999999",
    locations: "999999",
  }))
    it(`refuse ${field} “${value.slice(0, 10)}”`, async () => {
      const { status, $ } = await ana.submit(`${AT}/new`, { name: "Cut", [field]: value });
      assert.equal(status, 422);
      assert.equal($(".errors a").attr("href"), `#${field}`);
    });

  it("refuse a name or an address that another one has", async () => {
    const name = await ana.submit(`${AT}/new`, { name: "haircut", minutes: "45" });
    assert.equal(name.status, 422);
    assert.match(name.$("#name-error").text(), /There is a service with this name already/);
    const slug = await ana.submit(`${AT}/new`, { name: "Another", slug: "haircut" });
    assert.match(slug.$("#slug-error").text(), /Another service has this address/);
    // A third business's names are nobody's affair.
    assert.equal((await ana.submit(`${AT}/new`, { name: "Oil change", slug: "oil" })).status, 303);
  });

  it("refuse a provider of another business", async () => {
    const { status, $ } = await ana.submit(`${AT}/new`, {
      name: "Cut",
      staff: String(cast.carlStaff.id),
    });
    assert.equal(status, 422);
    assert.equal($("#staff-error").text(), "Choose from the list");
  });

  it("take a price with a decimal comma, and lead to where the currency is changed", async () => {
    const { $ } = await ana.get(`${AT}/new`);
    const link = String($("a:contains('Change the currency')").attr("href"));
    const settings = await ana.get(link);
    assert.ok(settings.$(new URL(link, "http://here").hash).closest("details").is("[open]"));
    await ana.submit(`${AT}/${cast.haircut.id}/edit`, { price: "49,5" });
    assert.equal((await Service.find(cast.salon, cast.haircut.id)).price, 4950);
  });

  it("are changed, and what is booked keeps its length and price", async () => {
    const id = await bookHaircut(cast);
    const sent = await ana.submit(`${AT}/${cast.haircut.id}/edit`, { minutes: "45", price: "" });
    assert.deepEqual([sent.status, sent.location], [303, AT]);
    const fields = await (await Service.find(cast.salon, cast.haircut.id)).fields();
    assert.deepEqual([fields.minutes, fields.price, fields.slug], [45, null, "haircut"]);
    const { startsAt, endsAt, price } = await Appointment.find(cast.salon, id);
    assert.deepEqual([endsAt - startsAt, price], [30 * 60_000, 3500]);
    assert.equal((await actions("service.changed")).length, 1);
  });

  it("are not changed by saving them as they are", async () => {
    const version = () => cast.salon.reload().then(({ version: now }) => now);
    const before = await version();
    assert.equal((await ana.submit(`${AT}/${cast.haircut.id}/edit`)).status, 303);
    assert.equal(await version(), before);
    assert.deepEqual(await actions("service.changed"), []);
  });

  it("can be taken from a provider and given to another", async () => {
    const dora = await buildStaff(cast.salon, { name: "Dora" });
    const other = String(dora.id);
    await ana.submit(`${AT}/${cast.haircut.id}/edit`, { staff: other });
    const { staffIds } = await (await Service.find(cast.salon, cast.haircut.id)).fields();
    assert.deepEqual(staffIds, [dora.id]);
  });

  it("keep the providers who are archived, for when they come back", async () => {
    const sql = "UPDATE staff SET archived_at = $at WHERE id = $id";
    await transaction(() => run(sql, { at: 1, id: cast.benStaff.id }));
    await ana.submit(`${AT}/${cast.haircut.id}/edit`, { minutes: "40" });
    await transaction(() => run(sql, { at: null, id: cast.benStaff.id }));
    const { staffIds } = await (await Service.find(cast.salon, cast.haircut.id)).fields();
    assert.deepEqual(staffIds, [cast.benStaff.id]);
  });

  it("[P5.2] changed by two at once show the second both versions", async () => {
    const edit = `${AT}/${cast.haircut.id}/edit`;
    const edition = String((await ana.get(edit)).$("input[name=edition]").val());
    await ana.submit(edit, { minutes: "45" });
    const second = await ana.submit(edit, { edition, minutes: "60", price: "50" });
    assert.equal(second.status, 409);
    const { $ } = second;
    const lines = $("table tr").toArray().slice(1);
    assert.deepEqual(
      lines.map((line) =>
        $(line)
          .children()
          .toArray()
          .map((cell) => $(cell).text()),
      ),
      [
        ["Length in minutes", "45", "60"],
        ["Price", "35", "50"],
      ],
    );
    assert.equal($("#minutes").val(), "60");
    assert.equal((await cast.haircut.reload()).minutes, 45);

    // Seen and sent again, hers stands.
    const again = String($("input[name=edition]").val());
    const sent = await ana.submit(edit, { edition: again, minutes: "60", price: "50" });
    assert.equal(sent.status, 303);
    assert.equal((await cast.haircut.reload()).minutes, 60);
  });

  it("are archived once, and keep their appointments", async () => {
    const id = await bookHaircut(cast);
    const path = `/${cast.haircut.id}/archival`;
    const edit = `${AT}/${cast.haircut.id}/edit`;
    const page = await ana.get(edit);
    const token = String(page.$("input[name=_csrf]").first().val());
    for (let i = 0; i < 2; i++)
      assert.equal((await ana.post(`${AT}${path}`, { _csrf: token })).status, 303);
    assert.equal((await actions("service.archived")).length, 1);
    assert.equal((await visitor().get("/book/anas-salon/haircut")).status, 404);
    assert.equal((await Appointment.find(cast.salon, id)).status, "confirmed");
    assert.match((await ana.get(AT)).$("main").text(), /There is nothing to book yet/);
    const archived = await ana.get(`${AT}?archived=1`);
    assert.equal(archived.$("th a").text(), "Haircut");

    const back = await ana.submit(edit, {}, "/restoration");
    assert.equal(back.status, 303);
    assert.equal((await visitor().get("/book/anas-salon/haircut")).status, 200);
    assert.equal((await actions("service.restored")).length, 1);
  });

  it("do not come back under a name that another one has taken", async () => {
    const edit = `${AT}/${cast.haircut.id}/edit`;
    await ana.submit(edit, {}, "/archival");
    assert.equal((await ana.submit(`${AT}/new`, { name: "Haircut" })).status, 303);
    const sent = await ana.submit(edit, {}, "/restoration");
    assert.equal(sent.status, 409);
    assert.match(sent.html, /Another service has this name now/);
    assert.equal(
      (await ana.submit(edit, { name: "Old haircut" }, `/${cast.haircut.id}`)).status,
      303,
    );
    assert.equal((await ana.submit(edit, {}, "/restoration")).status, 303);
  });

  it("[P5.2] of another business do not exist", async () => {
    const token = String((await ana.get(`${AT}/new`)).$("input[name=_csrf]").first().val());
    const { id } = cast.oil;
    assert.equal((await ana.get(`${AT}/${id}/edit`)).status, 404);
    for (const path of ["", "/archival", "/restoration"]) {
      const sent = await ana.post(`${AT}/${id}${path}`, { _csrf: token, name: "Mine" });
      assert.equal(sent.status, 404, path);
    }
    assert.equal((await cast.oil.reload()).archivedAt, null);
  });

  for (const id of ["abc", "0", "-1", "1.5", "99999999999", "1%27"])
    it(`have none with the id ${id}`, async () => {
      assert.equal((await ana.get(`${AT}/${id}/edit`)).status, 404);
    });

  it("are the owner's to change", async () => {
    const ben = await signedIn(cast.ben);
    assert.equal((await ben.get(AT)).status, 403);
    assert.equal((await ben.get(`${AT}/${cast.haircut.id}/edit`)).status, 403);
    assert.match((await visitor().get(AT)).location, /^\/login\?next=/);
  });

  it("come fifty a page, by a fixed number of queries", async () => {
    for (let i = 0; i < 55; i++) await buildService(cast.salon, { name: `Service ${i}` });
    const first = await ana.get(AT);
    assert.equal(first.$("table tr").length, 51);
    assert.equal(first.$("a[rel=next]").attr("href"), `${AT}?page=2`);
    const second = await ana.get(`${AT}?page=2`);
    assert.equal(second.$("table tr").length, 7);
    assert.equal(second.$("a[rel=prev]").attr("href"), `${AT}?page=1`);
    assert.equal((await ana.get(`${AT}?page=x`)).$("table tr").length, 51);
    assert.equal(await countQueries(() => ana.get(AT)), 4);
  });
});

async function actions(action: string): Promise<unknown[]> {
  return rows("SELECT id FROM audit_entries WHERE action = $action", { action });
}
