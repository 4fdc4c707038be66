import assert from "node:assert/strict";
import { parse } from "csv-parse/sync";
import { rows, run, transaction } from "../../src/models/database.ts";
import { BOOK, booked, tuesday } from "../support/book.ts";
import { type Browser, signedIn } from "../support/browser.ts";
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
