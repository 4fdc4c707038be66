import assert from "node:assert/strict";
import { decode, readRows, separatorOf } from "../src/csv-reading.ts";
import {
  checkLine,
  guessMapping,
  hasHeadings,
  type Mapping,
  mappingProblem,
} from "../src/customer-file.ts";

const NAMES = "Name;Mail\nZoë Müller;zoe@example.com\n";

describe("a file of customers", () => {
  const utf16 = (order: "le" | "be", mark: boolean) => {
    const bytes = Buffer.from(`${mark ? "\uFEFF" : ""}${NAMES}`, "utf16le");
    return order === "be" ? bytes.swap16() : bytes;
  };
  const encodings: Array<[what: string, bytes: Buffer, encoding: string]> = [
    ["UTF-8", Buffer.from(NAMES), "UTF-8"],
    ["UTF-8 with a mark", Buffer.from(`\uFEFF${NAMES}`), "UTF-8"],
    ["UTF-16 little end first, with a mark", utf16("le", true), "UTF-16"],
    ["UTF-16 big end first, with a mark", utf16("be", true), "UTF-16"],
    ["UTF-16 without a mark", utf16("le", false), "UTF-16"],
    ["Windows-1252", Buffer.from(NAMES, "latin1"), "Windows-1252"],
  ];
  for (const [what, bytes, encoding] of encodings)
    it(`is read in ${what}`, () => assert.deepEqual(decode(bytes), { text: NAMES, encoding }));

  const separators: Array<[text: string, separator: string]> = [
    ["a,b,c\n1,2,3", ","],
    ["a;b\n1,5;2", ";"],
    ["a\tb\tc\n1\t2\t3", "\t"],
    ["a|b\nx, y|z", "|"],
    ['name;note\n"Doe; Jane, PhD, MD, Esq";x\nA;"b,c,d,e"', ";"],
    ["only one column\nand, one comma", ","],
    ["", ","],
  ];
  for (const [text, separator] of separators)
    it(`is divided by ${JSON.stringify(separator)}: ${JSON.stringify(text)}`, () =>
      assert.equal(separatorOf(text), separator));

  it("has the rows that a spreadsheet counts: with empty ones, ragged ones and line breaks", async () => {
    const text = 'a,b\r\n"x\ny","say ""hi"""\r\n\r\nlong,er,row\r\nhalf "quoted,z';
    assert.deepEqual(await readRows(text, ",", 100), [
      ["a", "b"],
      ["x\ny", 'say "hi"'],
      [""],
      ["long", "er", "row"],
      ['half "quoted', "z"],
    ]);
    assert.equal((await readRows("a\n".repeat(50), ",", 10)).length, 11);
  });

  const headings: Array<[line: string[], mapping: Mapping]> = [
    [
      ["Name", "E-mail", "Phone", "Notes for staff", "Alert for staff"],
      ["name", "email", "phone", "note", "alert"],
    ],
    [
      ["First Name", "Last Name", "Email Address", "Mobile"],
      ["first", "last", "email", "phone"],
    ],
    [
      ["Vorname", "Nachname", "E-Mail", "Telefon", "Ort"],
      ["first", "last", "email", "phone", ""],
    ],
    [
      ["Nombre", "Correo electrónico", "Teléfono móvil"],
      ["name", "email", "phone"],
    ],
    [
      ["customer_name", "email", "email 2"],
      ["name", "email", ""],
    ],
  ];
  for (const [line, mapping] of headings)
    it(`knows its columns by their headings: ${line.join(", ")}`, () => {
      assert.deepEqual(guessMapping([line]), mapping);
      assert.ok(hasHeadings([line]));
    });

  it("knows an address where there are no headings", () => {
    const lines = [["Zoë Müller", "zoe@example.com"]];
    assert.deepEqual(guessMapping(lines), ["", "email"]);
    assert.ok(!hasHeadings(lines));
  });

  const mappings: Array<[mapping: Mapping, ok: boolean]> = [
    [["name", "email"], true],
    [["first", ""], true],
    [["last", "first"], true],
    [["", "email"], false],
    [["name", "name"], false],
    [["name", "first"], false],
  ];
  for (const [mapping, ok] of mappings)
    it(`${ok ? "can" : "cannot"} have the columns ${JSON.stringify(mapping)}`, () =>
      assert.equal(mappingProblem(mapping) === undefined, ok));

  const ALL: Mapping = ["name", "email", "phone", "note", "alert"];
  const nothing = { email: null, phone: null, note: "", alert: "", answers: [] };
  const lines: Array<[cells: string[], checked: unknown]> = [
    [
      [" Zoë  Müller ", "ZOE@example.com", "", ""],
      { record: { name: "Zoë Müller", ...nothing, email: "zoe@example.com" } },
    ],
    [["Zoë", "", "'+1 555 0101"], { record: { name: "Zoë", ...nothing, phone: "+1 555 0101" } }],
    [["O'Neill", "", "", "'=1+1"], { record: { name: "O'Neill", ...nothing, note: "=1+1" } }],
    [["A", "", "", "two\r\nlines"], { record: { name: "A", ...nothing, note: "two\nlines" } }],
    [["", " ", ""], "empty"],
    [["", "zoe@example.com"], { problem: "name_missing" }],
    [["\u200b", "zoe@example.com"], { problem: "name_missing" }],
    [["x".repeat(121)], { problem: "name_long" }],
    [["a\u0007b"], { problem: "name_controls" }],
    [["Zoë", "zoe at example"], { problem: "email_wrong" }],
    [["Zoë", "", "1".repeat(41)], { problem: "phone_long" }],
    [["Zoë", "", "", "x".repeat(5001)], { problem: "note_long" }],
    [["Zoë", "", "", "", "x".repeat(251)], { problem: "alert_long" }],
  ];
  for (const [cells, checked] of lines)
    it(`has lines like ${JSON.stringify(cells).slice(0, 60)}`, () =>
      assert.deepEqual(checkLine(cells, ALL), checked));

  it("puts a name together", () => {
    const checked = checkLine(["Müller", "Zoë"], ["last", "first"]);
    assert.deepEqual(checked, { record: { name: "Zoë Müller", ...nothing } });
  });
});
