import assert from "node:assert/strict";
import { ReferralRefusal } from "../../src/models/referral-refusal.ts";
import { rows } from "../../src/models/database.ts";
import { visitor } from "../support/house.ts";
import { origin, world } from "../support/world.ts";

describe("never again", () => {
  const address = "Zoe@friend.example";
  let vera: ReturnType<typeof visitor>;
  let path: string;
  beforeEach(async () => {
    await world();
    vera = visitor(await origin());
    path = `/refer/refusals/${ReferralRefusal.tokenFor(address)}`;
  });

  it("is a button behind the link: looking at the page changes nothing [D13]", async () => {
    assert.match(await vera.get(path), /Never write to me again<\/button>/);
    assert.equal(await ReferralRefusal.covers(address), false);
  });

  it("stores a keyed hash of the address and nothing else, once [P6.2]", async () => {
    const form = await vera.form(path);
    for (const _ of [1, 2]) assert.equal((await vera.post(path, form)).status, 303);
    const stored = await rows<Record<string, string>>("SELECT * FROM referral_refusals");
    assert.equal(stored.length, 1);
    assert.deepEqual(Object.keys(stored[0] ?? {}), ["address_hash"]);
    assert.match(stored[0]?.address_hash ?? "", /^[\w-]{43}$/);
    assert.ok(await ReferralRefusal.covers("zoe@FRIEND.example"));
    assert.equal(await ReferralRefusal.covers("other@friend.example"), false);
    assert.match(await vera.get(path), /We will not write to you again/);
  });

  it("has no page for a link we did not make", async () => {
    const [hash = "", signature = ""] = path.split("/").at(-1)?.split(".") ?? [];
    const wrong = [
      `${hash}.${hash}`,
      `${signature}.${hash}`,
      hash,
      `${hash}.${signature}.`,
      "x",
      "%00",
    ];
    const form = await vera.form();
    for (const token of wrong) {
      const res = await fetch(`${await origin()}/refer/refusals/${token}`);
      assert.equal(res.status, 404, token);
      assert.equal((await vera.post(`/refer/refusals/${token}`, form)).status, 404, token);
    }
    assert.deepEqual(await rows("SELECT * FROM referral_refusals"), []);
  });
});
