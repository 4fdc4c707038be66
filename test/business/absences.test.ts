import assert from "node:assert/strict";
import { addDays } from "../../src/domain/time.ts";
import { rows } from "../../src/models/database.ts";
import { bookHaircut } from "../support/bookings.ts";
import { BOOK, tokenOf } from "../support/book.ts";
import { type Browser, signedIn, visitor } from "../support/browser.ts";
import { colleagues, upcoming, type World, world } from "../support/world.ts";

const AT = "/b/anas-salon/absences";

describe("time off", () => {
  let cast: World;
  let ana: Browser;
  let ben: Browser;
  const { date, instant } = upcoming(2, 600); // a Tuesday
  beforeEach(async () => {
    cast = await world();
    [ana, ben] = [await signedIn(cast.ana), await signedIn(cast.ben)];
  });

  const ask = (fields: Record<string, string> = {}) =>
    ben.submit(AT, { from: date, note: "A wedding", ...fields });
  const starts = async () => {
    const { $ } = await visitor().get(`/book/anas-salon/haircut?from=${date}`);
    const all = $("input[name=start]").toArray();
    return all.filter((one) => String($(one).val()).startsWith(date)).length;
  };
  const actions = async () => {
    const sql = "SELECT action FROM audit_entries WHERE action LIKE 'absence.%' ORDER BY id";
    return (await rows<{ action: string }>(sql)).map(({ action }) => action);
  };
  const press = (who: Browser, path: string, noun: string) => who.submit(path, {}, `/${noun}`);

  it("is asked for by a provider, and takes no bookings off before it is granted", async () => {
    const { status, location } = await ask({ to: addDays(date, 2) });
    assert.equal(status, 303);
    assert.ok((await starts()) > 0);
    const own = await ben.get(location);
    assert.match(
      own.$("dl").text(),
      /Tuesday, .* to Thursday, [^]*A wedding[^]*waits for an answer/,
    );
    assert.equal(own.$("form[action$=grant]").length, 0);
    assert.match((await ana.get("/b/anas-salon")).$("main").text(), /Time off of Ben Brown/);
    assert.doesNotMatch((await ben.get("/b/anas-salon")).$("main").text(), /Time off of/);
  });

  it("granted takes her bookings off, by whom and when is kept, and says so everywhere", async () => {
    const { location } = await ask();
    const id = await bookHaircut(cast, { start: instant, now: Date.now() });
    const shown = await ana.get(location);
    assert.match(shown.$(".note").text(), /1 appointment lies in this time/);
    assert.equal(shown.$(".note li a").attr("href"), `${BOOK}/${id}`);
    assert.equal((await press(ana, location, "grant")).status, 303);
    assert.equal(await starts(), 0);
    const decided = await ben.get(location);
    assert.match(decided.$("dl").text(), /granted\s*Decided\s*by Ana Alvarez/);
    const day = await ana.get(`${BOOK}?date=${date}`);
    assert.match(day.$("section").first().text(), /Ben Brown\s*Has time off/);
    const hours = await ben.get(`/b/anas-salon/hours/${cast.benStaff.id}`);
    assert.match(hours.$(".note").text(), /1 appointment lies outside of these hours/);
    const why = `/b/anas-salon/explanations?service=${cast.haircut.id}&staff=&date=${date}&time=11:00`;
    assert.match((await ana.get(why)).$("main").text(), /has time off on Tuesday/);
    assert.deepEqual(await actions(), ["absence.requested", "absence.granted"]);
  });

  it("refused leaves her bookable, and cannot be granted afterwards", async () => {
    const { location } = await ask();
    const token = await tokenOf(ana);
    await press(ana, location, "refusal");
    assert.ok((await starts()) > 0);
    for (let i = 0; i < 2; i++)
      assert.equal((await ana.post(`${location}/refusal`, token)).status, 303);
    assert.equal((await ana.post(`${location}/grant`, token)).status, 409);
    assert.equal((await ben.post(`${location}/withdrawal`, await tokenOf(ben))).status, 409);
    assert.deepEqual(await actions(), ["absence.requested", "absence.refused"]);
  });

  it("is taken back by who asked for it, granted or not, and then she can be booked", async () => {
    const { location } = await ask();
    await press(ana, location, "grant");
    const token = await tokenOf(ben);
    for (let i = 0; i < 2; i++)
      assert.equal((await ben.post(`${location}/withdrawal`, token)).status, 303);
    assert.ok((await starts()) > 0);
    assert.equal((await ana.post(`${location}/grant`, await tokenOf(ana))).status, 409);
    assert.equal((await actions()).at(-1), "absence.withdrawn");
  });

  it("asked for twice is asked for once", async () => {
    const first = await ask();
    assert.equal((await ask()).location, first.location);
    assert.equal((await rows("SELECT id FROM absences")).length, 1);
  });

  const refused: Array<[name: string, fields: Record<string, string>, field: string]> = [
    ["no day", { from: "" }, "from"],
    ["a day in the past", { from: "2020-01-01" }, "from"],
    ["an end before the beginning", { to: addDays(date, -1) }, "to"],
    ["more than a year", { to: addDays(date, 366) }, "to"],
    ["a long note", { note: "x".repeat(501) }, "note"],
  ];
  for (const [name, fields, field] of refused)
    it(`is refused with ${name}`, async () => {
      const { status, $ } = await ask(fields);
      assert.equal(status, 422);
      assert.equal($(".errors a").first().attr("href"), `#${field}`);
      assert.equal((await rows("SELECT id FROM absences")).length, 0);
    });

  it("is asked for others, and granted, by who may; a provider has only her own", async () => {
    const { mia, sven } = await colleagues(cast);
    const manager = await signedIn(mia);
    const sent = await manager.submit(AT, { from: date, staff: String(cast.benStaff.id) });
    assert.equal((await press(manager, sent.location, "grant")).status, 303);
    const [{ staffId } = { staffId: 0 }] = await rows<{ staffId: number }>(
      `SELECT staff_id AS "staffId" FROM absences`,
    );
    assert.equal(staffId, cast.benStaff.id);
    assert.equal((await (await signedIn(sven)).get(AT)).status, 403);
    const token = await tokenOf(ben);
    const forAna = { ...token, from: date, staff: String(cast.anaStaff.id) };
    assert.equal((await ben.post(AT, forAna)).status, 404);
    const anas = await ana.submit(AT, { from: date, staff: String(cast.anaStaff.id) });
    assert.equal((await ben.get(anas.location)).status, 404);
    assert.equal((await ben.post(`${anas.location}/withdrawal`, token)).status, 404);
    assert.equal((await ben.post(`${anas.location}/grant`, token)).status, 403);
    assert.equal((await ben.get(AT)).$("tbody tr").length, 1);
    assert.equal((await ana.get(AT)).$("tbody tr").length, 2);
  });

  it("[P5.2] of another business does not exist", async () => {
    const { location } = await ask();
    const id = location.split("/").at(-1);
    const carl = await signedIn(cast.carl);
    const token = await tokenOf(carl, "carls-garage");
    const carls = "/b/carls-garage/absences";
    assert.equal((await carl.get(`${carls}/${id}`)).status, 404);
    for (const noun of ["grant", "refusal", "withdrawal"])
      assert.equal((await carl.post(`${carls}/${id}/${noun}`, token)).status, 404, noun);
    const bens = { ...token, from: date, staff: String(cast.benStaff.id) };
    assert.equal((await carl.post(carls, bens)).status, 404);
  });
});
