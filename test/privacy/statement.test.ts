import assert from "node:assert/strict";
import { parseStatement } from "../../src/domain/statement.ts";
import { promises } from "../../src/privacy/promises.ts";
import { statement } from "../../src/privacy/statement.controller.ts";
import { type Page, visitor } from "../support/browser.ts";
import { world } from "../support/world.ts";

describe("the privacy statement", () => {
  const paragraphs = statement.flatMap((section) => section.paragraphs);

  it("has nine sections, and each paragraph gives promises there are", () => {
    assert.equal(statement.length, 9);
    const ids: string[] = promises.map(({ id }) => id);
    for (const { id, promises: given } of paragraphs)
      for (const promise of given) assert.ok(ids.includes(promise), `${id}: ${promise}`);
  });

  it("gives each promise that it is said to give and that is kept", () => {
    for (const { id, status, sections } of promises)
      if (status === "kept" && sections[0] !== "beyond")
        assert.ok(
          paragraphs.some((paragraph) => paragraph.promises.includes(id)),
          id,
        );
  });

  for (const [wrong, source] of [
    ["a paragraph without an id", "# 1. One\n\nSome text"],
    ["a paragraph without a promise", "# 1. One\n\n[one]\nSome text"],
    ["an id that is there twice", "# 1. One\n\n[one] P1.1\nText\n\n[one] P1.2\nText"],
  ] as const)
    it(`is not read with ${wrong}`, () => assert.throws(() => parseStatement(source)));

  describe("on its pages", () => {
    let shown: Page;
    let listed: Page;
    before(async () => {
      await world();
      shown = await visitor().get("/privacy");
      listed = await visitor().get("/privacy/promises");
    });

    it("leads from each paragraph to its promises, and every link has its place", () => {
      assert.equal(shown.$("main h2").length, 9);
      for (const { id } of paragraphs) assert.equal(shown.$(`#${id} a`).length > 0, true, id);
      for (const link of shown.$("main p a[href*='#']").toArray()) {
        const [, anchor = ""] = shown.$(link).attr("href")?.split("#") ?? [];
        assert.equal(listed.$(`#${anchor}`).length, 1, anchor);
      }
    });

    it("[P9.1] says where questions go by post", () => {
      assert.notEqual(shown.$("main address").text().trim(), "");
    });

    it("says which promises are kept, with their tests, and which are not offered yet", () => {
      const later = promises.filter(({ status }) => status !== "kept");
      assert.equal(listed.$("main").text().split("Not offered yet.").length - 1, later.length);
      for (const { proofs = [] } of promises)
        for (const proof of proofs) assert.ok(listed.$("main").text().includes(proof), proof);
    });
  });
});
