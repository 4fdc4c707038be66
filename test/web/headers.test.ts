import assert from "node:assert/strict";
import supertest from "supertest";
import { open, world } from "../support/world.ts";

describe("every answer", () => {
  before(world);

  for (const path of ["/", "/book/anas-salon", "/nowhere", "/style.css", "/login"]) {
    it(`${path} allows no script and nothing of other sites [P4.3]`, async () => {
      const { headers } = await supertest(await open()).get(path);
      const policy = String(headers["content-security-policy"]);
      assert.match(policy, /default-src 'none'/);
      assert.match(policy, /frame-ancestors 'none'/);
      assert.doesNotMatch(policy, /script-src|unsafe|https?:|\*/);
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.equal(headers["x-powered-by"], undefined);
    });
  }

  it("keeps pages out of shared caches, and the stylesheet in them for good", async () => {
    const app = supertest(await open());
    assert.equal((await app.get("/")).headers["cache-control"], "no-store");
    assert.match(String((await app.get("/style.css")).headers["cache-control"]), /immutable/);
  });

  it("is compressed only for who takes it", async () => {
    const app = supertest(await open());
    const plain = await app.get("/book/anas-salon").set("Accept-Encoding", "identity");
    assert.equal(plain.headers["content-encoding"], undefined);
    const refused = await app.get("/book/anas-salon").set("Accept-Encoding", "gzip;q=0");
    assert.equal(refused.headers["content-encoding"], undefined);
    const zipped = await app.get("/book/anas-salon").set("Accept-Encoding", "gzip, br");
    assert.equal(zipped.headers["content-encoding"], "gzip");
    assert.equal(zipped.text.length, plain.text.length);
  });
});
