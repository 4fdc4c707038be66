// npm start as its user sees it: a terminal, a browser, Ctrl-C.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Client } from "pg";
import { createClient } from "redis";
import { portOf } from "../../src/embedded/ports.ts";
import { freePort } from "../support/ports.ts";
import { childrenOf, commandOf, isAlive, until } from "../support/processes.ts";
import { startRedis } from "../support/servers.ts";

const root = resolve(import.meta.dirname, "../..");
const databaseUrl = process.env.DATABASE_URL ?? "";
const isPostgres = databaseUrl.startsWith("postgres");

type Started = {
  process: ChildProcess;
  port: number;
  said: () => string;
  ended: Promise<number | null>;
};

describe("npm start", function () {
  this.timeout(120_000);
  let dataDir: string;
  let database: Record<string, string>;
  const all: Started[] = [];

  async function setUp(): Promise<void> {
    dataDir = mkdtempSync(join(tmpdir(), "plainbook-start-"));
    database = await emptyDatabase();
  }

  async function tearDown(): Promise<void> {
    for (const { process: one, ended } of all.splice(0)) {
      one.kill("SIGKILL");
      await ended;
    }
    rmSync(dataDir, { recursive: true, force: true });
  }

  async function start(more: Record<string, string> = {}): Promise<Started> {
    const port = await freePort();
    const env = {
      ...bareEnvironment(),
      ...database,
      DATA_DIR: dataDir,
      PORT: String(port),
      ...more,
    };
    const child = spawn(process.execPath, [join(root, "src/embedded/start.ts")], {
      cwd: root,
      env,
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => void (said += text));
    const ended = once(child, "close").then(([code]: Array<number | null>) => code ?? null);
    const started = { process: child, port, said: () => said, ended };
    all.push(started);
    return started;
  }

  async function ready(more?: Record<string, string>): Promise<Started> {
    const started = await start(more);
    const over = started.ended.then(() => assert.fail(started.said()));
    await Promise.race([until(() => /is ready/.test(started.said()), 60_000), over]);
    return started;
  }

  /** As npm does it: the signal of the terminal, and the same once more. */
  async function pressCtrlC({ process: one, ended }: Started): Promise<number | null> {
    one.kill("SIGINT");
    one.kill("SIGINT");
    return ended;
  }

  const socket = () => `unix://${join(dataDir, "redis/redis.sock")}`;

  describe("by itself", () => {
    beforeEach(setUp);
    afterEach(tearDown);

    it("brings everything up, stops it all, and has the same data the next time", async () => {
      const [first, firstTook] = await timed(ready);
      const site = `http://127.0.0.1:${first.port}`;
      for (const address of ["/", "/book/demo", "/b/demo", "/operator"])
        assert.ok(first.said().includes(`${site}${address}`), address);
      for (const path of ["/readyz", "/", "/book/demo"])
        assert.equal((await fetch(site + path)).status, 200, path);
      assert.equal((await fetch(mailPage(first))).status, 200);
      for (const name of ["owner@demo.example", "operator@plainbook.example"])
        assert.ok(first.said().includes(name), name);
      assert.equal(statSync(join(dataDir, "secret.key")).mode & 0o777, 0o600);
      await withRedis(socket(), (redis) => redis.set("canary", "Lorikeet"));

      const children = childrenOf(first.process);
      assert.equal(await pressCtrlC(first), 0, first.said());
      await until(() => !children.some(isAlive)); // the guardian ends a moment after us

      const [second, took] = await timed(ready);
      // On a busy machine no longer than it took to make everything.
      assert.ok(took < Math.max(15_000, firstTook), `${took} ms after ${firstTook} ms`);
      assert.equal(await withRedis(socket(), (redis) => redis.get("canary")), "Lorikeet");
      assert.equal((await fetch(`http://127.0.0.1:${second.port}/book/demo`)).status, 200);
      assert.equal(await pressCtrlC(second), 0, second.said());
    });

    // The processes, Redis, ports and mails beside it are the same whatever the database is.
    if (isPostgres) return;

    it("stops while it is still starting", async () => {
      const started = await start();
      await until(() => existsSync(join(dataDir, "redis/redis.sock")));
      const children = childrenOf(started.process);
      assert.equal(await pressCtrlC(started), 0, started.said());
      assert.doesNotMatch(started.said(), /is ready|could not/);
      // The guardian hears of our end by its pipe, a moment later.
      await until(() => !children.some(isAlive));
    });

    it("names PORT when that is taken", async () => {
      const taken = createServer().listen(0, "127.0.0.1");
      await once(taken, "listening");
      const port = portOf(taken);
      const started = await start({ PORT: String(port) });
      assert.equal(await started.ended, 1);
      assert.equal(started.said(), `PORT: ${port} is in use already; set PORT to another one\n`);
      taken.close();
    });

    it("names a variable that cannot be used, before it starts anything", async () => {
      const started = await start({ PORT: "three thousand" });
      assert.equal(await started.ended, 1);
      assert.match(started.said(), /^PORT: [^\n]+\n$/);
    });

    it("uses the Redis and the mail relay that the operator names", async () => {
      const redis = await startRedis();
      const started = await ready({ REDIS_URL: redis.url, SMTP_URL: "smtp://127.0.0.1:9" });
      assert.ok(
        !childrenOf(started.process).some((pid) => commandOf(pid).includes("redis-server")),
      );
      assert.doesNotMatch(started.said(), /Mails/);
      assert.equal((await fetch(`http://127.0.0.1:${started.port}/readyz`)).status, 200);
      assert.equal(await pressCtrlC(started), 0);
      await redis.stop();
    });
  });

  describe("while it runs", () => {
    if (isPostgres) return;

    let running: Started;
    before(async () => {
      await setUp();
      running = await ready();
    });
    after(tearDown);

    it("does not share its data with another one", async () => {
      const second = await start();
      assert.equal(await second.ended, 1);
      assert.equal(second.said(), `DATA_DIR: ${dataDir} is in use by another Plainbook\n`);
      assert.equal((await fetch(`http://127.0.0.1:${running.port}/readyz`)).status, 200);
    });

    it("leaves nothing running when it is killed outright, and starts again", async () => {
      const children = childrenOf(running.process);
      assert.ok(children.length >= 4, children.map(commandOf).join("\n"));
      running.process.kill("SIGKILL");
      await running.ended;
      await until(() => !children.some(isAlive));
      running = await ready();
    });

    it("starts a web process again that has died", async () => {
      const web = childrenOf(running.process).find((pid) =>
        commandOf(pid).includes("src/server.ts"),
      );
      process.kill(Number(web), "SIGKILL");
      await until(() => /The web process ended unexpectedly \(SIGKILL\)/.test(running.said()));
      const answers = () =>
        fetch(`http://127.0.0.1:${running.port}/readyz`).then(
          ({ ok }) => ok,
          () => false,
        );
      await until(answers);
      assert.equal(await pressCtrlC(running), 0);
    });
  });
});

function bareEnvironment(): Record<string, string> {
  const { PATH = "", HOME = "", TMPDIR = tmpdir(), NODE_COMPILE_CACHE = "" } = process.env;
  return { PATH, HOME, TMPDIR, NODE_COMPILE_CACHE };
}

async function timed<T>(work: () => Promise<T>): Promise<[T, ms: number]> {
  const begin = Date.now();
  return [await work(), Date.now() - begin];
}

// In the PostgreSQL run a database is named; in the SQLite run it is ours to make.
async function emptyDatabase(): Promise<Record<string, string>> {
  if (!isPostgres) return {};
  const client = new Client(databaseUrl);
  await client.connect();
  const name = `start_${Date.now()}`;
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  return { DATABASE_URL: databaseUrl.replace(/[^/]*$/, name) };
}

function mailPage({ said }: Started): string {
  return /Mails.*(http:\S+)/.exec(said())?.[1] ?? assert.fail(said());
}

const redisClient = (url: string) => createClient({ url });
type Redis = ReturnType<typeof redisClient>;

async function withRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const client = redisClient(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}
