// Processes are told to stop while Redis is away or hangs: they end by themselves, and soon.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createClient } from "redis";
import { type Child, launch } from "../../src/embedded/children.ts";
import { freePort } from "../support/ports.ts";
import { launchRedisServer, redisIsUp } from "../../src/embedded/redis.ts";
import { until } from "../support/processes.ts";
import { type Redis, startRedis } from "../support/servers.ts";
import { startWorker, stopWorkers } from "../support/workers.ts";
import { world } from "../support/world.ts";

const SOON = 12_000; // ms

describe("a process that is told to stop", () => {
  let redis: Redis;
  let web: Child | undefined;
  before(world);
  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    await web?.stop(0, "SIGKILL");
    await stopWorkers();
    await redis.stop("SIGKILL");
    web = undefined;
  });

  async function startWeb(): Promise<Child> {
    const port = await freePort();
    const env = { ...process.env, PORT: String(port), REDIS_URL: redis.url };
    web = launch(process.execPath, ["src/server.ts"], { env, quiet: true });
    const up = () =>
      fetch(`http://127.0.0.1:${port}/readyz`, { headers: { connection: "close" } }).then(
        ({ ok }) => ok,
        () => false,
      );
    await until(up);
    return web;
  }

  async function startWorking(): Promise<Child> {
    const queues = "deliveries,regions,maintenance,referrals";
    return startWorker({ smtpPort: await freePort(), queues, env: { REDIS_URL: redis.url } });
  }

  async function endsSoon(child: Child): Promise<void> {
    const began = Date.now();
    const { code } = await child.stop(30_000);
    assert.equal(code, 0, child.lastWords());
    assert.ok(Date.now() - began < SOON, `after ${Date.now() - began} ms`);
  }

  for (const [name, start] of [
    ["web", startWeb],
    ["worker", startWorking],
  ] as const) {
    it(`ends without Redis: ${name}`, async () => {
      const child = await start();
      process.kill(redis.pid, "SIGKILL");
      await endsSoon(child);
    });

    it(`ends while Redis hangs: ${name}`, async () => {
      const child = await start();
      process.kill(redis.pid, "SIGSTOP");
      await endsSoon(child);
    });
  }
});

describe("a worker", () => {
  it("does not start on a Redis that evicts, and says so in one line", async () => {
    const port = await freePort();
    const evicting = launchRedisServer({
      bind: "127.0.0.1",
      port: String(port),
      "maxmemory-policy": "allkeys-lru",
    });
    await redisIsUp(evicting, { port });
    const env = { ...process.env, REDIS_URL: `redis://127.0.0.1:${port}` };
    const worker = launch(process.execPath, ["workers/index.ts"], { env, quiet: true });
    const [code] = (await once(worker.process, "close")) as [number | null];
    await evicting.stop(5000);
    assert.equal(code, 1);
    assert.match(worker.lastWords(), /^REDIS_URL: [^\n]+noeviction[^\n]+$/);
  });

  it("starts on a Redis that does not tell", async () => {
    const redis = await startRedis();
    const env = { REDIS_URL: redis.url.replace("//", "//worker:secret@") };
    const client = await createClient({ url: redis.url }).connect();
    const rights = ["on", ">secret", "allkeys", "allchannels", "+@all", "-config"];
    await client.sendCommand(["ACL", "SETUSER", "worker", ...rights]);
    client.destroy();
    const smtpPort = await freePort();
    const worker = await startWorker({ smtpPort, queues: "regions", env });
    assert.match(worker.lastWords(), /noeviction/);
    assert.equal((await worker.stop(10_000)).code, 0);
    await redis.stop();
  });
});
