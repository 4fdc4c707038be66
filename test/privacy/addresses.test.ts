import assert from "node:assert/strict";
import { Client } from "pg";
import sqlite3 from "sqlite3";
import type { Child } from "../../src/embedded/children.ts";
import { regionOf } from "../../src/regions.ts";
import { type Canary, plant, scan } from "../support/canary.ts";
import { type House, openHouse } from "../support/house.ts";
import { isAlive, until } from "../support/processes.ts";

const WEB = "src/server.ts";
// What proxies and delivery networks write, and what Node makes of IPv4 on a dual-stack socket.
const SPELLINGS = [
  (text: string) => ({ "x-forwarded-for": text }),
  (text: string) => ({ "x-forwarded-for": `[${text}]:50123`, "x-real-ip": text }),
  (text: string) => ({ "x-forwarded-for": text, forwarded: `for="[${text}]"` }),
];

describe("addresses of visitors, searched for everywhere [P3.4]", function () {
  this.timeout(120_000);
  let house: House;
  let canaries: Canary[];
  beforeEach(async () => {
    house = await openHouse();
    canaries = [plant("ipv4"), plant("ipv4"), plant("ipv6"), plant("ipv6")];
  });
  afterEach(() => house.close());

  it("are nowhere after pages, refusals, errors, a crash and a shutdown, and all are counted", async () => {
    const worker = house.start("workers/index.ts", ["--queues", "regions"]);
    const web = await start(WEB);
    for (const headers of everyHeader()) assert.equal(await ask("/", headers), 200);
    for (const [path, status] of [
      ["/nowhere", 404],
      ["/book/nobody", 404],
      ["/%E0%A4%A", 404],
      ["/operator/statistics", 303],
    ] as const)
      for (const headers of everyHeader()) assert.equal(await ask(path, headers), status);
    for (const headers of everyHeader()) await post("/refer", { name: "" }, headers);
    await web.stop(20_000);
    const expected = Map.groupBy(everyCanary(), (canary) => regionOf(canary.text));
    await until(async () => (await countedHome()) === everyHeader().length);
    const counted = await sql(
      "SELECT region, SUM(visits) AS visits FROM visit_counts GROUP BY region",
    );
    for (const { region, visits } of counted)
      assert.equal(Number(visits), expected.get(String(region))?.length, String(region));

    const broken = await start(WEB);
    await sql("ALTER TABLE businesses RENAME TO gone");
    for (const headers of everyHeader()) assert.equal(await ask("/book/demo", headers), 500);
    for (const headers of everyHeader()) await ask("/", headers);
    await broken.stop(0, "SIGKILL");
    await worker.stop(20_000);
    assert.deepEqual(await scan(house.sinks, canaries), []);
  });

  it("are not lost as counts while Redis is away", async () => {
    const web = await start(WEB);
    const [first] = everyHeader();
    for (let i = 0; i < 7; i++) await ask("/", first);
    await house.redis.stop("SIGKILL");
    for (let i = 0; i < 5; i++) assert.equal(await ask("/", first), 200);
    await web.stop(30_000);
    assert.equal(await countedHome(), 12);
    assert.deepEqual(await scan(house.sinks.slice(0, 3), canaries), []);
  });

  it("are found when a process leaks them to a log, to Redis or to the database", async () => {
    await start("test/support/leaky/address.ts");
    for (const { text } of canaries) await ask("/", { "x-forwarded-for": text });
    await until(async () => {
      const found = await scan(house.sinks, canaries);
      return [/^output$/, /^Redis key/, /^pg_dump$|\.sqlite/].every((place) => {
        const there = found.filter(({ where }) => place.test(where));
        return new Set(there.map(({ canary }) => canary)).size === canaries.length;
      });
    }, 60_000);
  });

  async function start(file: string): Promise<Child> {
    const web = house.start(file);
    await until(async () => {
      if (!isAlive(web.pid)) throw new Error(`it ended: ${web.lastWords()}`);
      return (await ask("/readyz").catch(() => 0)) === 200;
    });
    return web;
  }

  function everyCanary(): Canary[] {
    return canaries.flatMap((canary) => SPELLINGS.map(() => canary));
  }

  function everyHeader(): Array<Record<string, string>> {
    return canaries.flatMap(({ kind, text }) =>
      SPELLINGS.map((spelling, i) => spelling(kind === "ipv4" && i > 0 ? `::ffff:${text}` : text)),
    );
  }

  async function ask(path: string, headers: Record<string, string> = {}): Promise<number> {
    const all = { connection: "close", ...headers };
    const res = await fetch(house.origin + path, { headers: all, redirect: "manual" });
    await res.arrayBuffer();
    return res.status;
  }

  async function post(path: string, fields: Record<string, string>, headers: object) {
    const body = new URLSearchParams(fields);
    const res = await fetch(house.origin + path, { method: "POST", body, headers: { ...headers } });
    await res.arrayBuffer();
    assert.ok(res.status >= 400 && res.status < 500);
  }

  async function countedHome(): Promise<number> {
    const [row] = await sql("SELECT SUM(visits) AS visits FROM visit_counts WHERE page = '/'");
    return Number(row?.visits ?? 0);
  }

  /** Asks the database of the house, which is not the one of this process. */
  async function sql(text: string): Promise<Array<Record<string, unknown>>> {
    const { DATABASE_URL } = house.env;
    if (DATABASE_URL.startsWith("postgres:")) {
      const client = new Client(DATABASE_URL);
      await client.connect();
      try {
        return (await client.query<Record<string, unknown>>(text)).rows;
      } finally {
        await client.end();
      }
    }
    return new Promise((resolve, reject) => {
      const database = new sqlite3.Database(DATABASE_URL.slice("sqlite:".length));
      database.configure("busyTimeout", 5000);
      database.all(text, (error: Error | null, rows: Array<Record<string, unknown>>) => {
        database.close();
        if (error) reject(error);
        else resolve(rows);
      });
    });
  }
});
