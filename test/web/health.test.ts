import assert from "node:assert/strict";
import { visitor } from "../support/browser.ts";
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
});
