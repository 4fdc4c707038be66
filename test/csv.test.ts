import assert from "node:assert/strict";
import { buffer, text } from "node:stream/consumers";
import { parse } from "csv-parse/sync";
import { csv, type CsvColumn, everyRow } from "../src/csv.ts";

type Row = { name: string; age: number | null; here: boolean };

const COLUMNS: ReadonlyArray<CsvColumn<Row>> = [
  ["Name", ({ name }) => name],
  ["Age", ({ age }) => age],
  ["Here", ({ here }) => here],
];

describe("a CSV file", () => {
  it("begins with a byte order mark and its headings, even without a row", async () => {
    const bytes = await buffer(csv(COLUMNS, []));
    assert.equal(bytes.toString(), "\uFEFFName,Age,Here\r\n");
  });

  it("keeps what RFC 4180 has quotes for", async () => {
    const names = ['Zoë "Zed" Q', "Doe, Jane", "two\nlines", "two\r\nlines", "a return\ronly", ""];
    const rows = names.map((name) => ({ name, age: 5, here: true }));
    const read: string[][] = parse(await text(csv(COLUMNS, rows)), { bom: true, from: 2 });
    assert.deepEqual(
      read.map(([name]) => name),
      names,
    );
  });

  for (const mark of ["=", "+", "-", "@", "\t", "\r"])
    it(`[D22] has nothing that a spreadsheet runs: ${JSON.stringify(mark)}`, async () => {
      const rows = [{ name: `${mark}HYPERLINK("https://evil.example")`, age: -4, here: false }];
      const [line]: string[][] = parse(await text(csv(COLUMNS, rows)), { bom: true, from: 2 });
      assert.deepEqual(line, [`'${mark}HYPERLINK("https://evil.example")`, "-4", "no"]);
    });

  it("fails as a whole when its rows fail", async () => {
    const failing = everyRow<Row>(() => Promise.reject(new Error("the database went away")));
    await assert.rejects(text(csv(COLUMNS, failing)), /went away/);
  });

  it("reads a list in batches, each from where the last one ended", async () => {
    const list = Array.from({ length: 1001 }, (_, age) => ({ name: "n", age, here: true }));
    const asked: Array<number | undefined> = [];
    const fetch = async (last: Row | undefined, limit: number) => {
      asked.push(last?.age ?? undefined);
      const from = last ? Number(last.age) + 1 : 0;
      return list.slice(from, from + limit);
    };
    const content = await text(csv(COLUMNS, everyRow(fetch)));
    assert.equal(content.trimEnd().split("\r\n").length, 1002);
    assert.deepEqual(asked, [undefined, 499, 999]);
  });
});
