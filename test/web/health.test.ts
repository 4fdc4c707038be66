import assert from "node:assert/strict";
import { visitor } from "../support/browser.ts";
import { startWebs, type Webs } from "../support/webs.ts";
import { world } from "../support/world.ts";

describe("what operators watch", () => {
  before(world);

  it("says that the process lives", async () => {
    assert.equal((await visitor().get("/healthz")).status, 200);
  });

  it("says whether database and Redis answer", async () => {
    const page = await visitor().get("/readyz");
    assert.equal(page.status, 200);
    assert.deepEqual(JSON.parse(page.html), { database: true, redis: true });
  });

  it("gives metrics to the machine itself, by route and without addresses", async () => {
    await visitor().get("/book/anas-salon");
    const { status, html } = await visitor().get("/metrics");
    assert.equal(status, 200);
    assert.match(
      html,
      /plainbook_requests_total\{method="GET",route="\/book\/:business",status="200"\} \d/,
    );
    assert.match(html, /plainbook_statements_total \d/);
    assert.doesNotMatch(html, /anas-salon|127\.0\.0\.1/);
  });

  describe("in production", () => {
    const METRICS_TOKEN = "measure for measure";
    let webs: Webs;
    before(async () => {
      const env = {
        NODE_ENV: "production",
        OUTBOUND_LOOPBACK: "",
        BASE_URL: "https://book.example",
        METRICS_TOKEN,
      };
      webs = await startWebs(1, { env: { ...env, POSTAL_ADDRESS: "1 Example Street" } });
    });
    after(() => webs.stop());

    it("gives metrics to who has the token, and not to what a proxy beside it brings", async () => {
      const status = async (headers: Record<string, string>) =>
        (await fetch(`${webs.origins[0]}/metrics`, { headers })).status;
      assert.equal(await status({}), 404);
      assert.equal(await status({ "x-forwarded-for": "127.0.0.1" }), 404);
      assert.equal(await status({ authorization: "Bearer another token of ours" }), 404);
      assert.equal(await status({ authorization: `Bearer ${METRICS_TOKEN}` }), 200);
    });
  });
});
