import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { Jobs } from "../../src/jobs.ts";
import { enqueue, queue } from "../../src/jobs.ts";
import { launch } from "../../src/embedded/children.ts";
import { DAY } from "../../src/domain/time.ts";
import { type Visit, visitKey } from "../../src/domain/visit.ts";
import { rows, sequelize } from "../../src/models/database.ts";
import { VisitCount } from "../../src/models/visit-count.ts";
import { handle } from "../../workers/handlers.ts";
import { until } from "../support/processes.ts";
import { world } from "../support/world.ts";

const NOON = Date.parse("2027-02-03T12:00:00Z");
const TODAY = "2027-02-03";
const visit: Visit = {
  area: "site",
  audience: "visitor",
  region: "US",
  page: "/",
  browser: "firefox",
  language: "en",
};

describe("counts of visits [P3.4]", () => {
  beforeEach(world);

  it("are added up", async () => {
    await add([
      [visit, 3],
      [{ ...visit, page: "/pricing" }, 2],
    ]);
    await add([[visit, 4]]);
    assert.deepEqual(await all(), [
      { day: TODAY, page: "/", region: "US", visits: 7 },
      { day: TODAY, page: "/pricing", region: "US", visits: 2 },
    ]);
    assert.deepEqual(await VisitCount.byDay(TODAY, TODAY), [
      { day: TODAY, area: "site", audience: "visitor", region: "US", visits: 9 },
    ]);
  });

  it("are added once a batch, however often and wherever its job runs", async () => {
    const batch = batchOf([[visit, 5]]);
    await VisitCount.addBatch(batch, NOON);
    await Promise.all(Array.from({ length: 10 }, () => VisitCount.addBatch(batch, NOON)));
    await handle("visits.add", batch);
    assert.equal(await total(), 5);
  });

  it("are all added when many batches come at once", async () => {
    const pages = ["/", "/pricing", "/features", "/contact"];
    const lines = (turn: number) =>
      pages.map((_, i): Line => [{ ...visit, page: pages[(i + turn) % 4] ?? "/" }, 1]);
    const batches = Array.from({ length: 40 }, (_, turn) => batchOf(lines(turn)));
    await Promise.all(batches.flatMap((batch) => [batch, batch].map((b) => addIt(b))));
    assert.deepEqual(
      (await all()).map(({ visits }) => visits),
      [40, 40, 40, 40],
    );
  });

  it("are added up within a batch that names a visit twice", async () => {
    await add([
      [visit, 1],
      [visit, 2],
    ]);
    assert.equal(await total(), 3);
  });

  it("are added whole from a large batch", async () => {
    const regions = Array.from({ length: 1500 }, (_, i) => `US-${i}`);
    await add(regions.map((region): Line => [{ ...visit, region }, 2]));
    assert.equal(await total(), 3000);
    assert.equal((await all()).length, 1500);
  });

  it("go to a day that is still open, when they come too late for theirs", async () => {
    await addIt({ ...batchOf([[visit, 1]]), day: "2027-01-31" });
    await addIt({ ...batchOf([[visit, 1]]), day: "2027-02-09" });
    await VisitCount.addBatch({ ...batchOf([[visit, 1]]), day: "2027-02-02" }, midnight(1));
    await VisitCount.addBatch({ ...batchOf([[visit, 1]]), day: "2027-02-02" }, midnight(2));
    assert.deepEqual(
      (await all()).map(({ day, visits }) => [day, visits]),
      [
        ["2027-02-02", 1],
        ["2027-02-03", 3],
      ],
    );
  });

  it("are forgotten as batches after thirty days, and kept as counts", async () => {
    const [old, young] = [batchOf([[visit, 1]]), batchOf([[visit, 1]])];
    await VisitCount.addBatch(old, NOON - 31 * DAY);
    await VisitCount.addBatch(young, NOON - 29 * DAY);
    await VisitCount.sweep(NOON);
    const known = await rows<{ batch: string }>("SELECT batch FROM visit_batches");
    assert.deepEqual(known, [{ batch: young.batch }]);
    assert.equal(await total(), 2);
  });

  it("begin at the first day", async () => {
    assert.equal(await VisitCount.firstDay(), undefined);
    await add([[visit, 1]]);
    assert.equal(await VisitCount.firstDay(), TODAY);
  });

  const good = batchOf([[visit, 1]]);
  for (const [what, payload, place] of [
    ["nothing", undefined, ""],
    ["no number", { ...good, batch: undefined }, "batch"],
    ["a number of another kind", { ...good, batch: "x'; --" }, "batch"],
    ["no day", { ...good, day: "2027-02-30" }, "day"],
    ["an address for a region", { ...good, counts: [[spoilt("81.2.3.4"), 1]] }, "counts.0.0"],
    ["half a visit", { ...good, counts: [["site|visitor", 1]] }, "counts.0.0"],
    ["no visits", { ...good, counts: [[visitKey(visit), 0]] }, "counts.0.1"],
    ["half visits", { ...good, counts: [[visitKey(visit), 0.5]] }, "counts.0.1"],
    ["a person beside it", { ...good, email: "ana@example.com" }, ""],
  ] as const) {
    it(`are refused with ${what}, saying where and not what`, async () => {
      const refusal = await VisitCount.addBatch(payload, NOON).then(
        () => "accepted",
        (error: Error) => error.message,
      );
      assert.ok(refusal.startsWith(`not a batch of visits: ${place}:`), refusal);
      assert.ok(!refusal.includes("81.2.3.4") && !refusal.includes("ana@"));
      assert.equal(await total(), 0);
    });
  }

  it("have no column for a person, a session, a business or an instant [P1.6]", async () => {
    const columns = Object.keys(await sequelize.getQueryInterface().describeTable("visit_counts"));
    assert.deepEqual(columns.toSorted(), [
      "area",
      "audience",
      "browser",
      "day",
      "language",
      "page",
      "region",
      "visits",
    ]);
  });
});

describe("counts of visits, by workers that are killed [P3.4]", () => {
  it("are added once, none is lost", async () => {
    await world();
    const today = new Date().toISOString().slice(0, 10);
    const batches = Array.from({ length: 300 }, () => ({
      ...batchOf([
        [visit, 1],
        [{ ...visit, page: "/pricing" }, 2],
      ]),
      day: today,
    }));
    await enqueue(batches.map((payload) => ({ name: "visits.add", payload, id: payload.batch })));
    const args = ["workers/index.ts", "--queues", "regions", "--concurrency", "5"];
    const start = () => launch(process.execPath, args, { env: process.env, quiet: true });
    for (let kills = 0; kills < 4 && (await left()) > 0; kills++) {
      const before = await total();
      const worker = start();
      await until(async () => (await total()) > before + 30 || (await left()) === 0);
      await worker.stop(0, "SIGKILL");
    }
    // What a dead worker had begun is begun again, as if its lease had run out.
    for (const job of await queue("regions").getJobs(["active", "waiting", "delayed"]))
      await handle("visits.add", job.data as Jobs["visits.add"]);
    assert.equal(await total(), 900);
    await queue("regions").obliterate({ force: true });
  });
});

async function left(): Promise<number> {
  const { waiting = 0, active = 0, delayed = 0 } = await queue("regions").getJobCounts();
  return waiting + active + delayed;
}

type Line = [Visit, number];

function batchOf(lines: Line[]): Jobs["visits.add"] {
  const counts = lines.map(([of, visits]) => [visitKey(of), visits] as const);
  return { batch: randomUUID(), day: TODAY, counts };
}

function add(lines: Line[]): Promise<void> {
  return addIt(batchOf(lines));
}

function addIt(batch: Jobs["visits.add"]): Promise<void> {
  return VisitCount.addBatch(batch, NOON);
}

function midnight(hours: number): number {
  return Date.parse("2027-02-03T00:00:00Z") + hours * 3_600_000;
}

function spoilt(region: string): string {
  return visitKey({ ...visit, region });
}

function all(): Promise<Array<{ day: string; page: string; region: string; visits: number }>> {
  return rows("SELECT day, page, region, visits FROM visit_counts ORDER BY day, page, region");
}

async function total(): Promise<number> {
  return (await all()).reduce((sum, { visits }) => sum + visits, 0);
}
