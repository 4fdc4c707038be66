import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { within } from "../src/within.ts";

describe("waiting no longer than so long", () => {
  it("says whether the work was done by then", async () => {
    assert.equal(await within(1000, wait(1)), true);
    assert.equal(await within(20, new Promise(() => undefined)), false);
  });

  it("fails as the work fails", async () => {
    await assert.rejects(within(1000, Promise.reject(new Error("broken"))), /broken/);
  });

  it("does not count the time in which this process could not run", async () => {
    const work = (async () => {
      await wait(1);
      for (const end = Date.now() + 600; Date.now() < end;);
      await wait(1);
    })();
    assert.equal(await within(500, work), true);
  });
});
