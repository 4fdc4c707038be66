import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import * as fc from "fast-check";
import { gzippedWith, plainWith, spliced, TOKEN_GAP } from "../../src/web/spliced.ts";

describe("a page with a gap", () => {
  it("says the same plain and compressed, with the token in every gap", () => {
    const parts = fc.array(fc.string({ maxLength: 5000, unit: "grapheme" }), {
      minLength: 1,
      maxLength: 5,
    });
    const token = fc.stringMatching(/^[\w.-]{0,120}$/);
    fc.assert(
      fc.property(parts, token, (texts, value) => {
        const page = spliced(texts.join(TOKEN_GAP));
        const whole = texts.join(value);
        assert.equal(plainWith(page, value).toString(), whole);
        assert.equal(gunzipSync(gzippedWith(page, value)).toString(), whole);
      }),
    );
  });

  it("is about as small as a page compressed in one", () => {
    const row = "<li><label><input type=radio name=start> 9:00 AM</label></li>\n".repeat(100);
    const page = spliced(`${row}${TOKEN_GAP}${row}`);
    assert.ok(gzippedWith(page, "t".repeat(70)).length < 600);
  });
});
