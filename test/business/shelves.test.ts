// Add-ons, rooms and equipment, and locations are kept alike.
import assert from "node:assert/strict";
import { catalogueOf } from "../../src/models/catalogue.ts";
import { rows } from "../../src/models/database.ts";
import { type Browser, type Fields, formOf, signedIn, visitor } from "../support/browser.ts";
import { bookHaircut } from "../support/bookings.ts";
import { type World, world } from "../support/world.ts";

type Noun = { path: string; noun: string; given: Fields; wrong: Fields };
const NOUNS: readonly Noun[] = [
  {
    path: "addons",
    noun: "add-on",
    given: { name: "Head massage", minutes: "15", price: "9", position: "2" },
    wrong: { name: "", minutes: "481", price: "-1", position: "x" },
  },
  {
    path: "resources",
    noun: "resource",
    given: { name: "Room 1", kind: "room", capacity: "12", position: "1" },
    wrong: { name: "", capacity: "501", position: "" },
  },
  {
    path: "locations",
    noun: "location",
    given: { name: "Old Town", address: "2 High Street", zone: "Europe/Berlin", position: "1" },
    wrong: { name: "", phone: "none", zone: "Mars/Crater", slug: "?" },
  },
];

for (const { path, noun, given, wrong } of NOUNS)
  describe(`a business's ${path}`, () => {
    const at = `/b/anas-salon/${path}`;
    let cast: World;
    let ana: Browser;
    beforeEach(async () => {
      cast = await world();
      ana = await signedIn(cast.ana);
    });
    const add = async (browser = ana, to = at) => {
      assert.equal((await browser.submit(`${to}/new`, given)).status, 303);
      return idOf(path, String(given.name));
    };

    it("are added once, however often the form is sent", async () => {
      for (let i = 0; i < 2; i++) await add();
      const id = await add();
      const list = await ana.get(at);
      assert.equal(list.$(`th a:contains("${String(given.name)}")`).length, 1);
      assert.deepEqual(await actions(`${noun}.added`), 1);
      const form = formOf(await ana.get(`${at}/${id}/edit`), `/${id}`);
      for (const [field, value] of Object.entries(given)) assert.equal(form.values[field], value);
    });

    it("show what was typed and why it was refused", async () => {
      const { status, $ } = await ana.submit(`${at}/new`, wrong);
      assert.equal(status, 422);
      const links = $(".errors a").toArray();
      const fields = links.map((link) => $(link).attr("href")?.slice(1) ?? "");
      assert.deepEqual(fields.toSorted(), Object.keys(wrong).toSorted());
      const id = await add();
      assert.equal((await ana.submit(`${at}/${id}/edit`, wrong, `/${id}`)).status, 422);
    });

    it("refuse a name that another one has", async () => {
      const id = await add();
      const twin = await ana.submit(`${at}/new`, { ...given, position: "7" });
      assert.equal(twin.status, 422);
      assert.match(twin.$("#name-error").text(), /with this name/);
      await ana.submit(`${at}/new`, { ...given, name: "Another" });
      const renamed = await ana.submit(`${at}/${id}/edit`, { name: "ANOTHER" }, `/${id}`);
      assert.equal(renamed.status, 422);
    });

    it("[P5.2] changed by two at once show the second both versions", async () => {
      const edit = `${at}/${await add()}/edit`;
      const action = edit.slice(0, -5);
      const edition = String((await ana.get(edit)).$("input[name=edition]").val());
      assert.equal((await ana.submit(edit, { position: "8" }, action)).status, 303);
      const second = await ana.submit(edit, { edition, name: "New name" }, action);
      assert.equal(second.status, 409);
      const again = String(second.$("input[name=edition]").val());
      const sent = await ana.submit(edit, { edition: again, name: "New name" }, action);
      assert.equal(sent.status, 303);
      assert.deepEqual(await actions(`${noun}.changed`), 2);
    });

    it("are archived once, and come back unless their name is taken", async () => {
      const id = await add();
      const edit = `${at}/${id}/edit`;
      const token = String((await ana.get(edit)).$("input[name=_csrf]").first().val());
      for (let i = 0; i < 2; i++)
        assert.equal((await ana.post(`${at}/${id}/archival`, { _csrf: token })).status, 303);
      assert.deepEqual(await actions(`${noun}.archived`), 1);
      assert.doesNotMatch((await ana.get(at)).$("main").text(), new RegExp(String(given.name)));
      assert.match((await ana.get(`${at}?archived=1`)).html, new RegExp(String(given.name)));
      await ana.submit(`${at}/new`, { ...given, slug: "" });
      assert.equal((await ana.submit(edit, {}, "/restoration")).status, 409);
      assert.equal((await ana.submit(edit, { name: "The first one" }, `/${id}`)).status, 303);
      assert.equal((await ana.submit(edit, {}, "/restoration")).status, 303);
      assert.deepEqual(await actions(`${noun}.restored`), 1);
    });

    it("[P5.2] of another business do not exist, and nobody else may change them", async () => {
      const carl = await signedIn(cast.carl);
      const id = await add(carl, `/b/carls-garage/${path}`);
      const token = String((await ana.get(`${at}/new`)).$("input[name=_csrf]").first().val());
      assert.equal((await ana.get(`${at}/${id}/edit`)).status, 404);
      for (const wanted of [`/${id}`, `/${id}/archival`, `/${id}/restoration`, "/abc", "/0"])
        assert.equal((await ana.post(at + wanted, { _csrf: token, ...given })).status, 404, wanted);
      assert.equal((await ana.get(`${at}/1.5/edit`)).status, 404);
      assert.equal((await (await signedIn(cast.ben)).get(at)).status, 403);
      assert.match((await visitor().get(at)).location, /^\/login/);
    });
  });

describe("locations", () => {
  const at = "/b/anas-salon/locations";
  let cast: World;
  let ana: Browser;
  beforeEach(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
  });

  it("are one at least", async () => {
    const { location } = await catalogueOf("anas-salon");
    const { $ } = await ana.get(`${at}/${location.id}/edit`);
    assert.equal($("form[action$=archival]").length, 0);
    const token = String($("input[name=_csrf]").first().val());
    const sent = await ana.post(`${at}/${location.id}/archival`, { _csrf: token });
    assert.equal(sent.status, 409);
    assert.match(sent.html, /one location at least/);
  });

  it("have the business's address, phone and zone until they get their own", async () => {
    await ana.submit(`${at}/new`, { name: "Old Town", phone: "555 0777" });
    const { locations } = await catalogueOf("anas-salon");
    const [, old] = locations;
    assert.deepEqual(
      [old?.slug, old?.phone, old?.address, old?.zone],
      ["old-town", "555 0777", cast.salon.address, "America/New_York"],
    );
  });

  it("have a way between them, which the business says once", async () => {
    await ana.submit(`${at}/new`, { name: "Old Town" });
    assert.equal((await ana.submit(at, { travel: "25" }, "/travel")).status, 303);
    assert.equal((await catalogueOf("anas-salon")).business.travelMinutes, 25);
    const { status, $ } = await ana.submit(at, { travel: "481" }, "/travel");
    assert.equal(status, 422);
    assert.equal($("#travel").val(), "481");
    assert.equal(await actions("travel.changed"), 1);
  });

  it("tell their appointments in their own zone, and move none", async () => {
    await bookHaircut(cast);
    const { location } = await catalogueOf("anas-salon");
    const before = await booked();
    const edit = `${at}/${location.id}/edit`;
    await ana.submit(edit, { zone: "Europe/Berlin" }, `/${location.id}`);
    assert.deepEqual(await booked(), { ...before, zone: "Europe/Berlin" });
    await ana.submit(edit, { zone: "" }, `/${location.id}`);
    assert.deepEqual(await booked(), before);
  });
});

async function booked() {
  const [one] = await rows<{ startsAt: number; zone: string }>(
    'SELECT starts_at AS "startsAt", zone FROM appointments',
  );
  assert.ok(one);
  return { ...one };
}

async function idOf(table: string, name: string): Promise<number> {
  const sql = `SELECT id FROM ${table} WHERE name = $name ORDER BY id DESC`;
  const [found] = await rows<{ id: number }>(sql, { name });
  assert.ok(found);
  return found.id;
}

async function actions(action: string): Promise<number> {
  return (await rows("SELECT id FROM audit_entries WHERE action = $action", { action })).length;
}
