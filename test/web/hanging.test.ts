// What a web process leans on hangs: it neither answers nor closes a connection.
import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { launch } from "../../src/embedded/children.ts";
import { isPostgres } from "../../src/models/database.ts";
import { newToken, seal } from "../../src/secrets.ts";
import { COOKIE } from "../../src/web/session.ts";
import { childrenOf, isAlive, until } from "../support/processes.ts";
import { type Postgres, type Redis, startPostgres, startRedis } from "../support/servers.ts";
import { someAddress, startWebs, visitorOf, type Webs } from "../support/webs.ts";
import { world } from "../support/world.ts";

describe("a web process", () => {
  let webs: Webs | undefined;
  let pids: number[] = [];
  afterEach(async () => {
    signal("SIGCONT");
    pids = [];
    await webs?.stop();
    webs = undefined;
  });

  function signal(name: NodeJS.Signals): void {
    for (const pid of pids) if (isAlive(pid)) process.kill(pid, name);
  }

  async function isReady(): Promise<boolean> {
    return (await fetch(`${webs?.origins[0]}/readyz`)).ok;
  }

  /** Opens a page as one who has a session. */
  async function took(path: string): Promise<number> {
    const cookie = `${COOKIE}=${seal("session cookie", newToken())}`;
    const began = Date.now();
    await visitorOf(webs?.origins[0] ?? "", someAddress(), cookie).get(path);
    return Date.now() - began;
  }

  describe("while Redis hangs", () => {
    if (isPostgres) return; // it is the same beside both databases

    let redis: Redis;
    beforeEach(async () => {
      await world();
      redis = await startRedis();
      webs = await startWebs(1, { env: { REDIS_URL: redis.url } });
      pids = [redis.pid];
    });
    afterEach(() => redis.stop("SIGKILL"));

    it("keeps nobody waiting, is not ready, and comes back by itself", async () => {
      signal("SIGSTOP");
      assert.ok((await took("/book/anas-salon")) < 6000);
      await until(async () => !(await isReady()), 6000);
      assert.ok((await took("/book/anas-salon")) < 1000);
      signal("SIGCONT");
      await until(isReady, 10_000);
    });

    it("stays connected while nobody asks", async () => {
      for (const end = Date.now() + 5000; Date.now() < end; await wait(100))
        assert.ok(await isReady());
    });
  });

  if (isPostgres)
    describe("while PostgreSQL hangs", () => {
      let postgres: Postgres;
      beforeEach(async () => {
        postgres = await startPostgres();
        const env = { ...process.env, DATABASE_URL: postgres.url };
        const migrating = launch(process.execPath, ["src/migrations/run.ts"], { env, quiet: true });
        assert.equal((await migrating.ended).code, 0, migrating.lastWords());
        webs = await startWebs(1, { env: { DATABASE_URL: postgres.url } });
      });
      afterEach(() => {
        signal("SIGCONT");
        return postgres.stop();
      });

      it("is not ready, says so in time, and comes back by itself", async () => {
        pids = [postgres.pid, ...childrenOf({ pid: postgres.pid })];
        signal("SIGSTOP");
        for (let i = 0; i < 2; i++) {
          const began = Date.now();
          assert.equal(await isReady(), false);
          assert.ok(Date.now() - began < 4000);
        }
        signal("SIGCONT");
        await until(isReady, 10_000);
      });

      it("gives up what is not answered within half a minute", async () => {
        pids = [postgres.pid, ...childrenOf({ pid: postgres.pid })];
        signal("SIGSTOP");
        const ms = await took("/book/anas-salon");
        assert.ok(ms < 40_000, `${ms} ms`);
        signal("SIGCONT");
        await until(isReady, 10_000);
        assert.ok((await took("/book/anas-salon")) < 5000);
      });
    });
});
