import assert from "node:assert/strict";
import { hearOfChanges } from "../../src/web/page-cache.ts";
import { statementCount } from "../../src/models/database.ts";
import { redis } from "../../src/redis.ts";
import { visitor } from "../support/browser.ts";
import { upcoming, type World, world } from "../support/world.ts";

describe("a page that says the same to every visitor", () => {
  let cast: World;
  const monday = upcoming(1, 600);
  const times = `/book/anas-salon/haircut?from=${monday.date}`;
  beforeEach(async () => {
    cast = await world();
  });

  it("is made once and sent many times, with another token each time", async () => {
    const first = await visitor().get(times);
    const before = statementCount();
    const second = await visitor().get(times);
    assert.equal(statementCount(), before);
    const token = (page: typeof first) => page.$("input[name=_csrf]").first().val();
    assert.notEqual(token(first), token(second));
    const same = (page: typeof first) => page.html.replaceAll(String(token(page)), "");
    assert.equal(same(first), same(second));
  });

  it("is forgotten with a commit in this process", async () => {
    await visitor().get(times);
    await cast.salon.change({ name: "Ana's Parlour" });
    assert.match((await visitor().get(times)).html, /Ana&#39;s Parlour/);
  });

  it("is forgotten with a commit elsewhere", async () => {
    const changes = hearOfChanges();
    try {
      await visitor().get(times);
      while ((await redis.publish("pages", "")) === 0); // until it is listened to
      await new Promise((resolve) => setTimeout(resolve, 50));
      const before = statementCount();
      await visitor().get(times);
      assert.ok(statementCount() > before);
    } finally {
      changes.close();
    }
  });

  it("is made anew after a second", async () => {
    await visitor().get(times);
    await new Promise((resolve) => setTimeout(resolve, 1050));
    const before = statementCount();
    await visitor().get(times);
    assert.ok(statementCount() > before);
  });

  it("is not kept when it is refused, missing or somebody's own", async () => {
    for (const url of ["/book/nobody", "/book/anas-salon/nothing", "/login"]) {
      await visitor().get(url);
      const page = await visitor().get(url);
      assert.ok(page.status >= 200);
    }
    const held = await visitor().submit(times, { start: monday.iso }, "/haircut");
    await visitor().get(held.location); // the business's fields are remembered from here on
    const before = statementCount();
    await visitor().get(held.location);
    const after = statementCount();
    await visitor().get(held.location);
    assert.equal(statementCount() - after, after - before);
  });
});
