import assert from "node:assert/strict";
import { rows } from "../../src/models/database.ts";
import { PasswordReset } from "../../src/models/password-reset.ts";
import { hashPassword } from "../../src/passwords.ts";
import { formOf, signedIn, visitor } from "../support/browser.ts";
import { openPostOffice, type PostOffice } from "../support/post.ts";
import { buildPerson, PASSWORD, type World, world } from "../support/world.ts";

const ANA = "ana@salon.example";
const NEW = "seven quiet mornings";
const HOUR = 3_600_000;

describe("a forgotten password", () => {
  let cast: World;
  let post: PostOffice;
  before(async () => {
    post = await openPostOffice();
  });
  beforeEach(async () => {
    post.sink.reset();
    cast = await world();
  });
  after(() => post.close());

  async function linkFor(email = ANA): Promise<string> {
    const sent = await visitor().submit("/password", { email });
    assert.deepEqual([sent.status, sent.location], [303, "/password/sent"]);
    return post.linkTo(email.toLowerCase());
  }

  it("is replaced by the link of a mail, and all older sessions end", async () => {
    const session = await signedIn(cast.ana);
    const link = await linkFor("ANA@salon.example");
    const shown = await visitor().get(link);
    assert.equal(shown.status, 200);
    assert.match(shown.html, /ana@salon\.example/);

    const browser = visitor();
    const set = await browser.submit(link, { password: NEW });
    assert.deepEqual([set.status, set.location], [303, "/login?note=new-password"]);
    assert.equal(browser.cookie, undefined);
    assert.match((await session.get("/account")).location, /^\/login/);
    const old = await visitor().submit("/login", { email: ANA, password: PASSWORD });
    assert.equal(old.status, 422);
    assert.equal((await visitor().submit("/login", { email: ANA, password: NEW })).status, 303);
  });

  it("[P5.4] is answered alike for known and unknown addresses", async () => {
    const said = [];
    for (const email of [ANA, "nobody@salon.example"]) {
      const browser = visitor();
      const sent = await browser.submit("/password", { email });
      said.push([sent.status, sent.location, (await browser.get(sent.location)).html]);
      assert.equal(browser.cookie, undefined);
    }
    assert.deepEqual(said[1], said[0]);
    await post.textTo(ANA);
    assert.deepEqual(post.sink.tried, [ANA]);
  });

  it("[P5.4] takes as long to ask for an unknown address", async () => {
    const timeOf = async (email: string) => {
      const fields = formOf(await visitor().get("/password")).values;
      const before = performance.now();
      await visitor().post("/password", { ...fields, email });
      return performance.now() - before;
    };
    const known = Math.min(await timeOf(ANA), await timeOf(ANA), await timeOf(ANA));
    const nobody = "nobody@salon.example";
    const unknown = Math.min(await timeOf(nobody), await timeOf(nobody), await timeOf(nobody));
    assert.ok(Math.min(known, unknown) >= 299 && known / unknown < 1.5, `${known}, ${unknown} ms`);
  });

  it("[P5.4] has a link that works once and of which only a hash is stored", async () => {
    const link = await linkFor();
    const token = link.split("/").at(-1) ?? "";
    const kept = JSON.stringify([
      await rows("SELECT * FROM password_resets"),
      await rows("SELECT * FROM deliveries"),
    ]);
    assert.ok(token.length > 40 && !kept.includes(token));
    assert.equal((await visitor().submit(link, { password: NEW })).status, 303);
    const again = await visitor().get(link);
    assert.equal(again.status, 410);
    assert.equal(again.$("main a[href='/password']").text(), "ask for a new link");
  });

  it("is changed once, even if the form is sent twice at once", async () => {
    const link = await linkFor();
    const { values } = formOf(await visitor().get(link));
    const pages = await Promise.all(
      [NEW, "another good password"].map((password) =>
        visitor().post(link, { ...values, password }),
      ),
    );
    assert.deepEqual(
      pages.map(({ status }) => status).toSorted((a, b) => a - b),
      [303, 410],
    );
    const [person] = await rows<{ version: number }>(
      "SELECT sign_in_version AS version FROM people WHERE id = $id",
      { id: cast.ana.id },
    );
    assert.equal(person?.version, 2);
  });

  it("has links that expire after an hour, and are all worthless once one is used", async () => {
    const now = Date.now();
    const [first, second] = [await linkFor(), await linkFor()].map((link) =>
      link.split("/").at(-1),
    );
    await PasswordReset.open(String(first), now + HOUR - 60_000);
    await assert.rejects(PasswordReset.open(String(first), now + HOUR + 60_000), { status: 410 });
    await visitor().submit(`/password/${second}`, { password: NEW });
    assert.equal((await visitor().get(`/password/${first}`)).status, 410);
  });

  for (const token of ["x", "0", "..%2f", "%00", "x".repeat(3000)])
    it(`has no link ${token.slice(0, 12)}`, async () => {
      assert.equal((await visitor().get(`/password/${token}`)).status, 410);
      const { values } = formOf(await visitor().get("/password"));
      const page = await visitor().post(`/password/${token}`, { ...values, password: NEW });
      assert.equal(page.status, 410);
    });

  it("[D13] is not changed by opening its link", async () => {
    const link = await linkFor();
    for (let i = 0; i < 3; i++) assert.equal((await visitor().get(link)).status, 200);
    const sent = await visitor().submit("/login", { email: ANA, password: PASSWORD });
    assert.equal(sent.status, 303);
  });

  it("is not replaced by one that others would guess", async () => {
    const link = await linkFor();
    for (const password of ["", "short", "password1234", "ana alvarez 1"]) {
      const { status, $ } = await visitor().submit(link, { password });
      assert.equal(status, 422);
      assert.equal($(".errors a[href='#password']").text(), $("#password-error").text());
      assert.equal($("#password").val(), "");
    }
  });

  it("does not fill a mailbox", async () => {
    for (let i = 0; i < 8; i++) await PasswordReset.request(ANA, Date.now());
    await post.textTo(ANA);
    assert.equal(post.sink.mails.length, 4);
    await PasswordReset.request(ANA, Date.now() + HOUR + 1000);
    assert.equal((await rows("SELECT id FROM password_resets")).length, 5);
  });

  it("is not sent to somebody whom no business knows", async () => {
    const { email } = await buildPerson();
    await PasswordReset.request(email, Date.now());
    assert.deepEqual(await rows("SELECT id FROM password_resets"), []);
  });

  it("says what is wrong with an address", async () => {
    for (const email of ["", "ana", "ana@salon.example, ben@salon.example"]) {
      const { status, $ } = await visitor().submit("/password", { email });
      assert.equal(status, 422);
      assert.equal($("#email").val(), email);
      assert.notEqual($("#email-error").text(), "");
    }
  });
});

describe("changing one's password", () => {
  let cast: World;
  beforeEach(async () => {
    cast = await world();
  });

  it("asks for the present one, ends all other sessions and begins a new one", async () => {
    const [browser, other] = [await signedIn(cast.ana), await signedIn(cast.ana)];
    const before = browser.cookie;
    const fields = { current_password: PASSWORD, password: NEW };
    const sent = await browser.submit("/account", fields, "/account/password");
    assert.deepEqual([sent.status, sent.location], [303, "/account?note=password-changed"]);
    assert.notEqual(browser.cookie, before);
    assert.match((await browser.get(sent.location)).html, /signed out everywhere else/);
    assert.match((await other.get("/account")).location, /^\/login/);
    const login = await visitor().submit("/login", { email: ANA, password: NEW });
    assert.equal(login.status, 303);
  });

  for (const [fields, wrong, message] of [
    [{ current_password: "", password: NEW }, "current_password", "Enter your password"],
    [
      { current_password: "not it", password: NEW },
      "current_password",
      "This is not your password",
    ],
    [{ current_password: PASSWORD, password: "" }, "password", "Choose a password"],
    [
      { current_password: PASSWORD, password: "Ana Alvarez" },
      "password",
      "Do not use your name or address as your password",
    ],
  ] as const)
    it(`refuses ${JSON.stringify(fields)}`, async () => {
      const browser = await signedIn(cast.ana);
      const { status, $ } = await browser.submit("/account", fields, "/account/password");
      assert.equal(status, 422);
      assert.equal($(`#${wrong}-error`).text(), message);
      assert.equal($(`.errors a[href='#${wrong}']`).text(), message);
      assert.equal($("#name").val(), "Ana Alvarez");
      const hash = await hashPassword(NEW);
      assert.notEqual(hash, cast.ana.passwordHash);
      const login = await visitor().submit("/login", { email: ANA, password: PASSWORD });
      assert.equal(login.status, 303);
    });

  it("slows down whoever guesses the present one in a session left open", async () => {
    const browser = await signedIn(cast.ana);
    const { values } = formOf(await browser.get("/account"), "/account/password");
    const tries = Array.from({ length: 30 }, () =>
      browser.post("/account/password", { ...values, current_password: "guess", password: NEW }),
    );
    const slowed = (await Promise.all(tries)).filter(({ status }) => status === 429);
    assert.ok(slowed.length >= 15, String(slowed.length));
  });
});
