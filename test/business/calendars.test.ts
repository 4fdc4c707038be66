import assert from "node:assert/strict";
import ICAL from "ical.js";
import supertest from "supertest";
import { rows, run, transaction } from "../../src/models/database.ts";
import { bookHaircut, cancelHaircut, HOUR, moveHaircut } from "../support/bookings.ts";
import { type Browser, type Fields, signedIn, visitor } from "../support/browser.ts";
import { tokenOf } from "../support/book.ts";
import { answering, startTarget, type Target } from "../support/target.ts";
import { open, runJobs, upcoming, type World, world } from "../support/world.ts";

const AT = "/b/anas-salon/calendars";

describe("the pages of calendars", () => {
  let cast: World;
  let ben: Browser;
  let bens: string;
  let target: Target;
  before(async () => {
    target = await startTarget();
  });
  beforeEach(async () => {
    target.reset();
    cast = await world();
    ben = await signedIn(cast.ben);
    bens = `${AT}/${cast.benStaff.id}`;
  });
  after(() => target.stop());

  const good = (): Fields => ({ name: "Private", url: `${target.url}/a.ics`, agree: "1" });
  const add = (fields: Fields = {}) => ben.submit(bens, { ...good(), ...fields }, "/remote");

  /** Ben makes a link; where it leads. */
  async function linked(names?: string): Promise<string> {
    await ben.submit(bens, names ? { names } : {}, "/feed");
    const { $ } = await ben.get(bens);
    return new URL($("pre").first().text()).pathname;
  }

  async function read(path: string, headers: Record<string, string> = {}) {
    return supertest(await open())
      .get(path)
      .set(headers);
  }

  function eventsIn(text: string) {
    const calendar = new ICAL.Component(ICAL.parse(text) as never);
    return calendar.getAllSubcomponents("vevent").map((event) => ({
      uid: event.getFirstPropertyValue("uid"),
      summary: event.getFirstPropertyValue("summary"),
      sequence: event.getFirstPropertyValue("sequence"),
      status: event.getFirstPropertyValue("status"),
    }));
  }

  describe("[D18] to subscribe to", () => {
    it("are a link that shows a provider's appointments, with UID and SEQUENCE", async () => {
      const path = await linked();
      const { instant } = upcoming(2, 600);
      const id = await bookHaircut(cast, { start: instant, now: Date.now() });
      const gone = await bookHaircut(cast, { start: instant + HOUR, now: Date.now() });
      await moveHaircut(cast, id, { start: instant + 2 * HOUR, now: Date.now() });
      await cancelHaircut(cast, gone, Date.now());
      const uids = await rows<{ uid: string }>("SELECT uid FROM appointments ORDER BY id");
      const { status, text, headers } = await read(path);
      assert.equal(status, 200);
      assert.equal(headers["content-type"], "text/calendar; charset=utf-8");
      assert.equal(headers["set-cookie"], undefined);
      assert.equal(headers["referrer-policy"], "no-referrer");
      assert.equal(headers["x-robots-tag"], "noindex, nofollow");
      assert.deepEqual(eventsIn(text), [
        { uid: uids[1]?.uid, summary: "Haircut", sequence: 1, status: "CANCELLED" },
        { uid: uids[0]?.uid, summary: "Haircut", sequence: 1, status: "CONFIRMED" },
      ]);
      assert.match(text, /X-WR-CALNAME:Ben Brown\\, Ana's Salon/);
      assert.doesNotMatch(text, /Jane/, "who comes is not said unless it is wanted");
    });

    it("say who comes where that is wanted", async () => {
      const path = await linked("1");
      await bookHaircut(cast, { start: upcoming(2, 600).instant, now: Date.now() });
      assert.match((await read(path)).text, /SUMMARY:Haircut: Jane Doe/);
      assert.doesNotMatch((await read(path)).text, /jane@|0199/);
    });

    it("are not sent again to who has them", async () => {
      const path = await linked();
      const first = await read(path);
      const etag = String(first.headers.etag);
      const again = await read(path, { "if-none-match": etag });
      assert.deepEqual([again.status, again.text], [304, ""]);
      assert.equal(again.headers.etag, etag);
      await bookHaircut(cast, { start: upcoming(2, 600).instant, now: Date.now() });
      assert.equal((await read(path, { "if-none-match": etag })).status, 200);
    });

    it("show nothing of long ago, nor of others", async () => {
      const path = await linked();
      const id = await bookHaircut(cast, { start: upcoming(2, 600).instant, now: Date.now() });
      await transaction(() =>
        run("UPDATE appointments SET starts_at = 1, ends_at = 2 WHERE id = $id", { id }),
      );
      assert.deepEqual(eventsIn((await read(path)).text), []);
      await transaction(() =>
        run("UPDATE appointments SET starts_at = $at, ends_at = $until, staff_id = $staffId", {
          at: Date.now(),
          until: Date.now() + HOUR,
          staffId: cast.anaStaff.id,
        }),
      );
      assert.deepEqual(eventsIn((await read(path)).text), []);
    });

    it("have a link that is stored nowhere, and ends when a new one is made or it is stopped", async () => {
      const path = await linked();
      const token = path.slice("/calendars/".length, -".ics".length);
      assert.ok(token.length >= 32);
      const stored = await rows("SELECT * FROM calendar_feeds");
      assert.ok(!JSON.stringify(stored).includes(token));
      const second = await linked();
      assert.equal((await read(path)).status, 404);
      assert.equal((await read(second)).status, 200);
      const _csrf = await tokenOf(ben);
      for (let i = 0; i < 2; i++)
        assert.equal((await ben.post(`${bens}/feed/removal`, _csrf)).status, 303);
      assert.equal((await read(second)).status, 404);
    });

    it("end with the provider's time at the business", async () => {
      const path = await linked();
      await transaction(() =>
        run("UPDATE staff SET archived_at = 1 WHERE id = $id", { id: cast.benStaff.id }),
      );
      assert.equal((await read(path)).status, 404);
    });

    for (const path of ["x", `${"x".repeat(43)}.ics`, "%00.ics", "..%2f.ics"])
      it(`do not exist at /calendars/${path}`, async () => {
        assert.equal((await visitor().get(`/calendars/${path}`)).status, 404);
      });
  });

  describe("[D18] to be read", () => {
    it("are added by the provider, read, and removed", async () => {
      const ics = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n";
      target.behave(answering(200, {}, ics));
      assert.deepEqual((await add()).location, bens);
      assert.match((await ben.get(bens)).$("table").text(), /Waits to be read/);
      await runJobs();
      assert.match((await ben.get(bens)).$("table").text(), /Private.*Read.*by Ben Brown/s);
      await ben.submit(bens, {}, "/reading");
      await runJobs();
      assert.equal(target.heard.length, 1, "it was read within the last minute");
      await transaction(() => run("UPDATE remote_calendars SET read_at = read_at - 60001"));
      await ben.submit(bens, {}, "/reading");
      await runJobs();
      assert.equal(target.heard.length, 2);
      await ben.submit(bens, {}, "/removal");
      assert.match((await ben.get(bens)).$("main").text(), /No other calendar is read/);
    });

    it("take the address of a subscribe button", async () => {
      const url = "webcal://calendar.example/a.ics";
      assert.equal((await add({ url })).status, 303);
      assert.match((await ben.get(bens)).$("table").text(), /calendar\.example/);
    });

    const wrong: Array<[name: string, fields: Fields, field: string]> = [
      ["no name", { name: "" }, "name"],
      ["no address", { url: "" }, "url"],
      ["an address without encryption", { url: "http://calendar.example/a.ics" }, "url"],
      ["an address in a private network", { url: "https://10.1.2.3/a.ics" }, "url"],
      ["a file of this machine", { url: "file:///etc/passwd" }, "url"],
      ["no agreement", { agree: [] }, "agree"],
    ];
    for (const [name, fields, field] of wrong)
      it(`[P4.2] refuse ${name}`, async () => {
        const { status, $ } = await add(fields);
        assert.equal(status, 422);
        assert.equal($(".errors a").first().attr("href"), `#${field}`);
        assert.equal($("#url").val(), fields.url ?? good().url);
        assert.deepEqual(await rows("SELECT id FROM remote_calendars"), []);
      });

    it("refuse the same a second time, and a sixth", async () => {
      await add();
      assert.match((await add()).$(".errors").text(), /read already/);
      for (let i = 2; i <= 5; i++) await add({ url: `${target.url}/${i}.ics` });
      const sixth = await add({ url: `${target.url}/6.ics` });
      assert.match(sixth.$(".errors").text(), /5 calendars are the most/);
    });

    it("say on the page and on the first page that one cannot be read", async () => {
      await add();
      target.behave(answering(404));
      await runJobs();
      assert.match(
        (await ben.get(bens)).$("table .bad").text(),
        /Cannot be read: the answer was 404/,
      );
      await transaction(() => run("UPDATE remote_calendars SET trusted_until = 1"));
      assert.match((await ben.get(bens)).$("table .bad").text(), /no times are offered online/);
      const ana = await signedIn(cast.ana);
      for (const browser of [ana, ben]) {
        const { $ } = await browser.get("/b/anas-salon");
        assert.match($("section[aria-labelledby=troubles]").text(), /Private.*no times/s);
      }
      assert.match((await ana.get(AT)).$("table").text(), /Ben Brown.*1 cannot be read/s);
    });
  });

  it("are everybody's for the owner, and her own for a provider", async () => {
    const ana = await signedIn(cast.ana);
    assert.equal((await ana.get(bens)).status, 200);
    assert.equal((await ben.get(AT)).location, bens);
    const anas = `${AT}/${cast.anaStaff.id}`;
    assert.equal((await ben.get(anas)).status, 403);
    const _csrf = await tokenOf(ben);
    for (const path of ["feed", "feed/removal", "remote", "remote/1/reading", "remote/1/removal"])
      assert.equal((await ben.post(`${anas}/${path}`, _csrf)).status, 403, path);
  });

  it("[P5.2] of another business do not exist", async () => {
    await add();
    const [{ id } = { id: 0 }] = await rows<{ id: number }>("SELECT id FROM remote_calendars");
    const carl = await signedIn(cast.carl);
    const _csrf = await tokenOf(carl, "carls-garage");
    const own = `/b/carls-garage/calendars/${cast.carlStaff.id}`;
    for (const path of [`remote/${id}/reading`, `remote/${id}/removal`, "remote/abc/removal"])
      assert.equal((await carl.post(`${own}/${path}`, _csrf)).status, 404, path);
    const bensThere = bens.replace("anas-salon", "carls-garage");
    assert.equal((await carl.get(bensThere)).status, 404);
    assert.equal((await rows("SELECT id FROM remote_calendars")).length, 1);
  });
});
