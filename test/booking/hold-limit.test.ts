import assert from "node:assert/strict";
import { rows } from "../../src/models/database.ts";
import { redis } from "../../src/redis.ts";
import { formToken } from "../../src/web/form-token.ts";
import { type Browser, type Page, visitor } from "../support/browser.ts";
import { someAddress, startWebs, type Visitor, visitorOf, type Webs } from "../support/webs.ts";
import { buildService, buildStaff, upcoming, world } from "../support/world.ts";

const MARY = { name: "Mary Major", email: "mary@example.com" };
const MOST = 30;
const PROGRAMS_POSTS = 1000;
const TIMES = "/book/anas-salon/often";

describe("[D11] holding times without booking them", () => {
  beforeEach(async () => {
    const { salon } = await world();
    const staff = await buildStaff(salon);
    await buildService(salon, { slug: "often", minutes: 5, step: 5 }, [staff]);
  });

  /** The times of a Monday, five minutes each. */
  function start(turn: number): string {
    return upcoming((turn % 5) + 1, 540 + Math.floor(turn / 5) * 5).iso;
  }

  function hold(who: Browser | Visitor, turn: number): Promise<Page> {
    return who.post(TIMES, { _csrf: formToken(), start: start(turn), staff: "" });
  }

  async function liveHolds(): Promise<Array<{ expiresAt: number }>> {
    return rows(`SELECT expires_at AS "expiresAt" FROM allocations WHERE hold_id IS NOT NULL`);
  }

  it("ends at a number, with a page that says when to come back", async () => {
    const bot = visitor();
    for (let turn = 0; turn < MOST; turn++) assert.equal((await hold(bot, turn)).status, 303);
    const refused = await hold(bot, MOST);
    assert.equal(refused.status, 429);
    assert.equal(refused.$("h1").text(), "Too many attempts");
    assert.equal((await liveHolds()).length, MOST);
  });

  it("is not counted where the time was taken, or the form was no good", async () => {
    const mary = visitor();
    await hold(mary, 0);
    for (let i = 0; i < MOST * 2; i++) {
      assert.equal((await hold(mary, 0)).status, 409);
      assert.equal((await mary.post(TIMES, { _csrf: formToken(), start: "x" })).status, 422);
    }
    assert.equal((await hold(mary, 1)).status, 303);
  });

  it("gives the place back with a booking", async () => {
    const mary = visitor();
    const held: string[] = [];
    for (let turn = 0; turn < MOST; turn++) held.push((await hold(mary, turn)).location);
    assert.equal((await hold(mary, MOST)).status, 429);
    const booked = await mary.post(held[0] ?? "", { _csrf: formToken(), ...MARY });
    assert.equal(booked.status, 303);
    assert.equal((await hold(mary, MOST)).status, 303);
    assert.equal((await hold(mary, MOST + 1)).status, 429);
  });

  it("gives one place back for one booking, however often its form is sent", async () => {
    const mary = visitor();
    const held: string[] = [];
    for (let turn = 0; turn < MOST; turn++) held.push((await hold(mary, turn)).location);
    const form = { _csrf: formToken(), ...MARY };
    await Promise.all(Array.from({ length: 8 }, () => mary.post(held[0] ?? "", form)));
    assert.equal((await hold(mary, MOST)).status, 303);
    assert.equal((await hold(mary, MOST + 1)).status, 429);
  });

  it("is forgotten after ten minutes, under a key that names nobody", async () => {
    await hold(visitor(), 0);
    const keys = await redis.keys("limit:*");
    assert.equal(keys.length, 1);
    assert.match(keys[0] ?? "", /^limit:live-holds:[0-9a-f]{5}$/);
    const ttl = await redis.ttl(keys[0] ?? "");
    assert.ok(ttl > 0 && ttl <= 600, `${ttl} s`);
  });

  describe("by a program, in a process that people use too", () => {
    let webs: Webs;
    before(async () => {
      webs = await startWebs(1);
    });
    after(() => webs.stop());

    it("gets few, all of which expire, and leaves the rest to people", async () => {
      const [origin = ""] = webs.origins;
      const bot = visitorOf(origin, "203.0.113.7");
      const counted: Record<number, number> = {};
      for (let turn = 0; turn < PROGRAMS_POSTS; turn += 20) {
        const posts = Array.from({ length: 20 }, (_, i) => hold(bot, (turn + i) % 480));
        for (const { status } of await Promise.all(posts))
          counted[status] = (counted[status] ?? 0) + 1;
      }
      const holds = await liveHolds();
      assert.equal(holds.length, counted[303]);
      assert.ok(holds.length <= MOST, `${holds.length} holds`);
      assert.equal((counted[303] ?? 0) + (counted[409] ?? 0) + (counted[429] ?? 0), PROGRAMS_POSTS);
      for (const { expiresAt } of holds) assert.ok(expiresAt <= Date.now() + 600_000);
      assert.deepEqual(await rows("SELECT id FROM appointments"), []);

      const mary = visitorOf(origin, someAddress());
      const held = await hold(mary, 479);
      assert.equal(held.status, 303, held.html);
      const booked = await mary.post(held.location, { _csrf: formToken(), ...MARY });
      assert.equal(booked.status, 303);
    });
  });
});
