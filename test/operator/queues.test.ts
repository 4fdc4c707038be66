import assert from "node:assert/strict";
import { Worker } from "bullmq";
import { enqueue } from "../../src/jobs.ts";
import { run, transaction } from "../../src/models/database.ts";
import { redis } from "../../src/redis.ts";
import { startReferralWorker } from "../../workers/referrals.ts";
import { bookHaircut, HOUR } from "../support/bookings.ts";
import { type Page, signedIn } from "../support/browser.ts";
import { until } from "../support/processes.ts";
import { type World, world } from "../support/world.ts";

describe("the operator's page of queues", () => {
  let cast: World;
  beforeEach(async () => {
    cast = await world();
  });

  async function queues(): Promise<Page> {
    return (await signedIn(cast.olga)).get("/operator/queues");
  }

  it("shows what waits in each queue, and that nobody works", async () => {
    await enqueue([
      { name: "delivery.send", payload: { deliveryId: 1 } },
      { name: "delivery.send", payload: { deliveryId: 2 } },
      { name: "visits.sweep", payload: {} },
    ]);
    const shown = await queues();
    assert.equal(shown.status, 200);
    assert.deepEqual(table(shown), {
      deliveries: [2, 0, 0, 0, 0],
      webhooks: [0, 0, 0, 0, 0],
      calendars: [0, 0, 0, 0, 0],
      files: [0, 0, 0, 0, 0],
      regions: [0, 0, 0, 0, 0],
      maintenance: [1, 0, 0, 0, 0],
      referrals: [0, 0, 0, 0, 0],
    });
    assert.equal(shown.$("caption").first().text(), "Jobs and workers now");
  });

  it("shows what is under way, delayed and failed, and who works", async () => {
    const gate = Promise.withResolvers<void>();
    const connection = {};
    const visits = new Worker("regions", () => gate.promise, { connection });
    const failing = new Worker("maintenance", () => Promise.reject(new Error("broken")), {
      connection,
    });
    const referrals = await startReferralWorker();
    try {
      const batch = { batch: "b", day: "2027-02-01", counts: [] };
      await enqueue([{ name: "visits.add", payload: batch }]);
      await until(async () => table(await queues()).regions?.[1] === 1);
      await enqueue([{ name: "visits.sweep", payload: {} }]);
      const shown = table(await queues());
      assert.deepEqual(shown.regions, [0, 1, 0, 0, 1]);
      assert.equal(shown.maintenance?.[4], 1);
      assert.deepEqual(shown.referrals, [0, 0, 0, 0, 1]);
    } finally {
      gate.resolve();
      await Promise.all([visits.close(), failing.close(), referrals.close()]);
    }
  });

  it("shows batches that wait to be tried again", async () => {
    const failing = new Worker("regions", () => Promise.reject(new Error("broken")), {
      connection: {},
    });
    try {
      const batch = { batch: "b", day: "2027-02-01", counts: [] };
      await enqueue([{ name: "visits.add", payload: batch }]);
      await until(async () => table(await queues()).regions?.[2] === 1);
    } finally {
      await failing.close();
    }
  });

  it("shows what is owed in the database, whatever rang, and nobody's data", async () => {
    assert.deepEqual(owed(await queues()), [0, 0, 0, 0]);
    const now = Date.now();
    await bookHaircut(cast, { start: now + 48 * HOUR, now: now - 2 * HOUR });
    const shown = await queues();
    assert.deepEqual(owed(shown), [2, 1, 0, 0]);
    assert.match(shown.$("table").last().text(), /the oldest for 2 hours/);
    assert.doesNotMatch(shown.html, /Jane|jane@|Salon/);
    for (const state of ["failed", "unknown"])
      for (const [id, finishedAt] of [
        [1, now - HOUR],
        [2, now - 25 * HOUR],
      ])
        await transaction(() =>
          run(
            `INSERT INTO deliveries (business_id, kind, state, due_at, finished_at, created_at)
             VALUES ($businessId, 'confirmation', $state, $id, $finishedAt, 0)`,
            { businessId: cast.salon.id, state, id, finishedAt },
          ),
        );
    assert.deepEqual(owed(await queues()), [2, 1, 1, 1]);
  });

  it("says that the service is busy while Redis is away, and works when it is back", async () => {
    const browser = await signedIn(cast.olga);
    redis.destroy();
    try {
      const { status, $ } = await browser.get("/operator/queues");
      assert.equal(status, 503);
      assert.equal($("h1").text(), "Busy at the moment");
    } finally {
      await redis.connect();
    }
    assert.equal((await browser.get("/operator/queues")).status, 200);
  });
});

/** Due, for later, given up, unknown. */
function owed({ $ }: Page): number[] {
  const cells = $("table").last().find("td").toArray();
  return cells.map((cell) => Number($(cell).text()));
}

/** Queue -> waiting, active, delayed, failed, workers. */
function table({ $ }: Page): Record<string, number[]> {
  const lines = $("table").first().find("tbody tr").toArray();
  return Object.fromEntries(
    lines.map((line) => [
      $(line).find("th").contents().first().text(),
      $(line)
        .find("td")
        .toArray()
        .map((cell) => Number($(cell).text())),
    ]),
  );
}
