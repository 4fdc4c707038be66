import assert from "node:assert/strict";
import { rows } from "../../src/models/database.ts";
import { ApiKey } from "../../src/models/api-key.ts";
import { hashToken } from "../../src/secrets.ts";
import { type Browser, formOf, type Page, signedIn } from "../support/browser.ts";
import { type World, world } from "../support/world.ts";

const KEYS = "/b/anas-salon/integrations/keys";
const MAY = { name: "Website", scopes: ["appointments:write", "services:read"] };

describe("keys for programs", () => {
  let cast: World;
  let ana: Browser;
  beforeEach(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
  });

  function make(fields = MAY): Promise<Page> {
    return ana.submit(`${KEYS}/new`, fields);
  }

  function keyOn({ $ }: Page): string {
    return $("code").text();
  }

  function audited() {
    return rows<{ action: string }>(
      "SELECT action FROM audit_entries WHERE action LIKE 'api_key.%' ORDER BY id",
    );
  }

  it("are shown once, and stored as a fingerprint", async () => {
    const key = keyOn(await make());
    assert.match(key, /^pbk_[\w-]{43}$/);
    const [stored] = await rows<Record<string, unknown>>("SELECT * FROM api_keys");
    assert.equal(stored?.key_hash, hashToken(key));
    assert.ok(!JSON.stringify(stored).includes(key.slice(12)));
    const list = await ana.get(KEYS);
    assert.ok(!list.html.includes(key));
    assert.match(list.$("tbody th").text(), new RegExp(`Website.*${key.slice(0, 10)}…`));
    assert.match(list.$("tbody").text(), /never/);
    const found = await ApiKey.withText(key);
    assert.deepEqual(found?.scopes, ["services:read", "appointments:write"]);
  });

  it("[D29] are made once, however often the form is sent", async () => {
    const { target, values } = formOf(await ana.get(`${KEYS}/new`), "/keys");
    const form = { ...values, ...MAY };
    const pages = await Promise.all(Array.from({ length: 5 }, () => ana.post(target, form)));
    assert.equal(new Set(pages.map(keyOn)).size, 1);
    assert.equal((await rows("SELECT id FROM api_keys")).length, 1);
    assert.deepEqual(await audited(), [{ action: "api_key.made" }]);
  });

  for (const [what, fields, error] of [
    ["no name", { name: " ", scopes: ["services:read"] }, /Enter a name/],
    ["nothing it may do", { name: "Till", scopes: [] }, /at least one/],
    ["something unheard of", { name: "Till", scopes: ["everything"] }, /from the list/],
    ["the name of another", { name: "WEBSITE", scopes: ["services:read"] }, /with this name/],
  ] as const)
    it(`are refused with ${what}`, async () => {
      await make();
      const page = await make({ ...fields, scopes: [...fields.scopes] });
      assert.equal(page.status, 422);
      assert.match(page.$(".errors").text(), error);
      assert.equal((await rows("SELECT id FROM api_keys")).length, 1);
    });

  it("are good for nothing once revoked, and revoked once", async () => {
    const key = keyOn(await make());
    const list = await ana.get(KEYS);
    const { target, values } = formOf(list, "/revocation");
    for (let i = 0; i < 2; i++) assert.equal((await ana.post(target, values)).status, 303);
    assert.equal(await ApiKey.withText(key), undefined);
    assert.deepEqual(
      (await audited()).map(({ action }) => action),
      ["api_key.made", "api_key.revoked"],
    );
    assert.match((await ana.get(KEYS)).$("tbody").text(), /Revoked on/);
    assert.equal((await make()).status, 200, "the name is free again");
  });

  it("[D25] of another business do not exist", async () => {
    await make();
    const [key] = await rows<{ id: number }>("SELECT id FROM api_keys");
    const carl = await signedIn(cast.carl);
    const { values } = formOf(await carl.get("/b/carls-garage/integrations/keys/new"), "/keys");
    const path = `/b/carls-garage/integrations/keys/${key?.id}/revocation`;
    assert.equal((await carl.post(path, values)).status, 404);
  });
});
