import assert from "node:assert/strict";
import * as fc from "fast-check";
import { capitalized } from "../../src/domain/capitals.ts";
import { chooseLanguage, preferredLanguage } from "../../src/domain/language.ts";

const OURS = ["en", "es", "pt-BR"];

describe("the language a browser prefers", () => {
  const cases: Array<[header: string | undefined, language: string | undefined]> = [
    [undefined, undefined],
    ["", undefined],
    ["es", "es"],
    ["ES", "es"],
    ["es-MX", "es"],
    ["es-419,es;q=0.9,en;q=0.8", "es"],
    ["en-US,en;q=0.9,es;q=0.8", "en"],
    ["en;q=0.5, es;q=0.9", "es"],
    ["en;q=0.5,es;q=0.5", "en"],
    ["fr, de;q=0.9, es;q=0.1", "es"],
    ["fr, de", undefined],
    ["fr, *;q=0.5, es;q=0.1", undefined],
    ["*", undefined],
    ["es;q=0, en;q=0.1", "en"],
    ["es;q=0", undefined],
    ["es;q=2, en;q=0.1", "en"],
    ["es ; q=0.8 , en ; q=0.9", "en"],
    ["pt-BR", "pt-BR"],
    ["pt-br-x-old", "pt-BR"],
    ["pt", undefined],
    ["espresso, ,;;,es--x,en", "en"],
    ["e".repeat(499) + ",es", undefined],
  ];
  for (const [header, language] of cases)
    it(`“${header?.slice(0, 40)}” asks for ${language}`, () => {
      assert.equal(preferredLanguage(header, OURS), language);
    });

  it("is one of ours or none, whatever the header", () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        const found = preferredLanguage(header, OURS);
        assert.ok(found === undefined || OURS.includes(found));
      }),
    );
  });
});

describe("the language for one reader", () => {
  const [spanish, alone] = [true, false].map((otherLanguages) => ({
    language: "es",
    otherLanguages,
  }));
  const all = { picked: "pt-BR", preferred: "en", remembered: "es" };
  const cases = [
    [spanish, all, "pt-BR"],
    [spanish, { ...all, picked: undefined }, "en"],
    [spanish, { remembered: "en" }, "en"],
    [spanish, { remembered: null }, "es"],
    [spanish, {}, "es"],
    [alone, all, "es"],
    [alone, { remembered: "en" }, "es"],
  ] as const;
  for (const [business, wishes, language] of cases)
    it(`${JSON.stringify([business, wishes])} is ${language}`, () => {
      assert.equal(chooseLanguage(business ?? assert.fail(), wishes), language);
    });
});

describe("a heading", () => {
  for (const [text, heading] of [
    ["lunes, 8 de febrero", "Lunes, 8 de febrero"],
    ["Monday", "Monday"],
    ["8", "8"],
    ["", ""],
  ] as const)
    it(`begins “${text}” with a capital`, () => assert.equal(capitalized(text, "es"), heading));
});
