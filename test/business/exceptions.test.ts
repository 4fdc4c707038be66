import assert from "node:assert/strict";
import { addDays } from "../../src/domain/time.ts";
import { rows } from "../../src/models/database.ts";
import { Exception } from "../../src/models/exception.ts";
import { type Browser, signedIn, visitor } from "../support/browser.ts";
import { bookHaircut } from "../support/bookings.ts";
import { upcoming, type World, world } from "../support/world.ts";

const ALL = { limit: 500, offset: 0 };

describe("days that differ from the weekly hours", () => {
  let cast: World;
  let ana: Browser;
  let at: string;
  const { date } = upcoming(2, 600); // a Tuesday
  beforeEach(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
    at = `/b/anas-salon/hours/${cast.benStaff.id}/exceptions`;
  });

  it("are none at first, and the page says what to do", async () => {
    const { status, $ } = await ana.get(at);
    assert.equal(status, 200);
    assert.match($("main").text(), /No day differs from the weekly hours/);
  });

  it("are several a day, off and on, added by who works them", async () => {
    const ben = await signedIn(cast.ben);
    const off = await ben.submit(at, { date, hours: "9-10, 12-13:30" });
    assert.deepEqual([off.status, off.location], [303, at]);
    await ben.submit(at, { date, kind: "open", hours: "18-20" });
    const { $ } = await ben.get(at);
    const lines = $("table tr").toArray().slice(1);
    assert.deepEqual(
      lines.map((line) => $(line).find("td").first().text()),
      [
        "not working 9:00 AM–10:00 AM",
        "not working 12:00 PM–1:30 PM",
        "working as well 6:00 PM–8:00 PM",
      ],
    );
    assert.match($("table th").text(), /Tuesday, /);
  });

  it("take times away from customers, and give others", async () => {
    const offered = async () => {
      const { $ } = await visitor().get(`/book/anas-salon/haircut?from=${date}`);
      const values = $("input[name=start]")
        .toArray()
        .map((one) => $(one).val() as string);
      return values.filter((value) => value.startsWith(date)).map((value) => value.slice(11, 16));
    };
    assert.equal((await offered()).length, 16);
    await ana.submit(at, { date });
    assert.deepEqual(await offered(), []);
    await ana.submit(at, { date, kind: "open", hours: "20-21" });
    assert.deepEqual(await offered(), ["20:00", "20:30"]);
  });

  it("can be several days in a row", async () => {
    await ana.submit(at, { date, until: addDays(date, 13) });
    const lines = await Exception.from(cast.benStaff, date, ALL);
    assert.equal(lines.length, 14);
    assert.ok(
      lines.every(({ kind, from, to }) => kind === "closed" && from === null && to === null),
    );
    assert.equal((await added()).length, 1);
  });

  it("are added once, however often the button is pressed", async () => {
    for (let i = 0; i < 3; i++) {
      const sent = await ana.submit(at, { date, hours: "9-10" });
      assert.equal(sent.status, 303);
    }
    assert.equal((await Exception.from(cast.benStaff, date, ALL)).length, 1);
    assert.equal((await added()).length, 1);
  });

  const refused: Array<[name: string, fields: Record<string, string>, field: string, why: RegExp]> =
    [
      ["no day", { date: "" }, "date", /Enter a day/],
      ["a day that does not exist", { date: "2027-02-30" }, "date", /Enter a day like/],
      ["a day in the past", { date: "2020-01-01" }, "date", /today or a later day/],
      ["a day far away", { date: "2099-01-01" }, "date", /within three years/],
      [
        "an end before the beginning",
        { date: addDays(date, 1), until: date },
        "until",
        /or a later/,
      ],
      ["a year at once", { date, until: addDays(date, 365) }, "until", /at most 92 days/],
      ["another kind", { date, kind: "maybe" }, "kind", /Choose one/],
      ["hours that overlap", { date, hours: "9-12, 11-13" }, "hours", /overlap/],
      ["work without hours", { date, kind: "open" }, "hours", /Enter hours/],
    ];
  for (const [name, fields, field, why] of refused)
    it(`refuse ${name}`, async () => {
      const { status, $ } = await ana.submit(at, fields);
      assert.equal(status, 422);
      assert.match($(`#${field}-error`).text(), why);
      assert.equal($(".errors a").first().attr("href"), `#${field}`);
      assert.equal($("#date").val(), fields.date);
      assert.equal((await rows("SELECT id FROM exceptions")).length, 0);
    });

  it("leave an appointment standing and say so", async () => {
    const id = await bookHaircut(cast, { start: upcoming(2, 600).instant, now: Date.now() });
    const sent = await ana.submit(at, { date, hours: "9-12" });
    const { $ } = await ana.get(sent.location);
    assert.match($(".note").text(), /1 appointment lies outside of the hours/);
    assert.equal($(".note li a").attr("href"), `/b/anas-salon/appointments/${id}`);
    await ana.submit(at, {}, "/removal");
    assert.equal((await ana.get(at)).$(".note li").length, 0);
  });

  it("are removed; what is gone is not there a second time", async () => {
    await ana.submit(at, { date });
    const page = await ana.get(at);
    const target = page.$("form[action$=removal]").attr("action") ?? "";
    const _csrf = String(page.$("input[name=_csrf]").last().val());
    const sent = await ana.post(target, { _csrf });
    assert.equal(sent.status, 303);
    assert.match((await ana.get(sent.location)).$("[role=status]").text(), /Removed: Tuesday, /);
    assert.equal((await ana.post(target, { _csrf })).status, 404);
    assert.equal((await rows("SELECT id FROM exceptions")).length, 0);
  });

  it("that are whole days off in a row are one line, and removed as one", async () => {
    const last = addDays(date, 18);
    await ana.submit(at, { date, until: last });
    await ana.submit(at, { date: addDays(date, 3), kind: "open", hours: "9-10" });
    await ana.submit(at, { date: addDays(last, 2) });
    const page = await ana.get(at);
    const days = page
      .$("table th[scope=row]")
      .toArray()
      .map((cell) => page.$(cell).text());
    assert.equal(days.length, 3);
    assert.match(days[0] ?? "", /^Tuesday, .* to Saturday, /);
    const sent = await ana.submit(at, {}, "/removal");
    assert.equal(sent.status, 303);
    const after = await ana.get(sent.location);
    assert.equal(after.$("[role=status]").text(), `Removed: ${days[0]}.`);
    const left = await Exception.from(cast.benStaff, date, ALL);
    assert.deepEqual(
      left.map((one) => [one.date, one.kind]),
      [
        [addDays(date, 3), "open"],
        [addDays(last, 2), "closed"],
      ],
    );
  });

  it("are removed up to the day the page showed, and not past a gap that came since", async () => {
    await ana.submit(at, { date, until: addDays(date, 4) });
    const [, second, third] = await Exception.from(cast.benStaff, date, ALL);
    const page = await ana.get(at);
    const _csrf = String(page.$("input[name=_csrf]").last().val());
    await ana.post(`${at}/${second?.id}/removal`, { _csrf });
    const target = page.$("form[action$=removal]").attr("action") ?? "";
    await ana.post(target, { _csrf, until: addDays(date, 4) });
    const left = await Exception.from(cast.benStaff, date, ALL);
    assert.deepEqual(
      left.map((one) => one.date),
      [2, 3, 4].map((days) => addDays(date, days)),
    );
    await ana.post(`${at}/${third?.id}/removal`, { _csrf, until: addDays(date, 3) });
    assert.equal((await Exception.from(cast.benStaff, date, ALL)).length, 1);
    const [{ id } = { id: 0 }] = await Exception.from(cast.benStaff, date, ALL);
    assert.equal((await ana.post(`${at}/${id}/removal`, { _csrf, until: "soon" })).status, 303);
  });

  it("are changed in a form that shows what is stored, a run of days off as one", async () => {
    const last = addDays(date, 4);
    await ana.submit(at, { date, until: last });
    await ana.submit(at, { date: addDays(date, 1), hours: "9-10" });
    const link = (await ana.get(at)).$("table a[href*='/edit']").first().attr("href") ?? "";
    const { $ } = await ana.get(link);
    assert.equal($("#date").val(), date);
    assert.equal($("#until").val(), last);
    const wrong = await ana.submit(link, { hours: "late" });
    assert.equal(wrong.status, 422);
    assert.equal(wrong.$("#hours").val(), "late");
    const sent = await ana.submit(link, {
      date: addDays(date, 1),
      until: "",
      hours: "9-10, 16-17",
    });
    assert.equal(sent.status, 303);
    assert.match((await ana.get(sent.location)).$("[role=status]").text(), /Saved: Wednesday, /);
    const left = await Exception.from(cast.benStaff, date, ALL);
    // The one that was there already is not there twice.
    assert.deepEqual(
      left.map((one) => [one.date, one.from, one.to]),
      [
        [addDays(date, 1), 540, 600],
        [addDays(date, 1), 960, 1020],
      ],
    );
  });

  it("that two people change are shown to the second as they are now", async () => {
    const ben = await signedIn(cast.ben);
    await ana.submit(at, { date, hours: "9-10" });
    const link = (await ana.get(at)).$("table a[href*='/edit']").attr("href") ?? "";
    const page = await ben.get(link);
    const form = page.$("main form").last();
    await ana.submit(link, { hours: "9-11" });
    const late = Object.fromEntries(form.serializeArray().map((one) => [one.name, one.value]));
    const target = form.attr("action") ?? "";
    const both = await ben.post(target, { ...late, hours: "9-12" });
    assert.equal(both.status, 409);
    assert.match(both.$(".errors table").text(), /Hours\s*9:00-11:00\s*9-12/);
    assert.equal((await ben.post(target, { ...late, hours: "9-11" })).status, 303);
    const [stored] = await Exception.from(cast.benStaff, date, ALL);
    assert.equal(stored?.to, 660);
    const anas = link.replace(`/hours/${cast.benStaff.id}/`, `/hours/${cast.anaStaff.id}/`);
    assert.equal((await ana.get(anas)).status, 404);
    assert.equal((await ben.get(anas)).status, 403);
  });

  it("[P5.2] of somebody else cannot be removed, by no path", async () => {
    await ana.submit(at, { date });
    const [{ id } = { id: 0 }] = await Exception.from(cast.benStaff, date, ALL);
    const carl = await signedIn(cast.carl);
    const carls = `/b/carls-garage/hours/${cast.carlStaff.id}/exceptions`;
    const _csrf = String((await carl.get(carls)).$("input[name=_csrf]").last().val());
    assert.equal((await carl.post(`${carls}/${id}/removal`, { _csrf })).status, 404);
    // Nor by the path of another provider of the same business.
    const token = String((await ana.get(at)).$("input[name=_csrf]").last().val());
    const anas = `/b/anas-salon/hours/${cast.anaStaff.id}/exceptions/${id}/removal`;
    assert.equal((await ana.post(anas, { _csrf: token })).status, 404);
    for (const bad of ["abc", "0", "99999999999"])
      assert.equal((await ana.post(`${at}/${bad}/removal`, { _csrf: token })).status, 404);
    assert.equal((await Exception.from(cast.benStaff, date, ALL)).length, 1);
  });

  it("come fifty a page", async () => {
    await ana.submit(at, { date, until: addDays(date, 59), hours: "9-10" });
    const { $ } = await ana.get(at);
    assert.equal($("table tr").length, 51);
    assert.equal($("a[rel=next]").attr("href"), `${at}?page=2`);
    assert.equal((await ana.get(`${at}?page=2`)).$("table tr").length, 11);
  });
});

function added(): Promise<unknown[]> {
  return rows("SELECT id FROM audit_entries WHERE action = 'exceptions.added'");
}
