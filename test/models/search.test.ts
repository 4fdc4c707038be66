import assert from "node:assert/strict";
import { searchFor } from "../../src/models/search.ts";
import { signedIn } from "../support/browser.ts";
import { world } from "../support/world.ts";

describe("a search", () => {
  it("for nothing that could be found is none", () => {
    for (const typed of ["", "  ", "\0", "\u001b \t"]) assert.equal(searchFor(typed), undefined);
  });

  it("leaves out what no name has and no database takes", async () => {
    assert.deepEqual(searchFor("Ma\0ry")?.bind, { word0: "%ma%", word1: "%ry%" });
    assert.deepEqual(searchFor("\u0301"), undefined);
    const ana = await signedIn((await world()).ana);
    for (const path of ["customers?q=", "appointments?view=list&q="])
      for (const typed of ["%00", "a%00b", "%25", "_", "%5C", "'"])
        assert.equal((await ana.get(`/b/anas-salon/${path}${typed}`)).status, 200, path + typed);
  });
});
