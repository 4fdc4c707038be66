import assert from "node:assert/strict";
import { freePort } from "../support/ports.ts";
import { rows } from "../../src/models/database.ts";
import { type Redis, startRedis } from "../support/servers.ts";
import { startWebs, visitorOf, type Webs } from "../support/webs.ts";
import { upcoming, world } from "../support/world.ts";

const MARY = { name: "Mary Major", email: "mary@example.com", phone: "", note: "" };

describe("[D24] what happens beside a booking", () => {
  let webs: Webs | undefined;
  let redis: Redis | undefined;
  beforeEach(() => world());
  afterEach(async () => {
    await webs?.stop();
    await redis?.stop("SIGKILL");
    webs = redis = undefined;
  });

  /** Books, moves, cancels, as a visitor of that process. */
  async function journey(minutes: number): Promise<void> {
    const mary = visitorOf(webs?.origins[0] ?? "");
    const { iso, date } = upcoming(1, minutes);
    const held = await mary.submit(
      `/book/anas-salon/haircut?from=${date}`,
      { start: iso },
      "/haircut",
    );
    assert.equal(held.status, 303, held.html);
    const booked = await mary.submit(held.location, MARY);
    assert.equal(booked.status, 303, booked.html);
    const at = booked.location;
    assert.match((await mary.get(at)).$("main").text(), /It is booked/);
    const moved = await mary.submit(
      `${at}/rescheduling?from=${date}`,
      { start: upcoming(1, minutes + 30).iso },
      "/rescheduling",
    );
    assert.equal(moved.status, 303, moved.html);
    const cancelled = await mary.submit(at, {}, "/cancellation");
    assert.equal(cancelled.status, 303, cancelled.html);
    assert.match((await mary.get(at)).$("h1").text(), /cancelled/);
  }

  async function owed(): Promise<number> {
    return (await rows("SELECT id FROM deliveries WHERE kind = 'confirmation'")).length;
  }

  it("does not keep it from being made: neither Redis nor a mail server is there", async () => {
    const nowhere = await freePort();
    const env = {
      REDIS_URL: `redis://127.0.0.1:${nowhere}`,
      SMTP_URL: `smtp://127.0.0.1:${await freePort()}`,
    };
    webs = await startWebs(1, { env, upAt: "/healthz" });
    await journey(600);
    assert.equal(await owed(), 1, "the row is the job; the sweep rings when Redis is there");
  });

  it("does not keep it from being made: Redis goes away and comes back", async () => {
    redis = await startRedis();
    webs = await startWebs(1, { env: { REDIS_URL: redis.url } });
    await journey(600);
    await redis.stop("SIGKILL");
    await journey(690);
    assert.equal(await owed(), 2);
    redis = undefined;
  });

  it("does not keep it from being made: Redis is there and answers nothing", async () => {
    redis = await startRedis();
    webs = await startWebs(1, { env: { REDIS_URL: redis.url } });
    process.kill(redis.pid, "SIGSTOP");
    await journey(600);
    assert.equal(await owed(), 1);
  });
});
