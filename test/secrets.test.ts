import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import * as fc from "fast-check";
import { hashToken, hmac, newToken, seal, unseal, verifies } from "../src/secrets.ts";

const OLD = "old ".repeat(10).trim();
const NEW = "new ".repeat(10).trim();

/** What an expression of the module gives in a process with other keys. */
function withKeys(keys: string, expression: string): string {
  const module = join(import.meta.dirname, "../src/secrets.ts");
  const program = `import * as s from ${JSON.stringify(module)}; process.stdout.write(String(${expression}))`;
  return execFileSync(process.execPath, ["--input-type=module-typescript", "-e", program], {
    env: { ...process.env, SECRET_KEY: keys },
    encoding: "utf8",
  });
}

describe("secrets", () => {
  it("open what they sealed, for the same purpose only", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const sealed = seal("test", text);
        assert.equal(unseal("test", sealed), text);
        assert.equal(unseal("another", sealed), undefined);
      }),
    );
  });

  it("open nothing in which a byte is another", () => {
    const bytes = Buffer.from(seal("test", "text"), "base64url");
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes);
      changed[i] = (changed[i] ?? 0) ^ 1;
      assert.equal(unseal("test", changed.toString("base64url")), undefined);
    }
    for (const text of ["", "x", "!!", "a".repeat(1000)])
      assert.equal(unseal("test", text), undefined);
  });

  it("[P3.2] read what an older key made, and make with the newest", () => {
    const sealed = withKeys(OLD, `s.seal("test", "kept")`);
    const quoted = JSON.stringify(sealed);
    assert.equal(withKeys(`${NEW},${OLD}`, `s.unseal("test", ${quoted})`), "kept");
    assert.equal(withKeys(NEW, `s.unseal("test", ${quoted})`), "undefined");
    const mac = JSON.stringify(withKeys(OLD, `s.hmac("test", "text")`));
    assert.equal(withKeys(`${NEW},${OLD}`, `s.verifies("test", "text", ${mac})`), "true");
    assert.equal(withKeys(NEW, `s.verifies("test", "text", ${mac})`), "false");
  });

  it("verify only what they signed", () => {
    assert.equal(verifies("test", "text", hmac("test", "text")), true);
    assert.equal(verifies("test", "text", hmac("test", "texts")), false);
    assert.equal(verifies("test", "text", hmac("other", "text")), false);
    assert.equal(verifies("test", "text", ""), false);
  });

  it("make tokens that differ, and store what cannot be turned back", () => {
    const tokens = new Set(Array.from({ length: 1000 }, newToken));
    assert.equal(tokens.size, 1000);
    const [token = ""] = tokens;
    assert.equal(token.length, 32);
    assert.ok(!hashToken(token).includes(token));
  });
});
