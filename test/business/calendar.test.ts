// The views of the appointment book beyond day, week and list, and what can be done from them.
import assert from "node:assert/strict";
import supertest from "supertest";
import { addDays, DAY, MINUTE } from "../../src/domain/time.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { BOOK, booked, tuesday } from "../support/book.ts";
import { type Browser, signedIn } from "../support/browser.ts";
import { countQueries } from "../support/queries.ts";
import { buildService, buildStaff, open, type World, world } from "../support/world.ts";

describe("the calendar", () => {
  let cast: World;
  let ana: Browser;
  let id: number;
  before(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
    id = (await booked(cast, { phone: "555 0123", note: "by the window" })).id;
    await buildStaff(cast.salon, { name: "Nina Nothing" });
  });
  const on = (view: string, more = "") =>
    ana.get(`${BOOK}?view=${view}&date=${tuesday.date}${more}`);

  describe("of a month", () => {
    it("counts each day’s appointments and leads to it", async () => {
      const { $ } = await on("month");
      const link = $(`.month a[href*="date=${tuesday.date}"]`);
      assert.equal(link.parent().find("strong").text(), "1");
      assert.match(link.attr("aria-label") ?? "", /^Tuesday, /);
      assert.equal($(".month strong").length, 1);
      const weeks = $(".month tbody tr").toArray();
      assert.ok(weeks.length >= 4 && weeks.length <= 6);
      for (const week of weeks) assert.equal($(week).children().length, 7);
    });

    it("says which days are closed, and leads to the months beside it", async () => {
      const day = addDays(tuesday.date, 1);
      await transaction(() =>
        run(
          `INSERT INTO closures (business_id, from_date, to_date)
           VALUES ($businessId, $day, $day)`,
          { businessId: cast.salon.id, day },
        ),
      );
      const { $ } = await ana.get(`${BOOK}?view=month&date=${day}`);
      assert.match($(`.month a[href*="date=${day}"]`).parent().text(), /shut/);
      const february = await ana.get(`${BOOK}?view=month&date=2028-02-29`);
      assert.equal(february.$("h1").text(), "February 2028");
      const links = february.$("nav[aria-label=Days] a").toArray();
      const hrefs = links.map((link) => february.$(link).attr("href"));
      assert.match(hrefs[0] ?? "", /date=2028-01-01/);
      assert.match(hrefs[2] ?? "", /date=2028-03-01/);
      assert.equal(february.$(".month tbody a").length, 29);
    });
  });

  it("as an agenda has the days with something, two weeks at a page", async () => {
    const { $ } = await on("agenda");
    assert.equal($("section").length, 1);
    assert.match($("section h2").text(), /^Tuesday, /);
    assert.match($("section tbody").text(), /Dora Diaz\s*555 0123\s*Haircut\s*Ben Brown/);
    const later = await ana.get($("nav[aria-label=Days] a").last().attr("href") ?? "");
    assert.match(later.$("main").text(), /No appointments up to/);
  });

  it("says on each line what was added and how many come", async () => {
    const days = 70; // in nobody else's week or month
    const start = tuesday.instant + days * DAY;
    const { id: of } = await booked(cast, { name: "Greta Group", start });
    await transaction(async () => {
      await run("UPDATE appointments SET people = 3 WHERE id = $of", { of });
      const bind = { businessId: cast.salon.id, of };
      const [addon] = await rows<{ id: number }>(
        `INSERT INTO addons (business_id, name, minutes, price, created_at)
         VALUES ($businessId, 'Hot towel', 5, 0, 1) RETURNING id`,
        bind,
      );
      await run(
        `INSERT INTO appointment_addons (business_id, appointment_id, addon_id, name, minutes, price)
         VALUES ($businessId, $of, $addon, 'Hot towel', 5, 0)`,
        { ...bind, addon: addon?.id },
      );
    });
    const date = addDays(tuesday.date, days);
    for (const view of ["day", "week", "agenda", "sheet", "list"]) {
      const { $ } = await ana.get(`${BOOK}?view=${view}&date=${date}`);
      assert.match($("main").text(), /Haircut, Hot towel, 3 people/, view);
    }
  });

  it("as a day sheet has who comes, with room to write, for each who works", async () => {
    const { $ } = await on("sheet");
    const [bens, ninas] = $("section").toArray();
    assert.match($(bens).text(), /Ben Brown[^]*Dora Diaz\s*555 0123\s*Haircut\s*by the window/);
    assert.equal($(bens).find("td.write").text(), "");
    assert.match($(ninas).text(), /Nina Nothing[^]*No appointments/);
    const sunday = await ana.get(`${BOOK}?view=sheet&date=${addDays(tuesday.date, 5)}`);
    assert.match(sunday.$("main").text(), /Nobody works on this day/);
  });

  describe("of a day", () => {
    it("leads from a free cell to the form with provider and start filled in", async () => {
      const { $ } = await on("day");
      const cells = $("section").first().find(".cells a").toArray();
      assert.deepEqual(
        cells.slice(0, 2).map((cell) => $(cell).attr("aria-label")),
        ["Book Ben Brown at 9:30 AM", "Book Ben Brown at 10:00 AM"],
      );
      const asked = await ana.get($(cells[1]).attr("href") ?? "");
      assert.match(asked.$("main").text(), /10:00 AM, Eastern .*with Ben Brown/);
      const options = asked.$("#service option").toArray();
      assert.deepEqual(
        options.map((option) => asked.$(option).text()),
        ["Haircut"],
      );
      const fields = new URLSearchParams({ service: String(cast.haircut.id) });
      for (const { name, value } of asked.$("main form").last().serializeArray())
        if (name !== "service") fields.append(name, value);
      const who = await ana.get(`${BOOK}/new?${fields.toString()}`);
      assert.equal(who.$("h1").text(), "Who is it for?");
      assert.match(who.$("dl").text(), /10:00 AM/);
    });

    it("has no cells of who provides nothing, and none of others for a provider", async () => {
      const { $ } = await on("day");
      assert.equal($("section").last().find(".cells").length, 0);
      const eve = await buildStaff(cast.salon, { name: "Eve Else" });
      await buildService(cast.salon, { name: "Colour" }, [eve]);
      const ben = await signedIn(cast.ben);
      const shown = await ben.get(`${BOOK}?date=${tuesday.date}`);
      const labels = shown.$(".cells a").toArray();
      assert.ok(labels.length > 0);
      for (const label of labels) assert.match(shown.$(label).attr("aria-label") ?? "", /Ben/);
    });

    it("says why when the service chosen for a cell does not fit there", async () => {
      const long = { name: "Perm", minutes: 120 };
      const perm = await buildService(cast.salon, long, [cast.benStaff]);
      const start = new Date(tuesday.instant - 30 * MINUTE).toISOString();
      const query = `service=${perm.id}&staff=${cast.benStaff.id}&date=${tuesday.date}`;
      const { status, $ } = await ana.get(`${BOOK}/new?${query}&start=${start}`);
      assert.equal(status, 422);
      assert.match($(".note").text(), /Why it is not offered/);
    });

    it("leads to another time for an appointment, from each view that shows it", async () => {
      for (const view of ["day", "week", "agenda"]) {
        const { $ } = await on(view);
        const move = $(`a[href="${BOOK}/${id}/rescheduling"]`);
        assert.match(move.attr("aria-label") ?? "", /^Move Dora Diaz, 9:00 AM$/, view);
        assert.equal((await ana.get(move.attr("href") ?? "")).status, 200);
      }
    });
  });

  describe("of a business with rooms and several places", () => {
    let branch: number;
    before(async () => {
      const businessId = cast.salon.id;
      const only = async (sql: string, bind: Record<string, unknown>) => {
        const [row] = await rows<{ id: number }>(sql, { businessId, ...bind });
        return row?.id ?? 0;
      };
      const first = await only("SELECT id FROM locations WHERE business_id = $businessId", {});
      await transaction(async () => {
        branch = await only(
          `INSERT INTO locations (business_id, slug, name, created_at)
           VALUES ($businessId, 'branch', 'The branch', 1) RETURNING id`,
          {},
        );
        const room = await only(
          `INSERT INTO resources (business_id, location_id, kind, name, capacity, created_at)
           VALUES ($businessId, $first, 'room', 'Blue room', 2, 1) RETURNING id`,
          { first },
        );
        await run(
          `INSERT INTO service_needs (business_id, service_id, need, resource_id)
           VALUES ($businessId, $serviceId, 1, $room)`,
          { businessId, serviceId: cast.haircut.id, room },
        );
        // Ben works at the branch on Tuesday evenings.
        await run(
          `INSERT INTO hours (business_id, staff_id, location_id, weekday, from_minute, to_minute)
           VALUES ($businessId, $staffId, $branch, 2, 1080, 1200)`,
          { businessId, staffId: cast.benStaff.id, branch },
        );
      });
      await booked(cast, { name: "Rita Room", start: tuesday.instant + 300 * MINUTE });
    });

    it("shows the day by room, with who is in it and with whom", async () => {
      const { $ } = await on("day", "&by=room");
      assert.equal($("section").length, 1);
      const text = $("section").text().replaceAll(/\s+/g, " ");
      assert.match(text, /Blue room Room for 2, .*2:00 PM–2:30 PM.*Rita Room, Haircut Ben Brown/);
      assert.doesNotMatch(text, /Dora/); // booked before the room was needed
      assert.equal((await on("sheet", "&by=room")).$("section").length, 1);
    });

    it("shows the hours at all places or at the one asked for, and where appointments are", async () => {
      const bens = async (more: string) => (await on("day", more)).$("section").first().text();
      assert.match(
        await bens(""),
        /Works 9:00 AM–5:00 PM, 6:00 PM–8:00 PM[^]*Haircut\s*Ana’?'?s Salon/,
      );
      const there = await bens(`&location=${branch}`);
      assert.match(there, /Works 6:00 PM–8:00 PM/);
      assert.doesNotMatch(there, /Rita/);
      assert.match(there, /6:00 PM\s*6:30 PM/);
    });

    it("shows one place’s appointments by week, month, agenda and list", async () => {
      for (const view of ["week", "agenda", "list"]) {
        assert.doesNotMatch((await on(view, `&location=${branch}`)).$("main").text(), /Rita/, view);
        assert.match((await on(view)).$("main").text(), /Rita/, view);
      }
      const month = await on("month", `&location=${branch}`);
      assert.equal(month.$(".month strong").length, 0);
    });

    it("[P5.2] knows no place of another business", async () => {
      const [theirs] = await rows<{ id: number }>(
        "SELECT id FROM locations WHERE business_id = $businessId",
        { businessId: cast.garage.id },
      );
      assert.equal((await on("day", `&location=${theirs?.id}`)).status, 404);
      assert.equal((await on("day", "&location=x")).status, 200);
    });
  });

  describe("refreshes itself", () => {
    const ask = async (path: string) => {
      const request = supertest(await open()).get(path);
      return request.set("Cookie", ana.cookie ?? "");
    };

    it("only if asked to, and until asked to stop", async () => {
      const usual = await ask(BOOK);
      assert.equal(usual.headers.refresh, undefined);
      const { $ } = await ana.get(BOOK);
      const start = $("main a:contains(refresh itself)").attr("href") ?? "";
      const asked = await ask(start);
      assert.equal(asked.headers.refresh, "60");
      const page = await ana.get(start);
      assert.match(page.$("main").text(), /This page refreshes itself every minute/);
      const next = page.$("nav[aria-label=Days] a").last().attr("href") ?? "";
      assert.equal((await ask(next)).headers.refresh, "60");
      const stop = page.$("main a:contains(Stop)").attr("href") ?? "";
      assert.equal((await ask(stop)).headers.refresh, undefined);
    });

    for (const odd of ["1", "0", "-60", "60;url=https://evil.example", "600"])
      it(`not at ${odd}`, async () => {
        const page = await ask(`${BOOK}?refresh=${encodeURIComponent(odd)}`);
        assert.deepEqual([page.status, page.headers.refresh], [200, undefined]);
      });
  });

  describe("whatever is booked", () => {
    it("[D4] asks as often however much is booked", async () => {
      const counts = async () => {
        const found: number[] = [];
        for (const view of ["day", "week", "month", "agenda", "sheet"])
          found.push(await countQueries(() => on(view)));
        return found;
      };
      await on("day"); // the catalogue is remembered from here on
      const few = await counts();
      assert.ok(
        few.every((count) => count <= 6),
        few.join(),
      );
      for (let i = 1; i <= 4; i++)
        await booked(cast, { name: `Dora ${i}`, start: tuesday.instant + i * 60 * MINUTE });
      assert.deepEqual(await counts(), few);
    });
  });
});
