import assert from "node:assert/strict";
import { rows, run, transaction } from "../../src/models/database.ts";
import { Staff } from "../../src/models/index.ts";
import { editionOf } from "../../src/models/set-up.ts";
import { type Browser, signedIn, visitor } from "../support/browser.ts";
import { bookHaircut } from "../support/bookings.ts";
import { countQueries } from "../support/queries.ts";
import { buildStaff, upcoming, type World, world } from "../support/world.ts";

const AT = "/b/anas-salon/staff";

describe("a business's staff", () => {
  let cast: World;
  let ana: Browser;
  beforeEach(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
  });

  it("are listed in their order, with what keeps them from being booked", async () => {
    const people = [
      { name: "Dora", position: 3 },
      { name: "Emil", position: 2, hours: [] },
    ];
    for (const fields of people) {
      const { id } = await buildStaff(cast.salon, fields);
      if (fields.hours) await provides(cast, id);
    }
    const { $ } = await ana.get(AT);
    const lines = $("table tr").toArray().slice(1);
    assert.deepEqual(
      lines.map((line) => $(line).text().replace(/\s+/g, " ").trim()),
      [
        "Ana Alvarez Owner no yes",
        "Ben Brown Provider yes, for 1 service yes",
        "Emil Provider no: has no hours invite",
        "Dora Provider no: provides nothing invite",
      ],
    );
  });

  it("are added with every service ticked, and their hours asked next", async () => {
    const sent = await ana.submit(`${AT}/new`, { name: "Dora Dent", email: " Dora@Salon.example" });
    const dora = await last();
    assert.deepEqual([sent.status, sent.location], [303, `/b/anas-salon/hours/${dora.id}`]);
    assert.deepEqual(await dora.fields(), {
      name: "Dora Dent",
      email: "dora@salon.example",
      bookable: true,
      role: "provider",
      seesAll: true,
      position: 1,
      serviceIds: [cast.haircut.id],
    });
    assert.equal(dora.personId, null);
  });

  it("are added once, however often the button is pressed", async () => {
    for (let i = 0; i < 3; i++) {
      const sent = await ana.submit(`${AT}/new`, { name: "Dora Dent" });
      assert.equal(sent.status, 303);
    }
    assert.equal((await Staff.findAll()).filter(({ name }) => name === "Dora Dent").length, 1);
    // Two people may have one name.
    await ana.submit(`${AT}/new`, { name: "Dora Dent", email: "other@salon.example" });
    assert.equal((await Staff.findAll()).filter(({ name }) => name === "Dora Dent").length, 2);
  });

  it("need not be bookable", async () => {
    const sent = await ana.submit(`${AT}/new`, { name: "Rita", bookable: "" });
    assert.equal(sent.location, AT);
    assert.equal((await (await last()).fields()).bookable, false);
  });

  it("show what was typed and why it was refused", async () => {
    const { status, $ } = await ana.submit(`${AT}/new`, {
      name: " ",
      email: "<dora>",
      role: "queen",
      services: String(cast.oil.id),
      position: "first",
    });
    assert.equal(status, 422);
    const links = $(".errors a")
      .toArray()
      .map((link) => $(link).attr("href"));
    assert.deepEqual(links, ["#name", "#email", "#role", "#position"]);
    assert.equal($("#email").val(), "<dora>");
    assert.equal($("details").is("[open]"), true);
    const other = await ana.submit(`${AT}/new`, { name: "Dora", services: String(cast.oil.id) });
    assert.equal(other.$("#services-error").text(), "Choose from the list");
    assert.equal((await Staff.findAll()).length, 3);
  });

  it("are changed", async () => {
    const sent = await ana.submit(`${AT}/${cast.benStaff.id}/edit`, {
      name: "Benny",
      email: "",
      position: "7",
    });
    assert.deepEqual([sent.status, sent.location], [303, AT]);
    const { name, email, position } = await cast.benStaff.reload();
    assert.deepEqual([name, email, position], ["Benny", null, 7]);
    assert.equal((await actions("staff.changed")).length, 1);
    assert.equal((await ana.submit(`${AT}/${cast.benStaff.id}/edit`)).status, 303);
    assert.equal((await actions("staff.changed")).length, 1);
  });

  it("[P5.2] changed by two at once show the second both versions", async () => {
    const edit = `${AT}/${cast.benStaff.id}/edit`;
    const edition = String((await ana.get(edit)).$("input[name=edition]").val());
    await ana.submit(edit, { name: "Benny" });
    const { status, $ } = await ana.submit(edit, { edition, name: "Benjamin", bookable: "" });
    assert.equal(status, 409);
    const lines = $("table tr").toArray().slice(1);
    assert.deepEqual(
      lines.map((line) =>
        $(line)
          .children()
          .toArray()
          .map((cell) => $(cell).text()),
      ),
      [
        ["Name", "Benny", "Benjamin"],
        ["Can be booked", "yes", "no"],
      ],
    );
    assert.equal((await cast.benStaff.reload()).name, "Benny");
  });

  it("get another role from an owner, with the rights at the next page", async () => {
    const ben = await signedIn(cast.ben);
    assert.equal((await ben.get(AT)).status, 403);
    await ana.submit(`${AT}/${cast.benStaff.id}/edit`, { role: "owner" });
    assert.equal((await ben.get(AT)).status, 200);
    await ana.submit(`${AT}/${cast.benStaff.id}/edit`, { role: "provider" });
    assert.equal((await ben.get(AT)).status, 403);
  });

  it("cannot change their own role", async () => {
    const { status, $ } = await ana.submit(`${AT}/${cast.anaStaff.id}/edit`, { role: "provider" });
    assert.equal(status, 422);
    assert.match($("#role-error").text(), /Nobody can change their own role/);
    assert.equal((await cast.anaStaff.reload()).role, "owner");
  });

  it("always have an owner who can sign in, even when two take the right from each other", async () => {
    await ana.submit(`${AT}/${cast.benStaff.id}/edit`, { role: "owner" });
    const [anas, bens] = await Promise.all([
      cast.anaStaff.reload().then((staff) => staff.fields()),
      cast.benStaff.reload().then((staff) => staff.fields()),
    ]);
    const demote = (staff: Staff, fields: typeof anas, by: Staff) =>
      staff.change(
        { ...fields, role: "provider" },
        editionOf(fields),
        { kind: "staff", staffId: by.id },
        Date.now(),
      );
    const done = await Promise.allSettled([
      demote(cast.anaStaff, anas, cast.benStaff),
      demote(cast.benStaff, bens, cast.anaStaff),
    ]);
    assert.deepEqual(done.map(({ status }) => status).toSorted(), ["fulfilled", "rejected"]);
  });

  it("do not count an owner who cannot sign in as the one there must be", async () => {
    const ghost = await buildStaff(cast.salon, { name: "Ghost", role: "owner" });
    const fields = await cast.anaStaff.fields();
    const change = cast.anaStaff.change(
      { ...fields, role: "provider" },
      editionOf(fields),
      { kind: "staff", staffId: ghost.id },
      Date.now(),
    );
    await assert.rejects(change, /must have an owner who can sign in/);
  });

  it("are archived once: no sign-in, no booking, their appointments stand and are shown", async () => {
    const soon = upcoming(2, 600);
    const id = await bookHaircut(cast, { start: soon.instant, now: Date.now() });
    const ben = await signedIn(cast.ben);
    const edit = `${AT}/${cast.benStaff.id}/edit`;
    assert.match((await ana.get(edit)).html, /1 appointment ahead will stand/);
    const page = await ana.get(edit);
    const token = String(page.$("input[name=_csrf]").first().val());
    for (let i = 0; i < 2; i++) {
      const sent = await ana.post(`${AT}/${cast.benStaff.id}/archival`, { _csrf: token });
      assert.deepEqual([sent.status, sent.location], [303, AT]);
    }
    assert.equal((await actions("staff.archived")).length, 1);
    assert.equal((await ben.get("/b/anas-salon")).status, 404);
    assert.equal((await visitor().get("/book/anas-salon/haircut")).status, 404);
    assert.equal((await ana.get(`${AT}?archived=1`)).$("th a").text(), "Ben Brown");
    const shown = await ana.get(edit);
    assert.match(shown.html, /1 appointment lies ahead, though this person cannot be booked now/);
    assert.equal(shown.$(".note li a").attr("href"), `/b/anas-salon/appointments/${id}`);

    assert.equal((await ana.submit(edit, {}, "/restoration")).status, 303);
    assert.equal((await ben.get("/b/anas-salon")).status, 200);
    assert.equal((await visitor().get("/book/anas-salon/haircut")).status, 200);
  });

  it("cannot archive themselves", async () => {
    const page = await ana.get(`${AT}/${cast.benStaff.id}/edit`);
    const _csrf = String(page.$("input[name=_csrf]").first().val());
    const sent = await ana.post(`${AT}/${cast.anaStaff.id}/archival`, { _csrf });
    assert.equal(sent.status, 403);
    assert.match(sent.html, /Nobody can archive themselves/);
    assert.equal((await cast.anaStaff.reload()).archivedAt, null);
    const own = await ana.get(`${AT}/${cast.anaStaff.id}/edit`);
    assert.match(own.html, /This is you/);
    assert.equal(own.$("form[action$=archival]").length, 0);
  });

  it("[P5.2] of another business do not exist", async () => {
    const _csrf = String((await ana.get(`${AT}/new`)).$("input[name=_csrf]").first().val());
    const { id } = cast.carlStaff;
    for (const path of ["/edit", "/invitation"])
      assert.equal((await ana.get(`${AT}/${id}${path}`)).status, 404, path);
    for (const path of ["", "/archival", "/restoration", "/invitation"]) {
      const sent = await ana.post(`${AT}/${id}${path}`, {
        _csrf,
        name: "Mine",
        email: "a@b.example",
      });
      assert.equal(sent.status, 404, path);
    }
  });

  for (const id of ["abc", "0", "-1", "1.5", "99999999999"])
    it(`have none with the id ${id}`, async () => {
      assert.equal((await ana.get(`${AT}/${id}/edit`)).status, 404);
      assert.equal((await ana.get(`${AT}/${id}/invitation`)).status, 404);
    });

  it("come fifty a page, by a fixed number of queries", async () => {
    for (let i = 0; i < 52; i++) await buildStaff(cast.salon, { name: `Body ${i}`, hours: [] });
    const { $ } = await ana.get(AT);
    assert.equal($("table tr").length, 51);
    assert.equal($("a[rel=next]").attr("href"), `${AT}?page=2`);
    assert.equal(await countQueries(() => ana.get(AT)), 5);
  });
});

async function last(): Promise<Staff> {
  const [staff] = await Staff.findAll({ order: [["id", "DESC"]], limit: 1 });
  assert.ok(staff);
  return staff;
}

async function provides({ salon, haircut }: World, staffId: number): Promise<void> {
  await transaction(() =>
    run(
      `INSERT INTO staff_services (business_id, staff_id, service_id)
       VALUES ($businessId, $staffId, $serviceId)`,
      { businessId: salon.id, staffId, serviceId: haircut.id },
    ),
  );
}

async function actions(action: string): Promise<unknown[]> {
  return rows("SELECT id FROM audit_entries WHERE action = $action", { action });
}
