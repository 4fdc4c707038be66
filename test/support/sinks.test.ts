import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Client } from "pg";
import { createClient } from "redis";
import sqlite3 from "sqlite3";
import { type Canary, plant, scan } from "./canary.ts";
import { type Postgres, type Redis, startPostgres, startRedis } from "./servers.ts";
import {
  files,
  filesChangedSince,
  monitor,
  output,
  postgresDump,
  redisContents,
  slowlog,
} from "./sinks.ts";

const { text } = plant("name");
const planted: Canary = { kind: "name", text };
const leaks: Record<string, string[]> = {
  "a key's name": ["SET", text, "1"],
  "a string": ["SET", "a", text],
  "a hash": ["HSET", "a", "b", text],
  "a hash's field": ["HSET", "a", text, "1"],
  "a list": ["RPUSH", "a", "b", text],
  "a set": ["SADD", "a", text],
  "a sorted set": ["ZADD", "a", "1", text],
  "a stream": ["XADD", "a", "*", "b", text],
};
describe("the canary scanner's sinks", () => {
  const canary = plant("address");
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "plainbook-canary-"));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it("files: contents and names, however deep [P6.2]", async () => {
    assert.deepEqual(await scan([files(dir, join(dir, "missing"))], [canary]), []);
    mkdirSync(join(dir, "a/b"), { recursive: true });
    writeFileSync(join(dir, "a/b/file"), `x${canary.text}x`);
    assert.equal((await scan([files(dir)], [canary]))[0]?.where, join(dir, "a/b/file"));
    const before = Date.now() - 10_000;
    assert.ok((await scan([filesChangedSince(before, dir)], [canary])).length > 0);
    assert.deepEqual(await scan([filesChangedSince(before + 20_000, dir)], [canary]), []);
    rmSync(join(dir, "a"), { recursive: true });
    writeFileSync(join(dir, canary.text), "");
    assert.match((await scan([files(dir)], [canary]))[0]?.where ?? "", /^names in/);
  });

  it("SQLite: the write-ahead log before a checkpoint [P6.2]", async () => {
    const path = join(dir, "test.sqlite");
    const database = new sqlite3.Database(path);
    const exec = (sql: string) =>
      new Promise<void>((resolve, reject) => {
        database.exec(sql, (error) => (error ? reject(error) : resolve()));
      });
    await exec("PRAGMA journal_mode = WAL; CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('no')");
    const sinks = [files(path, `${path}-wal`, `${path}-shm`)];
    assert.deepEqual(await scan(sinks, [canary]), []);
    await exec(`INSERT INTO t VALUES ('${canary.text}'); DELETE FROM t`);
    const where = (await scan(sinks, [canary])).map((finding) => finding.where);
    assert.ok(where.includes(`${path}-wal`), String(where));
    await new Promise((resolve) => database.close(resolve));
  });

  it("output of a process, both streams [P6.2]", async () => {
    for (const stream of ["stdout", "stderr"]) {
      const { sink, record } = output();
      const program = `process.${stream}.write(process.argv[1])`;
      const child = spawn(process.execPath, ["-e", program, canary.text]);
      record(child);
      await once(child, "close");
      assert.equal((await scan([sink], [canary]))[0]?.where, "output");
    }
  });
});

describe("the canary scanner on Redis", () => {
  let server: Redis;
  let client: ReturnType<typeof createClient>;
  before(async () => {
    server = await startRedis({ appendonly: true });
    client = createClient({ url: server.url });
    client.on("error", () => undefined);
    await client.connect();
  });
  after(async () => {
    client.destroy();
    await server.stop();
  });
  beforeEach(() => client.flushAll());

  for (const [place, command] of Object.entries(leaks)) {
    it(`${place} is searched [P6.2]`, async () => {
      assert.deepEqual(await scan([redisContents(server.url)], [planted]), []);
      await client.sendCommand(command);
      assert.ok((await scan([redisContents(server.url)], [planted])).length > 0);
    });
  }

  it("the append-only file and the snapshot are searched, after removal too [P6.2]", async () => {
    const gone = plant("address");
    await client.set("a", gone.text);
    await client.sendCommand(["SAVE"]);
    await client.del("a");
    const where = (await scan([files(server.dir)], [gone])).map((finding) => finding.where);
    assert.ok(where.some((path) => path.endsWith(".aof")));
    assert.ok(where.some((path) => path.endsWith(".rdb")));
    assert.deepEqual(await scan([redisContents(server.url)], [gone]), []);
  });

  it("MONITOR is heard, over a restart too [P6.2]", async () => {
    const [first, second] = [plant("name"), plant("name")];
    const { sink, stop } = await monitor(server.port);
    await client.set("a", first.text);
    await server.restart();
    await wait(300);
    await client.set("a", second.text);
    await wait(50);
    const found = new Set((await scan([sink], [first, second])).map((f) => f.canary));
    assert.deepEqual(found, new Set([first.text, second.text]));
    stop();
  });

  it("SLOWLOG is searched [P6.2]", async () => {
    await client.configSet("slowlog-log-slower-than", "0");
    const slow = plant("address");
    await client.set("a", slow.text);
    assert.ok((await scan([slowlog(server.url)], [slow])).length > 0);
  });
});

describe("the canary scanner on PostgreSQL", () => {
  let server: Postgres;
  let client: Client;
  before(async () => {
    server = await startPostgres({ logDetail: true });
    client = new Client(server.url);
    await client.connect();
    await client.query("CREATE TABLE t (a TEXT UNIQUE, b BYTEA, c TEXT)");
  });
  after(async () => {
    await client.end();
    await server.stop();
  });

  it("rows are searched, long and compressed ones too, and bytes [P6.2]", async () => {
    const [long, bytes] = [plant("address"), plant("name")];
    assert.deepEqual(await scan([postgresDump(server)], [long, bytes]), []);
    const row = [Buffer.from(bytes.text), `${"again ".repeat(9000)} ${long.text}`];
    await client.query("INSERT INTO t VALUES ('', $1, $2)", row);
    const found = new Set((await scan([postgresDump(server)], [long, bytes])).map((f) => f.canary));
    assert.deepEqual(found, new Set([long.text, bytes.text]));
  });

  it("its files and its log are searched, after removal too [P6.2]", async () => {
    const gone = plant("address");
    await client.query("INSERT INTO t VALUES ($1)", [gone.text]);
    await assert.rejects(client.query("INSERT INTO t VALUES ($1)", [gone.text]));
    await client.query("DELETE FROM t");
    await client.query("CHECKPOINT");
    const where = (await scan([files(server.dir)], [gone])).map((finding) => finding.where);
    assert.ok(where.includes(server.logFile), "log");
    assert.ok(
      where.some((path) => path.includes("pg_wal")),
      "WAL",
    );
    assert.deepEqual(await scan([postgresDump(server)], [gone]), []);
  });
});
