import assert from "node:assert/strict";
import type { Request } from "express";
import { Person } from "../../src/models/index.ts";
import { beginTry, endTries } from "../../src/web/back-off.ts";
import { localPath } from "../../src/web/local-path.ts";
import { type Fields, formOf, type Page, signedIn, visitor } from "../support/browser.ts";
import { until } from "../support/processes.ts";
import { buildPerson, buildStaff, PASSWORD, type World, world } from "../support/world.ts";

const ANA = { email: "ana@salon.example", password: PASSWORD };
const WRONG = "This address and this password do not belong together";

describe("signing in", () => {
  let cast: World;
  beforeEach(async () => {
    cast = await world();
  });

  it("leads to the business, and back to the sign-in page once signed out", async () => {
    const browser = visitor();
    const sent = await browser.submit("/login", ANA);
    assert.equal(sent.status, 303);
    assert.equal(sent.location, "/login/check?next=%2Fb%2Fanas-salon");
    const checked = await browser.get(sent.location);
    assert.deepEqual([checked.status, checked.location], [303, "/b/anas-salon"]);
    assert.equal((await browser.get("/account")).$("h1").text(), "Your account");

    const { cookie } = browser;
    const left = await browser.submit("/account", {}, "/logout");
    assert.deepEqual([left.status, left.location], [303, "/login?note=signed-out"]);
    assert.equal(browser.cookie, undefined);
    assert.match((await browser.get(left.location)).html, /You are signed out/);
    browser.cookie = cookie;
    assert.match((await browser.get("/account")).location, /^\/login/);
    assert.match((await browser.post("/logout")).location, /^\/login/);
  });

  it("takes the address in capitals and with spaces around it", async () => {
    const sent = await visitor().submit("/login", { ...ANA, email: " ANA@Salon.example " });
    assert.equal(sent.status, 303);
  });

  it("leads to the list for somebody of several businesses, or of none", async () => {
    await buildStaff(cast.garage, { person: cast.ana });
    const sent = await visitor().submit("/login", ANA);
    assert.equal(sent.location, "/login/check?next=%2Faccount");
    const nobody = await buildPerson({ email: "nobody@example.com" });
    const alone = await visitor().submit("/login", { ...ANA, email: nobody.email });
    assert.equal(alone.location, "/login/check?next=%2Faccount");
  });

  it("leads where somebody was going, if that is here", async () => {
    const browser = visitor();
    const asked = await browser.get("/account?view=day&x=1");
    assert.equal(asked.location, "/login?next=%2Faccount%3Fview%3Dday%26x%3D1");
    const sent = await browser.submit(asked.location, ANA);
    const checked = await browser.get(sent.location);
    assert.equal(checked.location, "/account?view=day&x=1");
    // The page itself sends on who is signed in already.
    assert.equal((await browser.get(asked.location)).location, checked.location);
  });

  for (const next of ["https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil"])
    it(`does not lead to ${JSON.stringify(next)}`, async () => {
      const browser = visitor();
      const url = `/login?next=${encodeURIComponent(next)}`;
      const sent = await browser.submit(url, { ...ANA, next });
      assert.equal(sent.location, "/login/check?next=%2Fb%2Fanas-salon");
      const check = `/login/check?next=${encodeURIComponent(next)}`;
      assert.equal((await browser.get(check)).location, "/b/anas-salon");
    });

  it("shows what is missing", async () => {
    const { status, $ } = await visitor().submit("/login", { email: "", password: "" });
    assert.equal(status, 422);
    assert.equal($("#email-error").text(), "Enter your e-mail address");
    assert.equal($("#password-error").text(), "Enter your password");
    assert.equal($(".errors a[href='#email']").text(), "Enter your e-mail address");
  });

  it("keeps the address and where somebody was going, never the password", async () => {
    const typed = { email: "ana@salon.example", password: "a wrong password" };
    const { status, html, $ } = await visitor().submit("/login?next=/account", typed);
    assert.equal(status, 422);
    assert.equal($("#email").val(), typed.email);
    assert.equal($("[name=next]").val(), "/account");
    assert.equal($("#password-error").text(), WRONG);
    assert.ok(!html.includes(typed.password));
  });

  it("[P5.4] answers alike for an address that somebody has and one that nobody has", async () => {
    await buildPerson({ email: "invited@salon.example", passwordHash: null });
    const said = [];
    for (const email of ["ana@salon.example", "no1@salon.example", "invited@salon.example"]) {
      const page = await visitor().submit("/login", { email, password: "a wrong password" });
      said.push([page.status, withoutTyped(page, email)]);
    }
    assert.deepEqual(said[1], said[0]);
    assert.deepEqual(said[2], said[0]);
  });

  it("[P5.4] does as much work for an address that nobody has", async () => {
    // Each try is of another account, so that none is slowed down.
    const times = { known: [] as number[], unknown: [] as number[] };
    for (let i = 0; i < 8; i++) {
      const { email } = await buildPerson();
      times.known.push(await workOf(email));
      times.unknown.push(await workOf(`nobody-${i}@example.com`));
    }
    const [known, unknown] = [Math.min(...times.known), Math.min(...times.unknown)];
    assert.ok(known / unknown < 1.7 && unknown / known < 1.7, `${known} ms, ${unknown} ms`);
  });

  it("refuses a session of before the password was changed", async () => {
    const browser = await signedIn(cast.ana);
    await Person.choosePassword(cast.ana.id, cast.ana.passwordHash ?? "", Date.now());
    assert.match((await browser.get("/account")).location, /^\/login/);
  });

  it("[P3.3] explains itself to a browser that does not bring the cookie back", async () => {
    const browser = visitor();
    const sent = await browser.submit("/login", ANA);
    browser.cookie = undefined;
    const { status, $ } = await browser.get(sent.location);
    assert.equal(status, 403);
    assert.equal($("h1").text(), "Not signed in");
    assert.match($("main").text(), /did not bring back the one cookie that signing in needs/);
    assert.equal($("main a").attr("href"), "/login");
    assert.ok(!sent.location.includes("sid"));
  });

  describe("again and again with a wrong password", () => {
    for (const email of ["ana@salon.example", "nobody@salon.example"])
      it(`slows down, for ${email} as for any`, async () => {
        assert.equal((await failAs(email, 10)).status, 422);
        // Each wait is twice as long as the one before: sooner or later a try is too soon.
        let slowed = await failAs(email);
        await until(async () => (slowed = await failAs(email)).status === 429);
        assert.match(slowed.html, /Wait a little and try again/);
        await until(async () => (await failAs(email)).status === 422);
      });

    it("slows down tries that are made at once", async () => {
      const fields = await formOfLogin();
      const tries = Array.from({ length: 40 }, () =>
        visitor().post("/login", { ...fields, email: ANA.email, password: "wrong" }),
      );
      const looked = (await Promise.all(tries)).filter(({ status }) => status === 422);
      assert.ok(looked.length >= 11 && looked.length <= 14, String(looked.length));
    });

    it("lets the right password in after a moment, and forgets the wrong ones", async () => {
      await failAs(ANA.email, 12);
      await until(async () => (await visitor().submit("/login", ANA)).status === 303);
      assert.equal((await failAs(ANA.email, 9)).status, 422);
      assert.equal((await visitor().submit("/login", ANA)).status, 303);
    });

    it("slows down nobody else, here or on another network", async () => {
      await failAs(ANA.email, 12);
      const ben = { email: "ben@salon.example", password: PASSWORD };
      assert.equal((await visitor().submit("/login", ben)).status, 303);
      const [here, there] = ["00001", "00002"].map((rateBucket) => ({ rateBucket }) as Request);
      const account = `person ${cast.ana.id}`;
      for (let i = 0; i < 11; i++) await beginTry(here as Request, account);
      await assert.rejects(beginTry(here as Request, account), { status: 429 });
      await beginTry(there as Request, account);
      await endTries(here as Request, account);
      await beginTry(here as Request, account);
    });
  });
});

describe("a path to go on to", () => {
  for (const path of ["/", "/account", "/b/anas-salon?view=day&date=2027-02-01", "/a%20b#c"])
    it(`may be ${path}`, () => assert.equal(localPath(path), path));

  for (const path of ["", "account", "http://x.example", "//x", "/\\x", "/ x", "/\nx", ["/a"], 7])
    it(`may not be ${JSON.stringify(path)}`, () => assert.equal(localPath(path), undefined));
});

async function formOfLogin(): Promise<Fields> {
  return formOf(await visitor().get("/login")).values;
}

function withoutTyped({ $ }: Page, email: string): string {
  $("[name=_csrf]").remove();
  return $("main").text() + $("main").html()?.replaceAll(email, "");
}

/** The work it takes, in ms of the processor: unlike time on the clock, whatever else runs. */
async function workOf(email: string): Promise<number> {
  const fields = await formOfLogin();
  const before = process.cpuUsage();
  const page = await visitor().post("/login", { ...fields, email, password: "a wrong password" });
  assert.equal(page.status, 422);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function failAs(email: string, times = 1): Promise<Page> {
  const browser = visitor();
  const fields = await formOfLogin();
  let page: Page | undefined;
  for (let i = 0; i < times; i++)
    page = await browser.post("/login", { ...fields, email, password: `wrong ${i}` });
  return page ?? assert.fail();
}
