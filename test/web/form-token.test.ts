import assert from "node:assert/strict";
import { load } from "cheerio";
import supertest from "supertest";
import { rows } from "../../src/models/database.ts";
import { formToken } from "../../src/web/form-token.ts";
import { formOf, signedIn, visitor } from "../support/browser.ts";
import { open, PASSWORD, type World, world } from "../support/world.ts";

const HOUR = 3_600_000;
const ANA = "ana@salon.example";

describe("a visitor's form", () => {
  let cast: World;
  beforeEach(async () => {
    cast = await world();
  });

  it("is taken with the token it was shown with, for hours, and by several pages at once", async () => {
    for (const age of [0, HOUR, 11 * HOUR])
      assert.equal((await ask(`_csrf=${formToken(Date.now() - age)}`)).status, 303);
    assert.equal(await asked(), 3);
  });

  const [issued, nonce, signature] = formToken().split(".");
  const wrong: Array<[string, string]> = [
    ["no token", ""],
    ["an empty token", "_csrf="],
    ["a made-up token", "_csrf=abc.def.ghi"],
    ["a token of yesterday", `_csrf=${formToken(Date.now() - 13 * HOUR)}`],
    ["a token of tomorrow", `_csrf=${formToken(Date.now() + HOUR)}`],
    ["a token with another time", `_csrf=${(1).toString(36)}.${nonce}.${signature}`],
    ["a token with another nonce", `_csrf=${issued}.x${nonce}.${signature}`],
    ["a token without its signature", `_csrf=${issued}.${nonce}.`],
    ["the token twice", `_csrf=${formToken()}&_csrf=${formToken()}`],
    ["the token in a list", `_csrf[]=${formToken()}`],
    ["an endless token", `_csrf=${"x".repeat(5000)}`],
  ];
  for (const [what, given] of wrong)
    it(`is refused with ${what}`, async () => {
      const { status, text } = await ask(given);
      assert.equal(status, 403);
      assert.equal(load(text)("h1").text(), "Please send this once more");
      assert.equal(await asked(), 0);
    });

  it("takes the token from the form only", async () => {
    assert.equal((await ask("", {}, `/password?_csrf=${formToken()}`)).status, 403);
    assert.equal((await ask("", { "x-csrf-token": formToken() })).status, 403);
  });

  it("is offered once more with what was typed, and then works", async () => {
    const browser = visitor();
    const refused = await browser.post("/password", { email: ANA, _csrf: "old" });
    assert.equal(refused.status, 403);
    const { target, values } = formOf(refused);
    assert.equal(values.email, ANA);
    assert.equal((await browser.post(target, values)).status, 303);
  });

  it("is offered once more without the password", async () => {
    const browser = visitor();
    const refused = await browser.post("/login", { email: ANA, password: PASSWORD });
    assert.equal(refused.status, 403);
    assert.ok(!refused.html.includes(PASSWORD));
    const { target, values } = formOf(refused);
    assert.equal(values.email, ANA);
    const again = await browser.post(target, values);
    assert.equal(again.status, 422);
    assert.equal(again.$("#password-error").text(), "Enter your password");
  });

  it("does not come from another site", async () => {
    const given = `_csrf=${formToken()}`;
    assert.equal((await ask(given, { "sec-fetch-site": "cross-site" })).status, 403);
    assert.equal((await ask(given, { origin: "https://evil.example" })).status, 403);
    assert.equal((await ask(given, { origin: "null" })).status, 403);
    assert.equal(await asked(), 0);
    assert.equal((await ask(given, { "sec-fetch-site": "same-origin" })).status, 303);
  });

  it("is not for programs that fill in every field", async () => {
    const { status } = await ask(`_csrf=${formToken()}&leave_empty=x`);
    assert.equal(status, 400);
    assert.equal((await ask(`_csrf=${formToken()}&leave_empty=`)).status, 303);
  });

  it("carries the session's token for somebody who is signed in", async () => {
    const browser = await signedIn(cast.ana);
    const fields = { email: ANA, _csrf: formToken() };
    assert.equal((await browser.post("/password", fields)).status, 403);
    assert.equal((await browser.submit("/password", { email: ANA }, "/password")).status, 303);
  });
});

/** Asks for a new password with what is given instead of the token, as written. */
async function ask(given: string, headers: Record<string, string> = {}, url = "/password") {
  const request = supertest(await open()).post(url);
  for (const [name, value] of Object.entries(headers)) request.set(name, value);
  return request.type("form").send(`email=${encodeURIComponent(ANA)}&${given}`);
}

async function asked(): Promise<number> {
  return (await rows("SELECT id FROM password_resets")).length;
}
