import assert from "node:assert/strict";
import { rows } from "../../src/models/database.ts";
import { redis } from "../../src/redis.ts";
import { formToken } from "../../src/web/form-token.ts";
import { type Page, visitor } from "../support/browser.ts";
import { buildService, buildStaff, upcoming, world } from "../support/world.ts";

const MARY = { name: "Mary Major", email: "mary@example.com" };
const MOST_OF_ONE_CONTACT = 40;
const MOST_OF_ONE_BUCKET = 300;
const TIMES = "/book/anas-salon/often";

describe("[D11] booking again and again", () => {
  beforeEach(async () => {
    const { salon } = await world();
    const staff = await buildStaff(salon);
    await buildService(salon, { slug: "often", minutes: 5, step: 5 }, [staff]);
  });

  /** Keeps a time of a Monday to Friday, five minutes each; gives its details form's address. */
  async function hold(turn: number): Promise<string> {
    const { iso } = upcoming((turn % 5) + 1, 540 + Math.floor(turn / 5) * 5);
    return (await visitor().post(TIMES, { _csrf: formToken(), start: iso, staff: "" })).location;
  }

  function send(held: string, email = MARY.email): Promise<Page> {
    return visitor().post(held, { _csrf: formToken(), ...MARY, email });
  }

  async function book(turn: number, email?: string): Promise<Page> {
    return send(await hold(turn), email);
  }

  async function booked(): Promise<number> {
    return (await rows("SELECT id FROM appointments")).length;
  }

  it("ends for one mail address, however it is written, and for no other", async () => {
    for (let turn = 0; turn < MOST_OF_ONE_CONTACT; turn++)
      assert.equal((await book(turn)).status, 303);
    const held = await hold(MOST_OF_ONE_CONTACT);
    for (const email of [MARY.email, "MARY@Example.com"]) {
      const refused = await send(held, email);
      assert.equal(refused.status, 429);
      assert.match(refused.$("main").text(), /Nothing you have done so far is lost/);
    }
    assert.equal(await booked(), MOST_OF_ONE_CONTACT);
    assert.equal((await send(held, "nora@example.com")).status, 303, "the time is still kept");
  });

  it("ends for one corner of the network, whatever mail addresses it names", async () => {
    await book(0, "first@example.com");
    const [key = ""] = await redis.keys("limit:booking:*");
    await redis.set(key, MOST_OF_ONE_BUCKET - 1, { expiration: "KEEPTTL" });
    const held = await hold(2);
    assert.equal((await book(1, "last@example.com")).status, 303);
    assert.equal((await send(held, "new@example.com")).status, 429);
    assert.equal(await booked(), 2);
    await redis.del(key);
    assert.equal((await send(held, "new@example.com")).status, 303);
  });

  it("counts what would book: no refused form, and no form of what is booked already", async () => {
    const held = await hold(0);
    for (let i = 0; i < MOST_OF_ONE_CONTACT * 2; i++)
      assert.equal(
        (await visitor().post(held, { _csrf: formToken(), ...MARY, name: "" })).status,
        422,
      );
    for (let i = 0; i < MOST_OF_ONE_CONTACT * 2; i++) assert.equal((await send(held)).status, 303);
    assert.equal((await book(1)).status, 303);
    const counts = await redis.mGet(await redis.keys("limit:booking*"));
    assert.deepEqual(counts, ["2", "2"]);
  });

  it("[P3.1] is counted under keys that name nobody, and forgotten within the hour", async () => {
    await book(0);
    const keys = (await redis.keys("limit:booking*")).toSorted();
    assert.equal(keys.length, 2);
    assert.match(keys[0] ?? "", /^limit:booking-contact:[\w-]{43}:\d+$/);
    assert.match(keys[1] ?? "", /^limit:booking:[0-9a-f]{5}:\d+$/);
    for (const key of keys) assert.ok((await redis.ttl(key)) <= 3600);
  });
});
