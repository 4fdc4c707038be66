import assert from "node:assert/strict";
import * as fc from "fast-check";
import { durationText } from "../../src/domain/duration.ts";
import { formatMoney, parseMoney, plainMoney } from "../../src/domain/money.ts";
import { freeSlug, isSlug, slugOf } from "../../src/domain/slug.ts";

describe("money", () => {
  const typed: Array<[text: string, hundredths: number | null]> = [
    ["35", 3500],
    ["35.00", 3500],
    [" 35,5 ", 3550],
    ["$35.50", 3550],
    ["0", 0],
    ["1000000", 100_000_000],
    ["1000001", null],
    ["", null],
    ["-1", null],
    ["1.234", null],
    ["1,000.00", null],
    ["free", null],
    ["1e3", null],
  ];
  for (const [text, hundredths] of typed)
    it(`reads “${text}” as ${hundredths}`, () => {
      assert.equal(parseMoney(text), hundredths);
    });

  it("is shown in its currency, by that currency's habits", () => {
    assert.equal(formatMoney(3500, "USD"), "$35.00");
    assert.equal(formatMoney(3550, "EUR"), "€35.50");
    assert.equal(formatMoney(350_000, "JPY"), "¥3,500");
  });

  it("reads what it has written into a form", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000_000 }), (hundredths) => {
        assert.equal(parseMoney(plainMoney(hundredths)), hundredths);
      }),
    );
  });
});

describe("slugs", () => {
  it("are made from names", () => {
    assert.equal(slugOf("Ana's Salon & Spa", "business"), "anas-salon-spa");
    assert.equal(slugOf("Café Zürich", "business"), "cafe-zurich");
    assert.equal(slugOf("理髪", "service"), "service");
    assert.equal(slugOf("---", "service"), "service");
  });

  it("are slugs, whatever the name, and free ones too", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (name) => {
        const slug = slugOf(name, "service");
        assert.ok(isSlug(slug), slug);
        const taken = new Set([slug]);
        for (let i = 0; i < 12; i++) {
          const free = freeSlug(slug, (candidate) => taken.has(candidate));
          assert.ok(isSlug(free) && !taken.has(free), free);
          taken.add(free);
        }
      }),
    );
  });

  for (const text of ["", "-a", "a-", "a--b", "A", "a b", "ä", "a".repeat(61), "a/b", "a\n"])
    it(`“${text.slice(0, 20)}” is none`, () => {
      assert.equal(isSlug(text), false);
    });
});

describe("durations", () => {
  const cases: Array<[minutes: number, text: string]> = [
    [0, "none"],
    [1, "1 minute"],
    [90, "1 hour 30 minutes"],
    [1440, "1 day"],
    [2880, "2 days"],
    [10_080, "1 week"],
    [1441, "1 day 1 minute"],
  ];
  for (const [minutes, text] of cases)
    it(`${minutes} minutes are “${text}”`, () => {
      assert.equal(durationText(minutes), text);
    });
});
