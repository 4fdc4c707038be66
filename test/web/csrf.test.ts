import assert from "node:assert/strict";
import { load } from "cheerio";
import supertest from "supertest";
import { config } from "../../config/index.ts";
import { Person } from "../../src/models/index.ts";
import { type Browser, formOf, signedIn } from "../support/browser.ts";
import { open, PASSWORD, type World, world } from "../support/world.ts";

describe("a form of somebody signed in", () => {
  let cast: World;
  let browser: Browser;
  let token: string;
  beforeEach(async () => {
    cast = await world();
    browser = await signedIn(cast.ana);
    token = await tokenOf(browser);
  });

  async function nameNow(): Promise<string | undefined> {
    return (await Person.withEmail(cast.ana.email))?.name;
  }

  /** Posts a new name with what is given instead of the token, as written. */
  async function rename(given: string, url = "/account", headers: Record<string, string> = {}) {
    const request = supertest(await open()).post(url);
    for (const [name, value] of Object.entries(headers)) request.set(name, value);
    return request
      .set("Cookie", browser.cookie ?? "")
      .type("form")
      .send(`name=Another&${given}`);
  }

  it("changes something with the session's own token", async () => {
    assert.equal((await rename(`_csrf=${token}`)).status, 303);
    assert.equal(await nameNow(), "Another");
  });

  const wrong: Array<[string, () => Promise<string>]> = [
    ["no token", async () => ""],
    ["an empty token", async () => "_csrf="],
    ["a made-up token", async () => "_csrf=abcdefgh-ijklmnopqrstuvwxyz0123456789"],
    ["a visitor's token", async () => `_csrf=${await visitorsToken()}`],
    ["another session's token", async () => `_csrf=${await tokenOf(await signedIn(cast.carl))}`],
    [
      "the person's other session's token",
      async () => `_csrf=${await tokenOf(await signedIn(cast.ana))}`,
    ],
    ["the token twice", async () => `_csrf=${token}&_csrf=${token}`],
    ["the token in a list", async () => `_csrf[]=${token}`],
    ["the token in an object", async () => `_csrf[x]=${token}`],
    ["the token under another name", async () => `csrf_token=${token}`],
  ];
  for (const [what, given] of wrong)
    it(`changes nothing with ${what}`, async () => {
      const { status, text } = await rename(await given());
      assert.equal(status, 403);
      assert.equal(load(text)("h1").text(), "Please send this once more");
      assert.equal(await nameNow(), "Ana Alvarez");
    });

  it("takes the token from the form only: not from the address, not from a header", async () => {
    assert.equal((await rename("", `/account?_csrf=${token}`)).status, 403);
    for (const name of ["x-csrf-token", "csrf-token", "x-xsrf-token"])
      assert.equal((await rename("", "/account", { [name]: token })).status, 403);
    assert.equal(await nameNow(), "Ana Alvarez");
  });

  it("changes nothing with a token of before the session was renewed", async () => {
    const fields = { current_password: PASSWORD, password: "seven quiet mornings" };
    const changed = await browser.submit("/account", fields, "/account/password");
    assert.equal(changed.status, 303);
    assert.equal((await rename(`_csrf=${token}`)).status, 403);
  });

  it("is offered once more with what was typed, and then works", async () => {
    const refused = await browser.post("/account", { name: 'Ana "A." <Ávila>', _csrf: "x" });
    assert.equal(refused.status, 403);
    assert.ok(!refused.html.includes("<Ávila>"));
    const { target, values } = formOf(refused, "/account");
    assert.equal(target, "/account");
    assert.equal(values.name, 'Ana "A." <Ávila>');
    assert.equal((await browser.post(target, values)).status, 303);
    assert.equal(await nameNow(), 'Ana "A." <Ávila>');
  });

  it("is offered once more without the passwords", async () => {
    const secrets = { current_password: "present secret", password: "future secret" };
    const { html } = await browser.post("/account/password", { ...secrets, kept: "kept" });
    assert.ok(html.includes('name="kept"'));
    assert.ok(!html.includes("secret") && !/name="[^"]*password/.test(html));
  });

  for (const [headers, status] of [
    [{ "sec-fetch-site": "same-origin" }, 303],
    [{ "sec-fetch-site": "none" }, 303],
    [{ "sec-fetch-site": "same-site" }, 403],
    [{ "sec-fetch-site": "cross-site" }, 403],
    [{ "sec-fetch-site": "cross-site", origin: config.baseUrl }, 403],
    [{ origin: config.baseUrl }, 303],
    [{ origin: "https://evil.example" }, 403],
    [{ origin: "null" }, 403],
    [{ origin: `${config.baseUrl}.evil.example` }, 403],
    [{}, 303],
  ] as const)
    it(`is ${status === 303 ? "taken" : "refused"} with ${JSON.stringify(headers)}`, async () => {
      const answer = await rename(`_csrf=${token}`, "/account", headers);
      assert.equal(answer.status, status);
      assert.equal(await nameNow(), status === 303 ? "Another" : "Ana Alvarez");
    });
});

async function tokenOf(browser: Browser): Promise<string> {
  return String(formOf(await browser.get("/account"), "/logout").values._csrf);
}

async function visitorsToken(): Promise<string> {
  const { text } = await supertest(await open()).get("/login");
  return String(load(text)("[name=_csrf]").val());
}
