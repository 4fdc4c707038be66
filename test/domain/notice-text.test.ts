import assert from "node:assert/strict";
import { paragraphsOf } from "../../src/domain/mail-text.ts";
import { filled, subjectFault, textFault } from "../../src/domain/notice-text.ts";

describe("a business's own text for a mail [D21]", () => {
  const faults: Array<[text: string, fault: RegExp | undefined]> = [
    ["See {link}", undefined],
    ["{customer} {appointment} {service} {provider} {when} {business} {link}", undefined],
    ["Hello", /Put \{link\}/],
    ["{link} {custmer}", /\{custmer\} cannot stand here; use \{customer\}/],
    ["{link} {Customer}", /\{Customer\} cannot/],
    ["{link} {constructor}", /\{constructor\} cannot/],
    ["{link} {}", /\{\} cannot/],
    ["{link} {count, plural, one {# cut} other {# cuts}}", /Braces can only|cannot stand/],
    ["{link} {when", /Braces can only/],
    ["{link} when}", /Braces can only/],
    ["{{link}}", /Braces can only/],
    ["{ link }", /Braces can only/],
  ];
  for (const [text, fault] of faults)
    it(`“${text}” is ${fault ? "refused" : "taken"}`, () => {
      const found = textFault(text, "reminder");
      if (fault) assert.match(found ?? "", fault);
      else assert.equal(found, undefined);
    });

  it("asks whether she comes in reminders only", () => {
    assert.equal(textFault("{link} {coming}", "reminder"), undefined);
    assert.match(textFault("{link} {coming}", "change") ?? "", /\{coming\} cannot stand here/);
    assert.match(subjectFault("{coming}", "reminder") ?? "", /\{coming\} cannot/);
  });

  it("has no block and no address in its subject", () => {
    assert.equal(subjectFault("{service} at {business}, {when}", "reminder"), undefined);
    assert.match(subjectFault("See {link}", "reminder") ?? "", /\{link\} cannot/);
    assert.match(subjectFault("{appointment}", "reminder") ?? "", /\{appointment\} cannot/);
  });

  it("knows other variables where it is of a waiting list", () => {
    assert.equal(textFault("{wish} {link}", "waiting_joined"), undefined);
    assert.match(textFault("{when} {link}", "waiting_joined") ?? "", /\{when\} cannot/);
    assert.equal(textFault("{appointment} {until} {link} {leave}", "waiting_offer"), undefined);
    assert.match(textFault("{appointment} {link}", "waiting_offer") ?? "", /Put \{leave\}/);
    assert.match(textFault("{wish} {link} {leave}", "waiting_offer") ?? "", /\{wish\} cannot/);
    assert.match(subjectFault("{wish}", "waiting_joined") ?? "", /\{wish\} cannot/);
  });

  it("is filled once: what a value says in braces stays as it is", () => {
    const link = { text: "https://x.example/", href: "https://x.example/" };
    assert.deepEqual(filled("Hi {customer}, {link}", { customer: "{link} <b>", link }), [
      { text: "Hi " },
      { text: "{link} <b>" },
      { text: ", " },
      link,
    ]);
  });

  it("becomes paragraphs, with the appointment as a block of its own", () => {
    const appointment = { text: "", block: "appointment" };
    assert.deepEqual(paragraphsOf(filled("A\n\n{appointment}\n\nB", { appointment })), [
      { lines: [[{ text: "A" }]] },
      { block: "appointment" },
      { lines: [[{ text: "B" }]] },
    ]);
  });
});
