// The build's check of the promises: what is said to be kept is shown by tests that carry its tag.
import assert from "node:assert/strict";
import { promises } from "../../src/privacy/promises.ts";
import { testTitles } from "../support/titles.ts";

describe("the promises", () => {
  const ids = promises.map(({ id }) => id as string);
  const titles = testTitles();
  const tagged = titles.flatMap(({ title, tags, file }) =>
    tags.filter((tag) => tag.startsWith("P")).map((tag) => ({ tag, title, file })),
  );

  it("are each given once, in order", () => {
    const inOrder = ids.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }));
    assert.deepEqual(ids, inOrder);
    assert.deepEqual(ids, [...new Set(ids)]);
  });

  it("are all that tests speak of", () => {
    assert.ok(titles.length > 1000);
    assert.deepEqual(
      tagged.filter(({ tag }) => !ids.includes(tag)),
      [],
    );
  });

  for (const { id, status, proofs = [] } of promises)
    if (status === "kept")
      it(`${id} is shown by tests that carry its tag, the named ones among them`, () => {
        const shown = tagged.filter(({ tag }) => tag === id).map(({ title }) => title);
        assert.ok(shown.length > 0);
        assert.deepEqual(
          proofs.filter((title) => !shown.includes(title)),
          [],
        );
      });
});
