import assert from "node:assert/strict";
import { config } from "../../config/index.ts";
import { visitor } from "../support/browser.ts";
import { world } from "../support/world.ts";

describe("the company's pages", () => {
  beforeEach(() => world());

  for (const path of ["/", "/signup", "/login", "/refer", "/nowhere"])
    it(`[P9.1] say at the foot of ${path} where questions about privacy go by post`, async () => {
      const { $ } = await visitor().get(path);
      const said = `Questions about privacy reach us by post: ${config.postalAddress}`;
      assert.ok($("footer").text().includes(said));
    });
});
