// Every list that staff see can be taken away as CSV.
import assert from "node:assert/strict";
import { parse } from "csv-parse/sync";
import { rows, run, transaction } from "../../src/models/database.ts";
import { Absence } from "../../src/models/absence.ts";
import { FIRST_LOCATION } from "../../src/models/location.ts";
import { booked, tuesday } from "../support/book.ts";
import { type Browser, signedIn } from "../support/browser.ts";
import { runJobs, type World, world } from "../support/world.ts";

const LISTS = [
  "absences",
  "appointments?view=list",
  "customers",
  "deliveries",
  "services",
  "staff",
  "waiting",
];

describe("lists as files", () => {
  let cast: World;
  let ana: Browser;
  before(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
    await booked(cast, { name: "=1+1" });
    await runJobs();
    await transaction(() => run("UPDATE deliveries SET recipient = '@sum(1)' WHERE id = 1"));
    const days = { from: tuesday.date, to: tuesday.date, note: "+44" };
    const actor = { kind: "staff", staffId: cast.benStaff.id } as const;
    await Absence.ask(cast.salon, cast.benStaff.id, days, actor, Date.now());
    await transaction(() =>
      run(
        `INSERT INTO waiting_entries (business_id, service_id, location_id, people, addon_ids, name,
           email, from_date, to_date, from_minute, uid, token_hash, created_at)
         VALUES ($businessId, $serviceId, ${FIRST_LOCATION}, 2, '[]', '=Will', 'will@example.com', $date, $date, 540,
           'w', 'w', 1)`,
        { businessId: cast.salon.id, serviceId: cast.haircut.id, date: tuesday.date },
      ),
    );
  });

  async function read(path: string): Promise<Array<Record<string, string>>> {
    const { status, html } = await ana.get(`/b/anas-salon/${path}`);
    assert.equal(status, 200);
    return parse(html, { bom: true, columns: true });
  }

  for (const list of LISTS)
    it(`${list.replace(/\?.*/, "")}: led to from the page, with nothing a spreadsheet runs`, async () => {
      const page = await ana.get(`/b/anas-salon/${list}`);
      const href = page.$("main a[href*='.csv']").attr("href") ?? "";
      const lines = await read(href.replace("/b/anas-salon/", ""));
      assert.ok(lines.length > 0, "no line");
      for (const cell of lines.flatMap((line) => Object.values(line)))
        assert.doesNotMatch(cell, /^[=+@-]/);
    });

  it("say what their pages say", async () => {
    const [entry] = await read("waiting.csv");
    assert.deepEqual(
      [entry?.Who, entry?.Service, entry?.People, entry?.["Not before"], entry?.["Not after"]],
      ["'=Will", "Haircut", "2", "9:00 AM", ""],
    );
    const [absence] = await read("absences.csv");
    assert.deepEqual([absence?.Who, absence?.State], ["Ben Brown", "waits for an answer"]);
    const [service] = await read("services.csv");
    assert.deepEqual([service?.Minutes, service?.["Price (USD)"]], ["30", "35"]);
    const staff = await read("staff.csv");
    assert.deepEqual(
      staff.map(({ Name }) => Name),
      ["Ana Alvarez", "Ben Brown"],
    );
    assert.equal((await read("staff.csv?archived=1")).length, 0);
    const mails = await read("deliveries.csv");
    assert.equal(mails.length, (await rows("SELECT id FROM deliveries")).length);
    assert.ok(mails.every(({ Due }) => Due?.endsWith("[America/New_York]")));
    assert.equal((await read("deliveries.csv?show=failed")).length, 0);
  });
});
