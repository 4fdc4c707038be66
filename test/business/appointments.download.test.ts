import assert from "node:assert/strict";
import { parse } from "csv-parse/sync";
import { EMPTY } from "../../src/domain/fields.ts";
import { addDays } from "../../src/domain/time.ts";
import { Answers } from "../../src/models/answer.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { BOOK, booked, tuesday } from "../support/book.ts";
import { type Browser, signedIn } from "../support/browser.ts";
import { asks } from "../support/fields.ts";
import { type World, world } from "../support/world.ts";

describe("the file of appointments", () => {
  let cast: World;
  let ana: Browser;
  before(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
    await booked(cast, { name: "=cmd()", phone: "+1 555 0101", note: 'two\nlines, "quoted"' });
    await booked(cast, {
      name: "Eve",
      email: "eve@example.com",
      start: tuesday.instant + 3_600_000,
    });
  });

  async function read(query: string): Promise<Array<Record<string, string>>> {
    const { status, html } = await ana.get(`/b/anas-salon/appointments.csv${query}`);
    assert.equal(status, 200);
    return parse(html, { bom: true, columns: true });
  }

  it("[D2] says weekday, date, time and zone by the one formatter", async () => {
    const [line] = await read("?when=all&q=cmd");
    assert.equal(line?.Weekday, "Tuesday");
    assert.equal(line?.Time, "9:00 AM");
    assert.match(line?.Zone ?? "", /^Eastern (Standard|Daylight) Time$/);
    assert.match(line?.Start ?? "", /T09:00:00-0[45]:00\[America\/New_York\]$/);
    assert.deepEqual([line?.Service, line?.With, line?.Minutes], ["Haircut", "Ben Brown", "30"]);
    assert.equal(line?.["Price (USD)"], "35");
  });

  it("[D22] has what was typed as it was, and nothing that a spreadsheet runs", async () => {
    const [line] = await read("?when=all&q=cmd");
    assert.deepEqual(
      [line?.Customer, line?.Phone, line?.Note],
      ["'=cmd()", "'+1 555 0101", 'two\nlines, "quoted"'],
    );
  });

  it("is filtered as the list is, and the list leads to it", async () => {
    const list = await ana.get(`${BOOK}?view=list&q=eve`);
    const href = list.$("a[href*='appointments.csv']").attr("href") ?? "";
    const lines = await read(href.slice(href.indexOf("?")));
    assert.deepEqual(
      lines.map(({ Customer }) => Customer),
      ["Eve"],
    );
    assert.equal((await read("?when=before")).length, 0);
  });

  it("[P1.4] [D22] has what was answered, of the appointment and of its customer", async () => {
    const [first] = await rows<{ id: number; customerId: number }>(
      `SELECT id, customer_id AS "customerId" FROM appointments ORDER BY id`,
    );
    const length = await asks(cast.salon, "Length", { subject: "appointment" });
    const tea = await asks(cast.salon, "Tea", { type: "checkbox" });
    await transaction(async () => {
      const now = Date.now();
      const { id: businessId } = cast.salon;
      const own = { businessId, subject: "appointment", id: first?.id ?? 0 } as const;
      await Answers.keep(own, [{ field: length, ...EMPTY, text: "=Long" }], now);
      const hers = { businessId, subject: "customer", id: first?.customerId ?? 0 } as const;
      await Answers.keep(hers, [{ field: tea, ...EMPTY, number: 1 }], now);
    });
    const lines = await read("?when=all");
    assert.deepEqual(
      lines.map(({ Length, Tea }) => [Length, Tea]),
      [
        ["", ""],
        ["'=Long", "Tea"],
      ],
    );
  });

  it("is narrowed to a service and a period", async () => {
    const service = `service=${cast.haircut.id}`;
    assert.equal((await read(`?when=all&${service}`)).length, 2);
    assert.equal((await read("?when=all&service=999")).length, 0);
    const until = (date: string) => read(`?when=from&${service}&until=${date}`);
    assert.equal((await until(tuesday.date)).length, 2);
    assert.equal((await until(addDays(tuesday.date, -1))).length, 0);
    const list = await ana.get(`${BOOK}?view=list&until=${tuesday.date}`);
    assert.match(list.$("a[href*='.csv']").attr("href") ?? "", /until=/);
  });

  it("has all of a long list, in its order", async () => {
    const [one] = await rows<{ id: number }>("SELECT MIN(id) AS id FROM appointments");
    await transaction(async () => {
      for (let i = 0; i < 1100; i++)
        await run(
          `INSERT INTO appointments (business_id, service_id, staff_id, location_id, customer_id,
             starts_at, ends_at, zone, uid, token_hash, created_at)
           SELECT business_id, service_id, staff_id, location_id, customer_id, starts_at + $i,
             ends_at + $i, zone, $uid, $uid, created_at
           FROM appointments WHERE id = $id`,
          // Three at each instant, so that batches end between equals.
          { i: Math.floor(i / 3) * 1000, uid: `copy ${i}`, id: one?.id },
        );
    });
    const stored = await rows("SELECT id FROM appointments");
    for (const when of ["from", "all"]) {
      const lines = await read(`?when=${when}`);
      assert.equal(lines.length, stored.length);
      const starts = lines.map(({ Start = "" }) => Start.slice(0, 19));
      const sorted = starts.toSorted();
      assert.deepEqual(starts, when === "from" ? sorted : sorted.toReversed());
    }
  });

  it("[P5.2] is nobody else's", async () => {
    const carl = await signedIn(cast.carl);
    assert.equal((await carl.get("/b/anas-salon/appointments.csv")).status, 404);
  });
});
