import assert from "node:assert/strict";
import { get, type IncomingHttpHeaders } from "node:http";
import { once } from "node:events";
import { utcDay } from "../../src/domain/statistics.ts";
import { queue } from "../../src/jobs.ts";
import { rows } from "../../src/models/database.ts";
import { redis } from "../../src/redis.ts";
import { flushVisits, startFlushing, stopFlushing } from "../../src/web/visits.ts";
import { signedIn, visitor } from "../support/browser.ts";
import { origin, runJobs, type World, world } from "../support/world.ts";

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

describe("visits [P1.6]", () => {
  let cast: World;
  beforeEach(async () => {
    await stopFlushing();
    cast = await world();
  });

  it("are counted as they are: pages shown, by kind", async () => {
    await Promise.all(Array.from({ length: 25 }, () => ask("/", { "accept-language": "de-AT" })));
    await Promise.all(Array.from({ length: 5 }, () => ask("/", { "user-agent": "curl/8" })));
    await ask("/book/anas-salon");
    await ask("/book/carls-garage");
    const day = utcDay(Date.now());
    const local = { day, audience: "visitor", region: "local" };
    assert.deepEqual(await counted(), [
      {
        ...local,
        area: "booking",
        page: "/book/:business",
        browser: "firefox",
        language: "en",
        visits: 2,
      },
      { ...local, area: "site", page: "/", browser: "bot", language: "en", visits: 5 },
      { ...local, area: "site", page: "/", browser: "firefox", language: "de", visits: 25 },
    ]);
  });

  it("are pages that were shown: no refusals, redirects, posts, files or checks", async () => {
    for (const path of [
      "/nowhere",
      "/book/nobody",
      "/b/anas-salon",
      "/operator/statistics",
      "/style.css",
      "/icon.svg",
      "/healthz",
      "/readyz",
      "/metrics",
      "/%E0%A4%A",
    ])
      await ask(path);
    await visitor().post("/refer", { name: "" });
    assert.deepEqual(await counted(), []);
  });

  it("are a business's where somebody is signed in, and nobody's in the console", async () => {
    await (await signedIn(cast.ana)).get("/b/anas-salon");
    await (await signedIn(cast.olga)).get("/operator/statistics");
    assert.deepEqual(
      (await counted()).map(({ area, audience, page }) => [area, audience, page]),
      [["workspace", "business", "/b/:business"]],
    );
  });

  it("name no business, no link and nothing that was typed", async () => {
    await ask("/book/anas-salon?from=2027-02-01&secret=canary");
    await ask("/?canary=1");
    await flushVisits();
    const jobs = JSON.stringify((await queue("regions").getJobs()).map(({ data }) => data));
    for (const typed of ["anas-salon", "canary", "2027-02-01", "Mozilla"])
      assert.ok(!jobs.includes(typed), typed);
    await runJobs();
    assert.ok(!JSON.stringify(await counted()).includes("salon"));
  });

  it("are one batch, with a number that is not used twice", async () => {
    await ask("/");
    await Promise.all([flushVisits(), flushVisits()]);
    await flushVisits();
    assert.equal(await queue("regions").getWaitingCount(), 1);
    await ask("/");
    await flushVisits();
    const ids = (await queue("regions").getJobs(["waiting"])).map(({ id }) => id);
    assert.equal(new Set(ids).size, 2);
    assert.equal(await total(), 2);
  });

  it("go to the database itself when a process stops and Redis is away", async () => {
    await ask("/");
    const { isReady } = redis;
    assert.ok(isReady);
    Object.defineProperty(redis, "isReady", { value: false, configurable: true });
    try {
      await flushVisits();
      await ask("/");
      assert.deepEqual(await read(), []);
      startFlushing();
      await stopFlushing();
    } finally {
      Reflect.deleteProperty(redis, "isReady");
    }
    assert.equal(await queue("regions").getWaitingCount(), 0);
    assert.equal(await total(), 2);
  });
});

async function ask(path: string, headers: IncomingHttpHeaders = {}): Promise<number> {
  const all = { "user-agent": FIREFOX, "accept-language": "en-US,en", ...headers };
  const [res] = await once(get((await origin()) + path, { headers: all }), "response");
  res.resume();
  await once(res, "end");
  return Number(res.statusCode);
}

type Counted = Record<"day" | "area" | "audience" | "region" | "page" | "browser", string> & {
  language: string;
  visits: number;
};

async function counted(): Promise<Counted[]> {
  // "finish" comes when the last bytes have been handed to the system: they may be here before.
  await new Promise((resolve) => setTimeout(resolve, 20));
  await flushVisits();
  await runJobs();
  return read();
}

async function total(): Promise<number> {
  return (await counted()).reduce((sum, { visits }) => sum + visits, 0);
}

function read(): Promise<Counted[]> {
  return rows(
    `SELECT day, area, audience, region, page, browser, language, visits FROM visit_counts
     ORDER BY area, page, browser, language`,
  );
}
