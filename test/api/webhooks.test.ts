import assert from "node:assert/strict";
import { rows } from "../../src/models/database.ts";
import { keyFor, type Program, problemOf, program } from "../support/program.ts";
import { type World, world } from "../support/world.ts";

const HOOK = { url: "https://example.com/hook", events: ["appointment.booked"] };

describe("webhooks of programs", () => {
  let cast: World;
  let shop: Program;
  beforeEach(async () => {
    cast = await world();
    shop = program(await keyFor(cast.salon, cast.anaStaff));
  });

  it("[P4.2] tell numbers only, by the consent of who made the key", async () => {
    const { status, body } = await shop.post("webhooks", HOOK);
    assert.equal(status, 201);
    assert.match(body.secret, /^whsec_/);
    assert.deepEqual(body.personal_fields, []);
    const [consent] = await rows<{ staffId: number; fields: string }>(
      `SELECT staff_id AS "staffId", fields FROM webhook_consents`,
    );
    assert.deepEqual(consent, { staffId: cast.anaStaff.id, fields: "" });
    const wish = { ...HOOK, url: "https://example.com/other", personal_fields: ["customer_name"] };
    assert.equal(problemOf(await shop.post("webhooks", wish)), "invalid");
  });

  it("keep their secret to themselves from then on", async () => {
    const { body } = await shop.post("webhooks", HOOK);
    const seen = await shop.get(`webhooks/${body.id}`);
    assert.equal(seen.body.secret, undefined);
    const list = await shop.get("webhooks");
    assert.ok(!JSON.stringify(list.body).includes("whsec_"));
    assert.equal((await shop.delete(`webhooks/${body.id}`)).status, 204);
    assert.equal((await shop.delete(`webhooks/${body.id}`)).status, 404);
  });

  for (const url of ["http://example.com/", "https://10.0.0.1/", "https://a:b@example.com/", "x"])
    it(`are refused at ${url}`, async () => {
      const reply = await shop.post("webhooks", { ...HOOK, url });
      assert.equal(reply.status, 422);
      assert.equal(reply.body.errors[0].pointer, "#/url");
    });

  it("are five at most, each at an address of its own", async () => {
    for (let i = 0; i < 5; i++)
      assert.equal((await shop.post("webhooks", { ...HOOK, url: `${HOOK.url}/${i}` })).status, 201);
    for (const url of [HOOK.url, `${HOOK.url}/1`]) {
      const reply = await shop.post("webhooks", { ...HOOK, url });
      assert.equal(reply.body.errors[0].pointer, "#/url");
    }
  });
});
