// What holds for every request, whatever it is about.
import assert from "node:assert/strict";
import { DAY } from "../../src/domain/time.ts";
import { ApiKey } from "../../src/models/api-key.ts";
import { ApiRequest } from "../../src/models/api-request.ts";
import { catalogueOf } from "../../src/models/catalogue.ts";
import { Erasure } from "../../src/models/erasure.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { redis } from "../../src/redis.ts";
import { flushVisits } from "../../src/web/visits.ts";
import { keyFor, type Program, problemOf, program } from "../support/program.ts";
import { freePort } from "../support/ports.ts";
import { startWebs } from "../support/webs.ts";
import { runJobs, upcoming, type World, world } from "../support/world.ts";

const TUESDAY = upcoming(2, 540);

describe("requests of programs", () => {
  let cast: World;
  let key: string;
  let shop: Program;
  beforeEach(async () => {
    cast = await world();
    key = await keyFor(cast.salon, cast.anaStaff);
    shop = program(key);
  });

  const add = (name: string, once: string) =>
    shop.post("customers", { name }, { "idempotency-key": once });

  function stored() {
    return rows<{ id: number; answer: string }>("SELECT id, answer FROM api_requests");
  }

  it("are refused from the moment their key is revoked", async () => {
    assert.equal((await shop.get("business")).status, 200);
    const [{ id } = { id: 0 }] = await rows<{ id: number }>("SELECT id FROM api_keys");
    await ApiKey.revoke(cast.salon, id, { kind: "system" }, Date.now());
    assert.equal((await shop.get("business")).status, 401);
  });

  it("leave the day of their key’s last use, and write it once a day", async () => {
    await shop.get("business");
    const today = new Date().toISOString().slice(0, 10);
    const [used] = await rows<{ day: string }>("SELECT last_used_on AS day FROM api_keys");
    assert.equal(used?.day, today);
  });

  it("are told how many are left, and when there are none", async () => {
    const first = await shop.get("business");
    assert.equal(first.headers["ratelimit-policy"], '"key";q=300;w=60');
    assert.match(first.headers.ratelimit ?? "", /^"key";r=299;t=\d+$/);
    const [{ id } = { id: 0 }] = await rows<{ id: number }>("SELECT id FROM api_keys");
    const minute = Math.floor(Date.now() / 60_000);
    for (const window of [minute, minute + 1]) await redis.set(`limit:api:${id}:${window}`, 300);
    const last = await shop.get("business");
    assert.equal(last.status, 429);
    assert.equal(problemOf(last), "too-many-requests");
    assert.match(last.headers["retry-after"] ?? "", /^\d+$/);
    assert.match(last.headers.ratelimit ?? "", /r=0/);
    const other = program(await keyFor(cast.salon, cast.anaStaff));
    assert.equal((await other.get("business")).status, 200, "each key has its own");
  });

  it("[P1.6] are no visits of pages", async () => {
    await shop.get("business");
    await flushVisits();
    await runJobs();
    assert.deepEqual(await rows("SELECT page FROM visit_counts WHERE page LIKE '/api%'"), []);
  });

  it("are answered without a byte for HEAD, and packed for who unpacks", async () => {
    const head = await shop.ask("HEAD", "business");
    assert.equal(head.status, 200);
    assert.equal(head.body, undefined);
    const packed = await shop.get("services", { "accept-encoding": "gzip" });
    assert.equal(packed.body.data.length, 1);
  });

  describe("with an idempotency key", () => {
    it("get the first answer again, refusals too, for a day", async () => {
      const first = await add("Dora", "a");
      const again = await add("Dora", "a");
      assert.deepEqual(again.body, first.body);
      assert.equal(again.headers["idempotency-replayed"], "true");
      assert.equal(again.headers.etag, first.headers.etag);
      assert.equal(await ApiRequest.sweep(Date.now() + DAY - 60_000), 0);
      assert.equal(await ApiRequest.sweep(Date.now() + DAY + 60_000), 1);
    });

    it("are another request with another body", async () => {
      await add("Dora", "a");
      const other = await add("Emil", "a");
      assert.equal(other.status, 422);
      assert.equal(problemOf(other), "idempotency-key-reused");
      assert.equal((await add("Emil", "b")).status, 201);
    });

    it("are nobody else’s with another of the business’s keys", async () => {
      await add("Dora", "a");
      const other = program(await keyFor(cast.salon, cast.anaStaff));
      const reply = await other.post("customers", { name: "E" }, { "idempotency-key": "a" });
      assert.equal(reply.status, 201);
    });

    it("can be mended and sent again when they were not valid", async () => {
      assert.equal((await add("", "a")).status, 422);
      assert.equal((await add("Dora", "a")).status, 201);
    });

    it("are refused while the first one runs, and taken over when it died", async () => {
      await add("Dora", "a");
      const now = Date.now();
      await transaction(() =>
        run("UPDATE api_requests SET answer = NULL, claimed_at = $now", { now }),
      );
      const running = await add("Dora", "a");
      assert.equal(problemOf(running), "request-running");
      await transaction(() => run("UPDATE api_requests SET claimed_at = claimed_at - 200000"));
      assert.equal((await add("Dora", "a")).status, 201);
    }).timeout(10_000);

    it("leave nothing that can be read in what is stored", async () => {
      await add("Dora Diaz", "a");
      const [{ answer } = { answer: "" }] = await stored();
      assert.ok(answer.length > 50);
      assert.doesNotMatch(Buffer.from(answer, "base64url").toString("latin1"), /Dora/);
    });

    it("[D14] [P10.1] are forgotten when a customer is erased", async () => {
      const { body } = await add("Dora Diaz", "a");
      const catalogue = await catalogueOf("anas-salon");
      const actor = { kind: "staff", staffId: cast.anaStaff.id } as const;
      await Erasure.erase(catalogue, [body.id], { cancelling: false, actor }, Date.now());
      assert.deepEqual(await stored(), []);
    });

    it("are refused with a key that is none", async () => {
      for (const once of ["", "a b", "x".repeat(201)])
        assert.equal(problemOf(await add("Dora", once)), "bad-request", once);
    });
  });

  it("[D24] go on while Redis is away, uncounted", async () => {
    const env = { REDIS_URL: `redis://127.0.0.1:${await freePort()}` };
    const webs = await startWebs(1, { env, upAt: "/healthz" });
    try {
      const reply = await fetch(`${webs.origins[0]}/api/v1/appointments`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${key}`,
          "content-type": "application/json",
          "idempotency-key": "x",
        },
        body: JSON.stringify({
          service_id: cast.haircut.id,
          start: TUESDAY.iso,
          customer: { name: "Dora" },
        }),
      });
      assert.equal(reply.status, 201);
      assert.equal(reply.headers.get("ratelimit"), null);
    } finally {
      await webs.stop();
    }
  }).timeout(30_000);
});
