import assert from "node:assert/strict";
import { MINUTE } from "../../src/domain/time.ts";
import { run, transaction } from "../../src/models/database.ts";
import { type Staff } from "../../src/models/index.ts";
import { BOOK, booked, tuesday } from "../support/book.ts";
import { type Browser, signedIn } from "../support/browser.ts";
import { countQueries } from "../support/queries.ts";
import { buildService, buildStaff, type World, world } from "../support/world.ts";

describe("the workspace’s queries", () => {
  let cast: World;
  let ana: Browser;

  beforeEach(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
  });

  it("is asked a few times a page, however many providers and appointments there are [D4]", async () => {
    const measure = async () => {
      const { id } = await booked(cast, { start: tuesday.instant + 240 * MINUTE });
      const paths = [
        `?date=${tuesday.date}`,
        `?view=week&date=${tuesday.date}`,
        "?view=list&q=dora",
        `/${id}`,
        `/new?service=${cast.haircut.id}&date=${tuesday.date}`,
        `/new?service=${cast.haircut.id}&date=${tuesday.date}&start=${encodeURIComponent(tuesday.iso)}&q=dora`,
        `/${id}/rescheduling`,
        `/${id}/cancellation`,
      ];
      const counts: number[] = [];
      for (const path of paths) {
        await ana.get(`${BOOK}${path}`); // the catalogue is remembered from here on
        counts.push(await countQueries(() => ana.get(`${BOOK}${path}`)));
      }
      return counts;
    };
    const few = await measure();
    const known = 3; // person, business and staff of every page
    assert.ok(
      few.every((count) => count <= known + 6),
      few.join(),
    );

    const providers: Staff[] = [];
    for (let i = 0; i < 10; i++) providers.push(await buildStaff(cast.salon, { name: `P${i}` }));
    const colour = await buildService(cast.salon, { name: "Colour" }, providers);
    for (const [i, staff] of providers.entries())
      await booked(cast, { name: `Dora ${i}`, service: colour, staff });
    await transaction(() =>
      run("DELETE FROM allocations WHERE staff_id = $id", { id: cast.benStaff.id }),
    );
    assert.deepEqual(await measure(), few);
  });
});
