import assert from "node:assert/strict";
import supertest from "supertest";
import { sequelize, transaction } from "../../src/models/database.ts";
import { formToken } from "../../src/web/form-token.ts";
import { type Page, signedIn, visitor } from "../support/browser.ts";
import { open, type World, world } from "../support/world.ts";

describe("a page that refuses", () => {
  let cast: World;
  beforeEach(async () => {
    cast = await world();
  });

  function refuses(page: Page, status: number, title: RegExp): void {
    assert.equal(page.status, status);
    assert.match(page.$("h1").text(), title);
    assert.ok(page.$("main p").text().length > 40, "says what to do next");
    assert.equal(page.$("header a").length > 0, true);
  }

  it("404: says what is not there", async () => {
    refuses(await visitor().get("/nowhere"), 404, /not found/);
    refuses(await visitor().get("/book/nobody"), 404, /not found/);
    refuses(await visitor().get("/appointments/nonsense"), 404, /not found/);
  });

  it("400: an address that cannot be read", async () => {
    refuses(await visitor().get("/book/%E0%A4%A"), 400, /made no sense/);
  });

  it("403: somebody else's part", async () => {
    const page = await (await signedIn(cast.ben)).get("/b/anas-salon/settings");
    refuses(page, 403, /Not allowed/);
  });

  it("410: a time that is no longer kept", async () => {
    refuses(await visitor().get("/book/anas-salon/holds/gone"), 410, /no longer kept/);
  });

  it("413: too much at once", async () => {
    const big = { _csrf: formToken(), note: "x".repeat(70_000) };
    refuses(await visitor().post("/book/anas-salon/haircut", big), 413, /too much/);
    const many = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`f${i}`, "1"]));
    refuses(await visitor().post("/book/anas-salon/haircut", many), 413, /too much/);
  });

  it("403: a visitor’s form with a file, which is not read", async () => {
    const form = supertest(await open()).post("/book/anas-salon/haircut");
    const file = Buffer.alloc(50_000, "x");
    const answer = await form
      .field("_csrf", formToken())
      .field("start", "now")
      .attach("f", file, "f");
    assert.equal(answer.status, 403);
    assert.ok(answer.text.length < 10_000);
  });

  it("403: a form that was open for too long keeps what was typed, but no passwords", async () => {
    const stale = { _csrf: formToken(Date.now() - 13 * 3_600_000), note: "<i>hi", password: "x" };
    const page = await visitor().post("/book/anas-salon/haircut", stale);
    assert.equal(page.status, 403);
    assert.equal(page.$("input[name=note]").val(), "<i>hi");
    assert.equal(page.$("input[name=password]").length, 0);
    assert.ok(page.$("input[name=_csrf]").val());
  });

  it("429: too many attempts, and when to come back", async () => {
    const response = supertest(await open());
    let last = await response.get("/");
    const body = new URLSearchParams({ email: "nobody@example.com", password: "wrong wrong" });
    for (let i = 0; i < 200 && last.status !== 429; i++) {
      body.set("_csrf", formToken());
      last = await response.post("/login").type("form").send(body.toString());
    }
    assert.equal(last.status, 429);
    assert.match(String(last.headers["retry-after"]), /^\d+$/);
  });

  it("500: tells nothing of what went wrong, and what to do", async () => {
    await transaction(() => sequelize.query("ALTER TABLE businesses RENAME TO elsewhere"));
    try {
      const page = await visitor().get("/book/anas-salon");
      refuses(page, 500, /went wrong/);
      assert.doesNotMatch(page.html, /businesses|SQL|relation|table/i);
    } finally {
      await transaction(() => sequelize.query("ALTER TABLE elsewhere RENAME TO businesses"));
    }
  });

  it("is as plain for HEAD, and for verbs nobody offers", async () => {
    const app = supertest(await open());
    assert.equal((await app.head("/nowhere")).status, 404);
    assert.equal((await app.delete("/book/anas-salon")).status, 404);
  });
});
