import assert from "node:assert/strict";
import { Switch } from "../../src/models/switch.ts";
import { announce } from "../../src/referral-workers.ts";
import { createReferralKey } from "../../src/referral-seal.ts";
import { type Browser, signedIn, visitor } from "../support/browser.ts";
import { type World, world } from "../support/world.ts";

describe("operator: referrals", () => {
  let cast: World;
  let olga: Browser;
  beforeEach(async () => {
    cast = await world();
    olga = await signedIn(cast.olga);
  });

  it("are on until somebody pauses them, and tell who takes them", async () => {
    await announce("one", createReferralKey().publicKey);
    const { status, $ } = await olga.get("/operator/referrals");
    assert.equal(status, 200);
    const facts = $("dl.facts dd").map((_, el) => $(el).text());
    assert.deepEqual(facts.get(), ["On", "1", "0"]);
  });

  it("are paused and resumed by a button, which may be pressed twice", async () => {
    for (const [noun, on] of [
      ["pause", false],
      ["resumption", true],
    ] as const) {
      const sent = await olga.submit("/operator/referrals", {}, noun);
      assert.deepEqual([sent.status, sent.location], [303, "/operator/referrals"]);
      assert.equal(await Switch.isOn("referrals"), on);
    }
    const page = await olga.get("/operator/referrals");
    const token = String(page.$("input[name=_csrf]").val());
    for (const _ of [1, 2]) {
      const again = await olga.post("/operator/referrals/pause", { _csrf: token });
      assert.equal(again.status, 303);
    }
    const { $ } = await olga.get("/operator/referrals");
    assert.match($("dl.facts").text(), /Paused/);
    assert.equal($("dl.facts time").length, 1);
  });

  it("are no business of others: a visitor signs in first, a post without a token is refused", async () => {
    assert.match((await visitor().get("/operator/referrals")).location, /^\/operator\/login/);
    assert.match(
      (await visitor().post("/operator/referrals/pause")).location,
      /^\/operator\/login/,
    );
    const ana = await signedIn(cast.ana);
    assert.match((await ana.post("/operator/referrals/pause")).location, /^\/operator\/login/);
    assert.equal((await olga.post("/operator/referrals/pause")).status, 403);
    assert.equal(await Switch.isOn("referrals"), true);
  });
});
