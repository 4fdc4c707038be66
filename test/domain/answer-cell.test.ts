import assert from "node:assert/strict";
import { readCell } from "../../src/domain/answer-cell.ts";
import { EMPTY, type Field, type FieldType } from "../../src/domain/fields.ts";

const choices = ["Oil", "Wax, soft", "Éclat"];

function fieldOf(type: FieldType): Field {
  return {
    id: 1,
    key: "tea",
    label: "Drinks tea",
    subject: "customer",
    type,
    choices,
    requirement: "optional",
    purpose: "Why",
    retentionDays: 365,
    archived: false,
    serviceIds: [],
  };
}

const CASES: Array<[type: FieldType, cell: string, value: string | object]> = [
  ["text", "  two\n words ", { text: "two words" }],
  ["text", "x".repeat(201), "answer_long"],
  ["text", " ", {}],
  ["long_text", "a\r\nb", { text: "a\nb" }],
  ["long_text", "x".repeat(2001), "answer_long"],
  ["number", "12,5", { number: 12.5 }],
  ["number", "-3", { number: -3 }],
  ["number", "1e9", "answer_number"],
  ["number", "twelve", "answer_number"],
  ["date", "2028-02-29", { date: "2028-02-29" }],
  ["date", "1.2.2027", { date: "2027-02-01" }],
  ["date", "2027-02-29", "answer_date"],
  ["date", "31.02.2027", "answer_date"],
  ["date", "2/1/2027", "answer_date"],
  ["choice", "eclat", { text: "Éclat" }],
  ["choice", "Tar", "answer_choice"],
  ["choices", "wax, soft; OIL", { text: '["Oil","Wax, soft"]' }],
  ["choices", "Oil, Wax, soft, Éclat", { text: JSON.stringify(choices) }],
  ["choices", "Oil, Tar", "answer_choice"],
  ["checkbox", "Yes", { number: 1 }],
  ["checkbox", "drinks TEA", { number: 1 }],
  ["checkbox", "no", {}],
  ["checkbox", "perhaps", "answer_tick"],
];

describe("an answer in a cell", () => {
  for (const [type, cell, value] of CASES)
    it(`${type}: ${JSON.stringify(cell.slice(0, 30))}`, () =>
      assert.deepEqual(
        readCell(fieldOf(type), cell),
        typeof value === "string" ? value : { ...EMPTY, ...value },
      ));
});
