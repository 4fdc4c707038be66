import assert from "node:assert/strict";
import { redis } from "../../src/redis.ts";
import { formOf, signedIn, visitor } from "../support/browser.ts";
import { until } from "../support/processes.ts";
import { PASSWORD, type World, world } from "../support/world.ts";

const OLGA = { email: "olga@plainbook.example", password: PASSWORD };

describe("an operator's sign-in", () => {
  let cast: World;
  beforeEach(async () => {
    cast = await world();
  });

  it("leads to the console, and back to the sign-in page once signed out", async () => {
    const browser = visitor();
    assert.equal((await browser.get("/operator")).location, "/operator/login?next=%2Foperator");
    const sent = await browser.submit("/operator/login", {
      ...OLGA,
      email: " OLGA@Plainbook.example",
    });
    assert.deepEqual([sent.status, sent.location], [303, "/operator/login/check?next=%2Foperator"]);
    assert.equal((await browser.get(sent.location)).location, "/operator");
    const { status, $ } = await browser.get("/operator");
    assert.equal(status, 200);
    assert.match($("main").text(), /signed in as Olga Olsen/);
    for (const page of ["queues", "statistics", "referrals"])
      assert.equal($(`main a[href='/operator/${page}']`).length, 1);
    assert.equal((await browser.get("/operator/login")).location, "/operator");

    const { cookie } = browser;
    const left = await browser.submit("/operator", {}, "/operator/logout");
    assert.deepEqual([left.status, left.location], [303, "/operator/login"]);
    browser.cookie = cookie;
    assert.match((await browser.get("/operator")).location, /^\/operator\/login/);
    assert.match((await browser.post("/operator/logout")).location, /^\/operator\/login/);
  });

  it("leads where somebody was going, if that is here", async () => {
    for (const [next, location] of [
      ["/operator/queues", "/operator/queues"],
      ["//evil.example", "/operator"],
    ] as const) {
      const browser = visitor();
      const url = `/operator/login?next=${encodeURIComponent(next)}`;
      const sent = await browser.submit(url, OLGA);
      assert.equal((await browser.get(sent.location)).location, location);
    }
  });

  it("[P5.4] says the same of a wrong password, of nobody, and of a business's owner", async () => {
    const said = [];
    for (const [email, password] of [
      [OLGA.email, "wrong password"],
      ["nobody@plainbook.example", PASSWORD],
      [cast.ana.email, PASSWORD],
    ] as const) {
      const { status, $ } = await visitor().submit("/operator/login", { email, password });
      assert.equal($("#email").val(), email);
      $("[name=_csrf]").remove();
      said.push([status, $("main").text(), $("main").html()?.replace(email, "")]);
    }
    assert.deepEqual(said[1], said[0]);
    assert.deepEqual(said[2], said[0]);
    assert.equal(said[0]?.[0], 422);
  });

  it("shows what is missing", async () => {
    const { status, $ } = await visitor().submit("/operator/login", {});
    assert.equal(status, 422);
    assert.equal($("#email-error").text(), "Enter your e-mail address");
    assert.equal($("#password-error").text(), "Enter your password");
  });

  it("is no sign-in to a business", async () => {
    const { status } = await visitor().submit("/login", OLGA);
    assert.equal(status, 422);
    const browser = await signedIn(cast.olga);
    assert.match((await browser.get("/account")).location, /^\/login/);
  });

  it("slows down after ten wrong passwords", async () => {
    const { values } = formOf(await visitor().get("/operator/login"));
    const wrong = { ...values, ...OLGA, password: "wrong" };
    const tries = Array.from({ length: 30 }, () => visitor().post("/operator/login", wrong));
    const slowed = (await Promise.all(tries)).filter(({ status }) => status === 429);
    assert.ok(slowed.length >= 15, String(slowed.length));
    await until(async () => (await visitor().submit("/operator/login", OLGA)).status === 303);
  });

  it("[P3.3] explains itself to a browser that does not bring the cookie back", async () => {
    const browser = visitor();
    const sent = await browser.submit("/operator/login", OLGA);
    browser.cookie = undefined;
    const { status, $ } = await browser.get(sent.location);
    assert.equal(status, 403);
    assert.equal($("main a").attr("href"), "/operator/login");
  });

  it("has a session without a name or an address in it", async () => {
    await visitor().submit("/operator/login", OLGA);
    const [key = ""] = await redis.keys("session:*");
    const kept = JSON.parse((await redis.get(key)) ?? "{}") as object;
    assert.deepEqual(Object.keys(kept).toSorted(), [
      "cookie",
      "csrfSecret",
      "operatorId",
      "signInVersion",
      "signedInAt",
    ]);
  });
});
