import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import supertest from "supertest";
import { config } from "../../config/index.ts";
import { redis } from "../../src/redis.ts";
import { hashToken, newToken, seal, unseal } from "../../src/secrets.ts";
import { COOKIE } from "../../src/web/session.ts";
import { IDLE_SECONDS, sessionStore } from "../../src/web/session-store.ts";
import { type Browser, formOf, signedIn, visitor } from "../support/browser.ts";
import { startWebs } from "../support/webs.ts";
import { open, PASSWORD, type World, world } from "../support/world.ts";

const ANA = { email: "ana@salon.example", password: PASSWORD };
const PURPOSE = "session cookie";

describe("a session", () => {
  let cast: World;
  beforeEach(async () => {
    cast = await world();
  });

  it("[P3.1] [D15] is not begun for visitors: 50 pages, no cookie, nothing in Redis", async () => {
    const paths = ["/", "/login", "/signup", "/password", "/password/sent", "/refer", "/nowhere"];
    const more = ["/book/anas-salon", "/book/anas-salon/haircut", "/account", "/operator/login"];
    const all = Array.from({ length: 5 }, () => [...paths, ...more]).flat();
    const browser = visitor();
    for (const path of all) {
      await browser.get(path);
      assert.equal(browser.cookie, undefined, path);
    }
    for (const path of ["/login", "/password", "/signup"]) await browser.submit(path, {}, path);
    assert.equal(browser.cookie, undefined);
    assert.ok(all.length >= 50);
    assert.deepEqual(await sessionKeys(), []);
  });

  it("[P3.2] is known by a cookie for this site only, that scripts and other sites cannot use", async () => {
    const sent = await signInOver(await open());
    const [cookie = "", ...others] = sent.map(String);
    assert.deepEqual(others, []);
    assert.match(cookie, /^sid=[\w-]+; Path=\/; HttpOnly; SameSite=Lax$/);
  });

  it("[P3.2] has the cookie __Host-sid where the site is reached by https", async () => {
    const webs = await startWebs(1, { env: { BASE_URL: "https://book.example" } });
    try {
      const [cookie = ""] = await signInOver(webs.origins[0] ?? "");
      assert.match(cookie, /^__Host-sid=[\w-]+; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
    } finally {
      await webs.stop();
    }
  });

  it("[P3.2] has an id that is in the cookie in no form, and in Redis only as a hash", async () => {
    const browser = visitor();
    await browser.submit("/login", ANA);
    const sealed = valueOf(browser);
    const id = unseal(PURPOSE, sealed) ?? assert.fail("the cookie does not open");
    const [key] = await sessionKeys();
    assert.equal(key, `session:${createHash("sha256").update(id).digest("base64url")}`);
    const bytes = Buffer.from(sealed, "base64url");
    for (const secret of [id, key ?? "", hashToken(id)])
      for (const form of [secret, hex(secret), base64(secret), JSON.stringify(secret)]) {
        assert.ok(!sealed.toLowerCase().includes(form.toLowerCase()));
        assert.ok(!bytes.includes(form) && !bytes.toString("hex").includes(hex(form)));
      }
    const kept = (await redis.get(key ?? "")) ?? "";
    assert.ok(!kept.includes(id) && !kept.includes("ana@"));
    const names = ["cookie", "csrfSecret", "personId", "signInVersion", "signedInAt"];
    assert.deepEqual(Object.keys(JSON.parse(kept) as object).toSorted(), names);
  });

  it("[P3.2] has a new id at each sign-in, and the old one ends", async () => {
    const browser = visitor();
    await browser.submit("/login", ANA);
    const first = browser.cookie;
    const again = await browser.get("/account");
    const { values } = formOf(again, "/logout");
    await browser.post("/login", { ...values, ...ANA });
    assert.notEqual(browser.cookie, first);
    assert.equal((await browser.get("/account")).status, 200);
    await isAnonymous(first);
    assert.equal((await sessionKeys()).length, 1);
  });

  it("[P3.2] cannot be planted before somebody signs in", async () => {
    const attacker = await signedIn(cast.carl);
    for (const planted of [attacker.cookie, `${COOKIE}=${seal(PURPOSE, newToken())}`]) {
      const victim = visitor();
      const { values } = formOf(await victim.get("/login"));
      victim.cookie = planted;
      const token = planted === attacker.cookie ? await tokenOf(attacker) : values;
      assert.equal((await victim.post("/login", { ...token, ...ANA })).status, 303);
      assert.notEqual(victim.cookie, planted);
      assert.match((await victim.get("/account")).html, /Ana Alvarez/);
      await isAnonymous(planted);
    }
  });

  it("[P3.2] is nobody's when any character of the cookie is another one", async () => {
    const { cookie = "" } = await signedIn(cast.ana);
    const [name, value = ""] = cookie.split("=");
    for (let at = 0; at < value.length; at++)
      for (const other of value[at] === "A" ? ["B", "_"] : ["A"])
        await isAnonymous(`${name}=${value.slice(0, at)}${other}${value.slice(at + 1)}`);
    const others = [value.slice(1), value.slice(0, -1), `${value}A`, `${value}=`, value + value];
    for (const other of [...others, "", "x", "A".repeat(5000), unseal(PURPOSE, value) ?? ""])
      await isAnonymous(`${name}=${other}`);
    await isAnonymous(`inner=s%3A${unseal(PURPOSE, value)}.x`);
    assert.equal((await asking(cookie)).status, 200);
  });

  it("[P3.2] goes on when the secret key is changed, as long as the old one is still named", async () => {
    const browser = await signedIn(cast.ana);
    const [old] = config.secretKeys;
    const next = newToken() + newToken();
    const [both, after] = await Promise.all(
      [`${next},${old}`, next].map((SECRET_KEY) => startWebs(1, { env: { SECRET_KEY } })),
    );
    assert.ok(both && after);
    try {
      const at = (origin = "") => asking(browser.cookie ?? "", origin);
      assert.equal((await at(both.origins[0])).status, 200);
      assert.equal((await at(after.origins[0])).status, 303);
      const [fresh = ""] = await signInOver(both.origins[0] ?? "");
      assert.equal((await asking(fresh, after.origins[0])).status, 200);
      await isAnonymous(fresh);
    } finally {
      await Promise.all([both.stop(), after.stop()]);
    }
  });

  it("[P3.2] does not come back by a slow request that ends after signing out", async () => {
    const browser = await signedIn(cast.ana);
    const { cookie } = browser;
    const gate = Promise.withResolvers<void>();
    const slow = Promise.withResolvers<void>();
    const write = sessionStore.set.bind(sessionStore);
    // The slow request's last write, which brings the session's first form token, comes late.
    sessionStore.set = async (...args: Parameters<typeof write>) => {
      slow.resolve();
      await gate.promise;
      return write(...args);
    };
    const late = browser.get("/account");
    await slow.promise;
    sessionStore.set = write;
    const other = visitor();
    other.cookie = cookie;
    await other.submit("/account", {}, "/logout");
    gate.resolve();
    assert.equal((await late).status, 200);
    await isAnonymous(cookie);
    assert.deepEqual(await sessionKeys(), []);
  });

  it("ends by itself when it is not used for half a day, counted from the last page", async () => {
    const browser = await signedIn(cast.ana);
    await browser.get("/account");
    const [key = ""] = await sessionKeys();
    await redis.expire(key, 60);
    await browser.get("/account");
    const left = await redis.ttl(key);
    assert.ok(left > IDLE_SECONDS - 60 && left <= IDLE_SECONDS, String(left));
    await redis.del(key);
    await isAnonymous(browser.cookie);
  });

  it("is of a person or of an operator, never of both", async () => {
    const browser = await signedIn(cast.ana);
    const page = await browser.get("/operator/login");
    const fields = { ...formOf(page).values, email: cast.olga.email, password: PASSWORD };
    assert.equal((await browser.post("/operator/login", fields)).status, 303);
    assert.equal((await browser.get("/operator")).status, 200);
    assert.match((await browser.get("/account")).location, /^\/login/);
    const person = await signedIn(cast.ana);
    assert.match((await person.get("/operator")).location, /^\/operator\/login/);
  });
});

async function isAnonymous(cookie = ""): Promise<void> {
  const { status, location } = await asking(cookie);
  assert.deepEqual([status, location], [303, "/login?next=%2Faccount"], cookie);
}

async function asking(cookie: string, origin?: string) {
  const pair = cookie.split(";")[0] ?? "";
  const at = origin ?? (await open());
  const { status, headers } = await supertest(at).get("/account").set("Cookie", pair);
  return { status, location: headers.location ?? "" };
}

async function signInOver(at: Parameters<typeof supertest>[0]): Promise<string[]> {
  const page = await supertest(at).get("/login");
  const [, token = ""] = /name="_csrf" value="([^"]+)"/.exec(page.text) ?? [];
  const sent = await supertest(at)
    .post("/login")
    .type("form")
    .send({ ...ANA, _csrf: token });
  assert.equal(sent.status, 303);
  return [sent.headers["set-cookie"] ?? []].flat().map(String);
}

async function tokenOf(browser: Browser) {
  const { values } = formOf(await browser.get("/account"), "/logout");
  return { _csrf: values._csrf ?? "" };
}

function sessionKeys(): Promise<string[]> {
  return redis.keys("session:*");
}

function valueOf({ cookie = "" }: Browser): string {
  return cookie.slice(cookie.indexOf("=") + 1);
}

function hex(text: string): string {
  return Buffer.from(text).toString("hex");
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64url");
}
