import assert from "node:assert/strict";
import { addDays, MINUTE } from "../../src/domain/time.ts";
import { catalogueOf, serviceById } from "../../src/models/catalogue.ts";
import { run, transaction } from "../../src/models/database.ts";
import { Appointment } from "../../src/models/index.ts";
import { BOOK, booked, dayAfter, tuesday } from "../support/book.ts";
import { type Browser, signedIn, visitor } from "../support/browser.ts";
import {
  buildBusiness,
  buildPerson,
  buildService,
  buildStaff,
  upcoming,
  type World,
  world,
} from "../support/world.ts";

describe("the appointment book", () => {
  let cast: World;
  let ana: Browser;

  beforeEach(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
  });

  const listed = async (query: string) => {
    const page = await ana.get(`${BOOK}?view=list&${query}`);
    assert.equal(page.status, 200);
    return page
      .$("tr td:nth-child(2)")
      .toArray()
      .map((cell) => page.$(cell).text());
  };

  describe("the day", () => {
    it("has a section a provider with what is booked and what is free", async () => {
      await buildStaff(cast.salon, { name: "Eve Else", hours: [] });
      await booked(cast, { name: "Dora <b>Diaz</b>", phone: "555 0123", note: "by the window" });
      const page = await ana.get(`${BOOK}?date=${tuesday.date}`);
      assert.equal(page.status, 200);
      assert.equal(page.$("h1").length, 1);
      const [bens, eves] = page.$("section").toArray();
      const text = page.$(bens).text().replaceAll(/\s+/g, " ");
      assert.match(text, /Ben Brown Works 9:00 AM–5:00 PM/);
      assert.match(text, /9:00 AM–9:30 AM ?Move Dora <b>Diaz<\/b>, Haircut 555 0123 by the window/);
      assert.match(text, /9:30 AM–5:00 PM free/);
      assert.match(page.$(eves).text(), /Eve Else\s+Does not work on this day/);
      assert.match(page.$("main").text(), /Times are in Eastern .* Time \(America\/New_York\)/);
    });

    it("has links to the days around it and to today", async () => {
      const page = await ana.get(`${BOOK}?date=${tuesday.date}`);
      const [before, , after] = page.$("nav[aria-label=Days] a").toArray();
      assert.match(page.$(before).attr("href") ?? "", new RegExp(addDays(tuesday.date, -1)));
      assert.match(page.$(after).attr("href") ?? "", new RegExp(dayAfter));
      assert.equal((await ana.get(page.$(after).attr("href") ?? "")).status, 200);
    });

    it("shows what reaches into it from the day before, and only the provider asked for", async () => {
      const night = await buildStaff(cast.salon, { name: "Nora Night", hours: [[2, 1320, 1800]] });
      const watch = await buildService(cast.salon, { name: "Watch", minutes: 120 }, [night]);
      const late = await booked(cast, {
        service: watch,
        staff: night,
        start: upcoming(2, 1380).instant,
      });
      await booked(cast);
      const url = `${BOOK}?date=${dayAfter}`;
      assert.equal((await ana.get(url)).$(`a[href="${BOOK}/${late.id}"]`).length, 1);
      const only = await ana.get(`${BOOK}?date=${tuesday.date}&staff=${cast.benStaff.id}`);
      assert.equal(only.$("section").length, 1);
    });

    it("names the other day of a shift over midnight", async () => {
      await buildStaff(cast.salon, { name: "Nora Night", hours: [[5, 1320, 1800]] });
      const works = async (date: string) =>
        (await ana.get(`${BOOK}?date=${date}`)).$("section").last().text().replaceAll(/\s+/g, " ");
      const friday = upcoming(5, 0).date;
      assert.match(await works(friday), /Works 10:00 PM–6:00 AM \(Sat\) 10:00 PM–12:00 AM free/);
      assert.match(
        await works(addDays(friday, 1)),
        /Works until 6:00 AM \(from Friday\) 12:00 AM–6:00 AM free/,
      );
    });

    it("shows a time that is kept, and a provider who can no longer be booked", async () => {
      const former = await buildStaff(cast.salon, { name: "Fay Former" });
      const colour = await buildService(cast.salon, { name: "Colour" }, [former]);
      await booked(cast, { service: colour, staff: former });
      await transaction(() =>
        run("UPDATE staff SET bookable = FALSE WHERE id = $id", { id: former.id }),
      );
      await visitor().submit(`/book/anas-salon/haircut?from=${tuesday.date}`, {
        start: tuesday.iso,
      });
      const page = await ana.get(`${BOOK}?date=${tuesday.date}`);
      assert.match(page.$("section").first().text(), /kept for somebody who is booking/);
      assert.match(page.$("section").last().text(), /Fay Former[^]*Dora Diaz, Colour/);
    });

    it("says what to do next when it is empty or nobody can be booked", async () => {
      assert.match((await ana.get(BOOK)).$("main").text(), /No appointments on this day/);
      const business = await buildBusiness({ slug: "new-one" });
      const owner = await buildPerson();
      await buildStaff(business, { person: owner, role: "owner", bookable: false });
      const page = await (await signedIn(owner)).get("/b/new-one/appointments");
      assert.match(page.$(".note").text(), /Nobody can be booked yet/);
    });

    it("takes nonsense in its address for today", async () => {
      for (const query of ["date=nonsense", "date=2027-02-30", "view=month", "date=a&date=b"])
        assert.equal((await ana.get(`${BOOK}?${query}`)).status, 200, query);
      assert.equal((await ana.get(`${BOOK}?staff=${cast.carlStaff.id}`)).status, 404);
    });
  });

  describe("the week", () => {
    it("has seven days from Monday with what is booked", async () => {
      const { id } = await booked(cast);
      const page = await ana.get(`${BOOK}?view=week&date=${tuesday.date}`);
      assert.equal(page.$("section").length, 7);
      assert.match(page.$("section h2").first().text(), /^Mon \d+$/);
      const today = await ana.get(`${BOOK}?view=week`);
      assert.match(today.$("section.today h2").text(), / today$/);
      assert.equal(today.$("section.today").length, 1);
      assert.match(page.$("section").eq(1).text(), /Dora Diaz, Haircut\s*Ben Brown/);
      assert.equal(page.$(`a[href="${BOOK}/${id}"]`).length, 1);
      const empty = await ana.get(`${BOOK}?view=week&date=2030-01-01`);
      assert.match(empty.$("main").text(), /No appointments in this week/);
    });
  });

  describe("the list", () => {
    it("finds by name, mail address, phone and service, in any case and order", async () => {
      await booked(cast, { name: "Dora Diaz", email: "dora@example.com", phone: "(555) 0100-7" });
      await booked(cast, {
        name: "Éva 100% Müller",
        email: "eva@example.org",
        start: tuesday.instant + 60 * MINUTE,
      });
      const finds: [string, string[]][] = [
        ["dora", ["Dora Diaz"]],
        ["DIAZ dora", ["Dora Diaz"]],
        ["haircut eva@", ["Éva 100% Müller"]],
        ["555 01007", ["Dora Diaz"]],
        ["5550100", ["Dora Diaz"]],
        ["ÉVA", ["Éva 100% Müller"]],
        ["100%", ["Éva 100% Müller"]],
        ["%", ["Éva 100% Müller"]],
        ["_", []],
        ["' OR 1=1 --", []],
        ["", ["Dora Diaz", "Éva 100% Müller"]],
      ];
      for (const [q, names] of finds)
        assert.deepEqual(await listed(`q=${encodeURIComponent(q)}`), names, q);
    });

    it("filters by status, day, provider and customer", async () => {
      const service = serviceById(await catalogueOf("anas-salon"), cast.haircut.id);
      const one = await booked(cast, { name: "One" });
      await booked(cast, { name: "Two", start: upcoming(3, 540).instant });
      await Appointment.cancel(one, service, { kind: "system" }, Date.now());
      assert.deepEqual(await listed("status=cancelled"), ["One"]);
      assert.deepEqual(await listed("status=confirmed"), ["Two"]);
      assert.deepEqual((await listed("when=all")).toSorted(), ["One", "Two"]);
      assert.deepEqual(await listed("when=before"), []);
      assert.deepEqual(await listed(`when=from&date=2035-01-01`), []);
      assert.deepEqual(await listed(`when=before&date=2035-01-01&q=one`), ["One"]);
      assert.deepEqual(await listed(`customer=${one.customerId}`), ["One"]);
      assert.deepEqual(await listed(`staff=${cast.benStaff.id}`), ["One", "Two"].toSorted());
    });

    it("shows fifty a page", async () => {
      const first = await booked(cast, { name: "Number One" });
      await transaction(async () => {
        for (let i = 2; i <= 51; i++)
          await run(
            `INSERT INTO appointments (business_id, service_id, staff_id, location_id, customer_id,
               starts_at, ends_at, zone, uid, token_hash, created_at)
             SELECT business_id, service_id, staff_id, location_id, customer_id, starts_at + $more,
               ends_at + $more, zone, $uid, $uid, created_at FROM appointments WHERE id = $id`,
            { id: first.id, more: i * 1000, uid: `uid-${i}` },
          );
      });
      const page = await ana.get(`${BOOK}?view=list&q=number`);
      assert.equal(page.$("tr").length, 51);
      const next = page.$("a[rel=next]").attr("href") ?? "";
      assert.match(next, /q=number.*page=2/);
      assert.equal((await ana.get(next)).$("tr").length, 2);
    });

    it("says what to do next when nothing is found", async () => {
      const page = await ana.get(`${BOOK}?view=list&q=nobody`);
      assert.match(page.$(".note").text(), /No appointment matches/);
      assert.match((await ana.get(`${BOOK}?view=list`)).$(".note").text(), /No appointments from/);
    });
  });
});
