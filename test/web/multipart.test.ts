import assert from "node:assert/strict";
import { BadRequest } from "../../src/errors.ts";
import { readMultipart } from "../../src/web/multipart.ts";

const B = "----x";

function part(head: string, content: string): string {
  return `--${B}\r\nContent-Disposition: form-data; ${head}\r\n\r\n${content}\r\n`;
}

/** As it arrives: so many bytes at a time. */
async function* sent(text: string, atOnce: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += atOnce) yield bytes.subarray(at, at + atOnce);
}

describe("a form with a file", () => {
  const file = "a\r\n--\r\n------y\r\n";
  const form = `${part('name="_csrf"', "token")}${part('name="note"', "é\r\nx")}${part(
    'name="file"; filename="a%22b.zip"',
    file,
  )}--${B}--\r\n`;

  for (const atOnce of [1, 2, 7, 1000])
    it(`is the same, ${atOnce} bytes at a time`, async () => {
      const read = await readMultipart(sent(form, atOnce), B);
      assert.deepEqual(read.fields, { _csrf: "token", note: "é\r\nx" });
      assert.equal(read.file?.name, "a%22b.zip");
      const chunks = await Array.fromAsync(read.file?.content ?? []);
      assert.equal(Buffer.concat(chunks).toString(), file);
    });

  it("has no file where none was chosen", async () => {
    const none = `${part('name="file"; filename=""', "")}${part('name="a"', "b")}--${B}--`;
    assert.deepEqual(await readMultipart(sent(none, 5), B), { fields: { a: "b" } });
  });

  const wrong: Array<[what: string, text: string]> = [
    ["nothing at all", ""],
    ["no end", form.slice(0, 80)],
    ["a part without a name", `${part('filename="x"', "y")}--${B}--`],
    ["a head without an end", `--${B}\r\n${"x".repeat(10_000)}`],
    ["fields that are too long", `${part('name="a"', "x".repeat(70_000))}--${B}--`],
  ];
  for (const [what, text] of wrong)
    it(`is refused with ${what}`, () =>
      assert.rejects(readMultipart(sent(text, 4096), B), BadRequest));

  it("tells of a file that breaks off while it is read", async () => {
    const read = await readMultipart(sent(form.slice(0, -12), 16), B);
    await assert.rejects(Array.fromAsync(read.file?.content ?? []), BadRequest);
  });
});
