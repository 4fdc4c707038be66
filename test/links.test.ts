import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { config } from "../config/index.ts";
import { appointmentUrl, linkToken } from "../src/links.ts";
import { hashToken } from "../src/secrets.ts";

const OLD = "an old key that has thirty-two bytes and more";
const NEW = "a new key that has thirty-two bytes and more too";
const script = `
  const { linkToken } = await import("./src/links.ts");
  const [nonce, hash] = process.argv.slice(1);
  try { console.log(linkToken("appointment", nonce, hash || undefined)); }
  catch (error) { console.log(error.message); }`;

/** The token as a process with these secret keys derives it. */
function tokenWith(keys: string, nonce: string, hash = ""): string {
  const args = ["--input-type=module", "-e", script, nonce, hash];
  const env = { ...process.env, SECRET_KEY: keys };
  return execFileSync(process.execPath, args, { cwd: config.root, env, encoding: "utf8" }).trim();
}

describe("links", () => {
  it("have the same token each time, another for each row and each kind", () => {
    const token = linkToken("appointment", "a");
    assert.equal(linkToken("appointment", "a"), token);
    assert.equal(linkToken("appointment", "a", hashToken(token)), token);
    const others = [linkToken("appointment", "b"), linkToken("invitation", "a")];
    assert.equal(new Set([token, ...others]).size, 3);
    assert.match(token, /^[\w-]{43}$/);
    assert.equal(appointmentUrl(token), `${config.baseUrl}/appointments/${token}`);
  });

  it("of an older secret key stay what they were sent as", () => {
    const old = tokenWith(OLD, "a");
    const both = `${NEW},${OLD}`;
    assert.equal(tokenWith(both, "a", hashToken(old)), old);
    assert.equal(tokenWith(both, "a"), tokenWith(NEW, "a"));
    assert.notEqual(tokenWith(NEW, "a"), old);
  });

  it("of a secret key that is lost are not guessed", () => {
    const old = tokenWith(OLD, "a");
    assert.match(tokenWith(NEW, "a", hashToken(old)), /no key of ours/);
  });
});
