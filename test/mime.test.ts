import assert from "node:assert/strict";
import fc from "fast-check";
import PostalMime from "postal-mime";
import { mimeMessage } from "../src/mime.ts";

const plain = "text/plain; charset=utf-8";
const html = "text/html; charset=utf-8";
const calendar = "text/calendar; charset=utf-8; method=REQUEST";

// What people type, and what a mail's own grammar is made of.
const awkward = fc.constantFrom(
  "=",
  "=3D",
  "\n",
  "\r\n",
  ".",
  "\n.\n",
  " ",
  " \n",
  "\t\n",
  "--=_part",
  "\n--=_part--\n",
  "From ",
  "\nBcc: eve@evil.example\n",
  "é",
  "家",
  "👩‍🦰",
  ",",
  '"',
  "<x>",
  "=?utf-8?q?x?=",
);
const text = fc
  .array(fc.oneof(awkward, fc.string({ unit: "grapheme" })), { maxLength: 40 })
  .map((pieces) => pieces.join("").replaceAll(/[\0\r\u2028\u2029\ufeff]/g, ""));
// What looks encoded already stays so, and readers decode it: it is left out of what is compared.
const line = text
  .map((typed) =>
    typed
      .replaceAll(/\p{C}|\s+/gu, " ")
      .replaceAll(/ +/g, " ")
      .trim(),
  )
  .filter((typed) => !typed.includes("=?"));

describe("mails on the wire", () => {
  it("say what was meant, whatever it was", async () => {
    await fc.assert(
      fc.asyncProperty(text, text, text, line, line, async (a, b, c, subject, name) => {
        const source = mimeMessage(
          { From: { name, address: "post@plainbook.example" }, Subject: subject },
          [
            { contentType: plain, content: a },
            { contentType: html, content: b },
            { contentType: calendar, content: c },
          ],
        );
        for (const written of source.split("\r\n")) assert.ok(written.length <= 998);
        assert.doesNotMatch(source, /[^\r]\n|[^\t\r\n -~]/);
        const read = await PostalMime.parse(source);
        assert.equal(lines(read.text ?? ""), lines(a));
        assert.equal(lines(read.html ?? ""), lines(b));
        const [part] = read.attachments;
        assert.equal(lines(new TextDecoder().decode(part?.content as Uint8Array)), lines(c));
        assert.equal(read.subject ?? "", subject);
        assert.deepEqual(read.from, { name, address: "post@plainbook.example" });
        assert.equal(read.bcc, undefined);
      }),
      { numRuns: 200 },
    );
  });

  it("of one part have no other", async () => {
    const source = mimeMessage({ Subject: "x" }, [{ contentType: plain, content: "ä\nb" }]);
    assert.doesNotMatch(source, /multipart|=_part/);
    assert.equal((await PostalMime.parse(source)).text?.trim(), "ä\nb");
  });

  it("have one header of each name, and end the headers where the body begins", () => {
    const source = mimeMessage({ From: "a@b.example", Subject: "x\r\n\r\nBcc: eve@evil.example" }, [
      { contentType: plain, content: "hello" },
    ]);
    const [head = "", ...rest] = source.split("\r\n\r\n");
    assert.equal(rest.length, 1);
    const names: string[] = head.match(/^[\w-]+(?=:)/gm) ?? [];
    assert.equal(new Set(names).size, names.length);
    assert.ok(!names.includes("Bcc"));
  });
});

function lines(typed: string): string {
  return typed.replaceAll("\r\n", "\n").replace(/\n+$/, "");
}
