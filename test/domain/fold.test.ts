import assert from "node:assert/strict";
import { digitsOf, fold } from "../../src/domain/fold.ts";
import { whySensitive } from "../../src/domain/sensitive.ts";

describe("a folded text", () => {
  const cases: Array<[typed: string, folded: string]> = [
    ["  Éva   MÜLLER ", "eva muller"],
    ["E\u0301va", "eva"],
    ["Straße", "strasse"],
    ["Łódź Ærø", "lodz aero"],
    ["İSTANBUL ılık", "istanbul ilik"],
    ["ΔΏΡΑ", "δωρα"],
    ["ﬁne ①", "fine 1"],
    ["a\0b\tc", "a b c"],
    ["", ""],
  ];
  for (const [typed, folded] of cases)
    it(`of ${JSON.stringify(typed)} is ${JSON.stringify(folded)}`, () => {
      assert.equal(fold(typed), folded);
      assert.equal(fold(folded), folded);
    });

  it("of a phone number are its digits", () => {
    assert.equal(digitsOf("+1 (555) 0100-7"), "155501007");
    assert.equal(digitsOf(null), "");
  });
});

describe("[P1.4] a delicate label", () => {
  for (const label of [
    "SSN",
    "Social-Security number",
    "Credit card",
    "Card number",
    "Diagnosis",
    "Your health",
    "Any allergies?",
    "Diagnóstico",
    "Número de tarjeta",
    "Password",
    "Religion",
    "PASSPORT no.",
    "Driver’s licence",
  ])
    it(`is “${label}”`, () => assert.ok(whySensitive(label)));

  for (const label of ["Date of birth", "Cardigan size", "Name of your pet", "Healthy?", "Notes"])
    it(`is not “${label}”`, () => assert.equal(whySensitive(label), undefined));
});
