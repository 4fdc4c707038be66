import assert from "node:assert/strict";
import { z } from "zod";
import {
  blank,
  box,
  line,
  list,
  mailAddress,
  optionalLine,
  paragraph,
  parse,
  refused,
  whole,
} from "../../src/web/form.ts";

const Schema = z.object({
  name: line("Enter a name", 10),
  nick: optionalLine(10),
  email: mailAddress(),
  minutes: whole("Enter the minutes", 5, 60, "minutes"),
  note: paragraph(20),
  open: box,
  ids: list(z.string().regex(/^\d+$/, "Choose from the list")),
});
const GOOD = { name: " Ana ", email: "ANA@example.com ", minutes: "30" };

function errorOf(field: string, value: unknown): string | undefined {
  return parse(Schema, { ...GOOD, [field]: value }).errors[field];
}

describe("a form", () => {
  it("gives what was meant, and keeps what was typed", () => {
    const form = parse(Schema, { ...GOOD, note: "a\r\nb ", open: "1", ids: "7" });
    assert.deepEqual(form.input, {
      name: "Ana",
      nick: "",
      email: "ana@example.com",
      minutes: 30,
      note: "a\nb",
      open: true,
      ids: ["7"],
    });
    assert.equal(form.values.name, " Ana ");
  });

  it("has one message a field, and no input when any is refused", () => {
    const form = parse(Schema, {});
    assert.equal(form.input, undefined);
    assert.deepEqual(form.errors, {
      name: "Enter a name",
      email: "Enter an e-mail address",
      minutes: "Enter the minutes",
    });
  });

  for (const [field, value, message] of [
    ["name", "  ", "Enter a name"],
    ["name", "x".repeat(11), "Use 10 characters or fewer"],
    ["name", "a\u0000b", "Use letters, digits and punctuation only"],
    ["name", "a\nb", "Use letters, digits and punctuation only"],
    ["name", "a\u202eb", "Use letters, digits and punctuation only"],
    ["name", ["a", "b"], "Enter a name"],
    ["email", "ana", "Enter an e-mail address like name@example.com"],
    ["email", "a@b.example, c@d.example", "Enter an e-mail address like name@example.com"],
    ["minutes", "4", "Enter a whole number from 5 to 60 minutes"],
    ["minutes", "1e1", "Enter a whole number from 5 to 60 minutes"],
    ["minutes", "30.5", "Enter a whole number from 5 to 60 minutes"],
    ["note", "x".repeat(21), "Use 20 characters or fewer"],
    ["note", "a\u0007b", "Use plain text only"],
    ["ids", ["7", "x"], "Choose from the list"],
  ] as const)
    it(`refuses ${field} ${JSON.stringify(value)}`, () => {
      assert.equal(errorOf(field, value), message);
    });

  it("is blank, or filled with what is stored", () => {
    assert.deepEqual(blank({ name: "Ana", minutes: 30, none: null }), {
      values: { name: "Ana", minutes: "30" },
      errors: {},
      input: undefined,
    });
  });

  it("can be refused later, beside one field", () => {
    const form = refused(parse(Schema, GOOD), "name", "Taken");
    assert.equal(form.input, undefined);
    assert.deepEqual(form.errors, { name: "Taken" });
  });
});
