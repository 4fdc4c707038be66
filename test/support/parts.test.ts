import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { config } from "../../config/index.ts";
import { inParts, isAmong, ONCE, SECONDS } from "./parts.ts";

describe("the parts of a run", () => {
  it("name files and folders that are there", () => {
    for (const name of [...ONCE, ...Object.keys(SECONDS)])
      assert.ok(existsSync(join(config.root, name)), name);
  });

  it("have every file once, and are about as long as each other", () => {
    const files = Array.from({ length: 30 }, (_, i) => `test/${i}.test.ts`);
    const lines = (file: string) => 10 * Number(/\d+/.exec(file));
    const parts = inParts(files, 3, lines);
    assert.deepEqual(parts.flat().toSorted(), files.toSorted());
    const lengths = parts.map((part) => part.reduce((sum, file) => sum + lines(file), 0));
    assert.ok(Math.max(...lengths) - Math.min(...lengths) <= 300);
  });

  it("take a folder's name for all that is in it, and no other", () => {
    assert.ok(isAmong(["test/config"], "test/config/tls.test.ts"));
    assert.ok(!isAmong(["test/config"], "test/configured.test.ts"));
  });
});
