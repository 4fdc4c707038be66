import assert from "node:assert/strict";
import { RIGHTS } from "../../src/domain/rights.ts";
import { BOOK, booked, tokenOf } from "../support/book.ts";
import { type Browser, signedIn } from "../support/browser.ts";
import { buildStaff, colleagues, type World, world } from "../support/world.ts";

const STAFF = "/b/anas-salon/staff";
const SECTIONS = "nav[aria-label=Workspace] a:not(.brand)";

describe("roles in a business", () => {
  let cast: World;
  let mia: Browser;
  let sven: Browser;
  before(async () => {
    cast = await world();
    const { mia: manager, sven: scheduler } = await colleagues(cast);
    [mia, sven] = [await signedIn(manager), await signedIn(scheduler)];
  });

  it("are shown with all they include, and which is one’s own", async () => {
    const { $ } = await sven.get(`${STAFF}/rights`);
    assert.equal($("main strong").first().text(), "Scheduler");
    assert.equal($("tbody tr").length, Object.keys(RIGHTS).length);
    const cells = (what: string) =>
      $(`tbody tr:contains(${what}) td`)
        .toArray()
        .map((cell) => $(cell).text());
    assert.deepEqual(cells("Billing"), ["yes", "no", "no", "no"]);
    assert.deepEqual(cells("Everybody’s appointments"), ["yes", "yes", "yes", "no"]);
  });

  it("lead to the pages they include", async () => {
    const sections = async (browser: Browser) => {
      const { $ } = await browser.get("/b/anas-salon");
      return $(SECTIONS).text();
    };
    assert.match(await sections(mia), /^AppointmentsCustomersServices.*StaffHours.*Settings$/);
    assert.equal(await sections(sven), "AppointmentsCustomersClosed days");
  });

  it("let a scheduler change everybody’s appointments and book with everybody", async () => {
    const { id } = await booked(cast);
    const { $ } = await sven.get(`${BOOK}/new`);
    assert.equal($("#staff option").length, 2);
    const sent = await sven.submit(`${BOOK}/${id}/cancellation`, {}, "/cancellation");
    assert.equal(sent.status, 303);
  });

  it("let a scheduler see closed days without changing them", async () => {
    const { status, $ } = await sven.get("/b/anas-salon/closures");
    assert.equal(status, 200);
    assert.equal($("main form").length, 0);
  });

  it("let a manager change staff, but not who is an owner", async () => {
    const edit = `${STAFF}/${cast.benStaff.id}/edit`;
    assert.equal((await mia.get(edit)).$("#role option[value=owner]").length, 0);
    assert.equal((await mia.submit(edit, { name: "Benny" })).status, 303);
    for (const [path, fields] of [
      [edit, { role: "owner" }],
      [`${STAFF}/${cast.anaStaff.id}/edit`, { role: "provider" }],
      [`${STAFF}/new`, { name: "Eve", role: "owner" }],
    ] as const) {
      const { status, $ } = await mia.submit(path, fields);
      assert.equal(status, 422, path);
      assert.match($("#role-error").text(), /Only an owner decides who is an owner/);
    }
    assert.equal((await cast.anaStaff.reload()).role, "owner");
    // What is not about her role can be changed.
    const anas = `${STAFF}/${cast.anaStaff.id}/edit`;
    assert.equal((await mia.submit(anas, { position: "5" })).status, 303);
    assert.equal((await cast.anaStaff.reload()).role, "owner");
  });

  it("keep a manager from sending owners away, and from taking their place", async () => {
    const ghost = await buildStaff(cast.salon, { name: "Ghost", role: "owner" });
    const token = await tokenOf(mia);
    for (const { id } of [ghost, cast.anaStaff]) {
      const sent = await mia.post(`${STAFF}/${id}/archival`, token);
      assert.equal(sent.status, 403);
    }
    const invited = await mia.submit(`${STAFF}/${ghost.id}/invitation`, { email: "m@x.example" });
    assert.equal(invited.status, 409);
    assert.match(invited.$("#email-error").text(), /Only an owner/);
    assert.equal((await ghost.reload()).archivedAt, null);
  });
});
