import assert from "node:assert/strict";
import { fields } from "../../src/account/registrations.form.ts";
import { BusinessProfile } from "../../src/models/business-profile.ts";
import { Contact } from "../../src/models/contact.ts";
import { isPostgres, rows } from "../../src/models/database.ts";
import { Business, Notice, Person, Staff } from "../../src/models/index.ts";
import { noticeKinds } from "../../src/models/notice.ts";
import { redis } from "../../src/redis.ts";
import { formOf, signedIn, visitor } from "../support/browser.ts";
import { plant, scan } from "../support/canary.ts";
import { DORA } from "../support/dora.ts";
import { stored } from "../support/stored.ts";
import { PASSWORD, type World, world } from "../support/world.ts";

const REQUIRED = ["name", "company", "address", "phone", "email"];

describe("registering a business", () => {
  let cast: World;
  beforeEach(async () => {
    cast = await world();
  });

  it("makes the business, its owner, contacts and notices, and signs her in", async () => {
    const browser = visitor();
    const sent = await browser.submit("/signup", { ...DORA, zone: "Europe/Madrid" });
    assert.deepEqual([sent.status, sent.location], [303, "/b/doras-dogs"]);
    assert.match((await browser.get("/account")).html, /Dora&#39;s Dogs/);

    const business = await Business.withSlug("doras-dogs");
    const { name, address, phone, email, zone, currency } = business;
    assert.deepEqual(
      { name, address, phone, email, zone, currency },
      {
        name: DORA.company,
        address: DORA.address,
        phone: DORA.phone,
        email: DORA.email,
        zone: "Europe/Madrid",
        currency: "EUR",
      },
    );
    const [owner, ...others] = await Staff.workingFor(business);
    assert.deepEqual([owner?.name, owner?.role, others.length], ["Dora Diaz", "owner", 0]);
    assert.ok(owner?.bookable);
    const contact = { name: "Dora Diaz", email: "dora@dogs.example" };
    assert.deepEqual(await Contact.allFor(business.id), { primary: contact, billing: contact });
    const notices = await Notice.allFor(business.id);
    assert.ok(noticeKinds.every((kind) => notices[kind].enabled));
    assert.equal(await BusinessProfile.of(business.id), undefined);
  });

  it("[P1.1] asks for name, company, postal address, phone and e-mail, and requires no more", async () => {
    const { $ } = await visitor().get("/signup");
    const asked = $("form[action='/signup']").find("input, select, textarea").toArray();
    const names = new Set(asked.map((input) => $(input).attr("name")));
    const ours = ["_csrf", "leave_empty"];
    assert.equal(names.symmetricDifference(new Set([...ours, ...Object.keys(fields)])).size, 0);
    const required = asked.filter((input) => $(input).is("[required]"));
    assert.deepEqual(
      required.map((input) => $(input).attr("name")),
      [...REQUIRED, "password", "zone"],
    );
    for (const [name, { column }] of Object.entries(fields)) {
      const told = REQUIRED.includes(name) || name === "zone" || name === "slug";
      if (told) assert.ok(!(await isNullable(column)), column);
      if (column.startsWith("business_profiles")) assert.ok(await isNullable(column), column);
    }
  });

  for (const name of [...REQUIRED, "password", "zone"])
    it(`[P1.1] does not work without ${name}, and says so beside it`, async () => {
      const { status, $ } = await visitor().submit("/signup", { ...DORA, [name]: " " });
      assert.equal(status, 422);
      assert.match($(`#${name}-error`).text(), /^(Enter|Use|Choose) /);
      assert.equal($(`.errors a[href='#${name}']`).length, 1);
      for (const kept of REQUIRED) if (kept !== name) assert.equal($(`#${kept}`).val(), of(kept));
      assert.equal($("#password").val(), "");
      assert.equal(await Business.count(), 2);
    });

  it("[P1.1] keeps nothing of what it does not ask for", async () => {
    const [name, address, phone] = [plant("name"), plant("address"), plant("phone")];
    const more = { tax_number: phone.text, "owner[name]": name.text, business_email: address.text };
    assert.equal((await visitor().submit("/signup", { ...DORA, ...more })).status, 303);
    assert.deepEqual(await scan(stored, [name, address, phone]), []);
  });

  it("[P1.2] takes revenue, headcount and industry, labelled optional, and removes them without a trace", async () => {
    const [revenue, headcount, industry] = [plant("phone"), plant("phone"), plant("name")];
    const told = { revenue: revenue.text, headcount: headcount.text, industry: industry.text };
    const browser = visitor();
    const { $ } = await browser.get("/signup");
    for (const name of Object.keys(told)) assert.match($(`label[for=${name}]`).text(), /optional/);
    assert.equal((await browser.submit("/signup", { ...DORA, ...told })).status, 303);
    const { id } = await Business.withSlug("doras-dogs");
    assert.deepEqual(await BusinessProfile.of(id), told);

    const shown = await browser.get("/account");
    assert.equal(shown.$("dl.facts dd").first().text(), revenue.text);
    const action = `/account/businesses/${id}/profile-removal`;
    const removed = await browser.submit("/account", {}, action);
    assert.equal(removed.location, "/account?note=profile-removed");
    assert.match((await browser.get(removed.location)).html, /is gone/);
    assert.deepEqual(await scan(stored, [revenue, headcount, industry]), []);
    const { values } = formOf(await browser.get("/account"), "/logout");
    assert.equal((await browser.post(action, values)).status, 303);
  });

  it("[P2.1] [P2.2] turns on the notices that are ticked and no others", async () => {
    await visitor().submit("/signup", { ...DORA, notices: ["", "confirmation", "staff"] });
    assert.deepEqual(await enabled("doras-dogs"), ["confirmation", "staff"]);
    const eva = { ...DORA, email: "eva@dogs.example", slug: "evas", notices: [""] };
    await visitor().submit("/signup", eva);
    assert.deepEqual(await enabled("evas"), []);
  });

  it("refuses an address that has an account, whatever its capitals, and says what to do", async () => {
    const taken = { ...DORA, email: "ANA@salon.example" };
    const { status, $ } = await visitor().submit("/signup", taken);
    assert.equal(status, 422);
    assert.match($("#email-error").text(), /Sign in, or choose a new password/);
    assert.equal(await Business.count(), 2);
  });

  it("done twice is done once, one after the other or at once", async () => {
    const browser = visitor();
    const { values } = formOf(await browser.get("/signup"), "/signup");
    const post = () => visitor().post("/signup", { ...values, ...DORA });
    const pages = [...(await Promise.all([post(), post(), post()])), await post()];
    for (const { status, location } of pages)
      assert.deepEqual([status, location], [303, "/b/doras-dogs"]);
    assert.equal(await Business.count(), 3);
  });

  it("proposes no zone, and takes none that there is not nor a form without one", async () => {
    const { $: asked } = await visitor().get("/signup");
    assert.equal(asked("#zone option[selected]").length, 0);
    assert.equal(asked("#zone").children().first().text(), "Choose your time zone");
    const { status, $ } = await visitor().submit("/signup", { ...DORA, zone: "Mars/Olympus" });
    assert.equal(status, 422);
    assert.equal($("#zone-error").text(), "Choose a time zone from the list");
    const { zone: _, ...without } = DORA;
    const { values } = formOf(await visitor().get("/signup"), "/signup");
    delete values.zone;
    const missing = await visitor().post("/signup", { ...values, ...without });
    assert.equal(missing.status, 422);
    assert.equal(missing.$("#zone-error").text(), "Choose your time zone");
    assert.equal(await Business.count(), 2);
  });

  it("refuses a password that others would guess", async () => {
    for (const password of ["short", "password1234", "Dora Diaz 1", "dorasdogs22"]) {
      const { status, $ } = await visitor().submit("/signup", { ...DORA, password });
      assert.equal(status, 422);
      assert.notEqual($("#password-error").text(), "");
    }
  });

  for (const [name, text] of [
    ["name", "Dora\r\nBcc: all@dogs.example"],
    ["company", "x".repeat(121)],
    ["phone", "call me"],
    ["email", "dora at dogs"],
    ["email", "dora@dogs.example, all@dogs.example"],
  ] as const)
    it(`refuses ${JSON.stringify(text.slice(0, 24))} as ${name}`, async () => {
      const { status, $ } = await visitor().submit("/signup", { ...DORA, [name]: text });
      assert.equal(status, 422);
      assert.equal($(`#${name}-error`).length, 1);
    });

  it("joins the lines of a postal address", async () => {
    await visitor().submit("/signup", { ...DORA, address: "5 Bark Lane\r\nSpringfield\r\n" });
    assert.equal((await Business.withSlug("doras-dogs")).address, "5 Bark Lane, Springfield");
  });

  it("escapes what was typed", async () => {
    const { html } = await visitor().submit("/signup", {
      ...DORA,
      company: '<b>"Dogs"',
      phone: "",
    });
    assert.ok(html.includes("&lt;b&gt;&#34;Dogs&#34;"));
    assert.ok(!html.includes("<b>"));
  });

  it("is not for programs that fill in every field", async () => {
    const { status } = await visitor().submit("/signup", { ...DORA, leave_empty: "x" });
    assert.equal(status, 400);
    assert.equal(await Business.count(), 2);
  });

  it("asks somebody who is signed in for the business only", async () => {
    const browser = await signedIn(cast.ana);
    const { $ } = await browser.get("/signup");
    for (const name of ["name", "email", "password"]) assert.equal($(`#${name}`).length, 0);
    const { name: _, email: __, password: ___, ...business } = DORA;
    const before = browser.cookie;
    const sent = await browser.submit("/signup", business, "/signup");
    assert.equal(sent.location, "/b/doras-dogs");
    assert.notEqual(browser.cookie, before);
    const workplaces = await Person.workplaces(cast.ana.id);
    assert.deepEqual(
      workplaces.map(({ name, role }) => [name, role]),
      [
        ["Ana's Salon", "owner"],
        ["Dora's Dogs", "owner"],
      ],
    );
    assert.equal((await Business.withSlug("doras-dogs")).email, cast.ana.email);
    const again = await browser.submit("/signup", { ...business, slug: "anas-salon" }, "/signup");
    assert.equal(again.$("#slug-error").text(), "Another business has this address");
  });

  it("makes one business of a form that somebody signed in sends several times, or at once", async () => {
    const browser = await signedIn(cast.ana);
    const { name: _, email: __, password: ___, ...business } = DORA;
    const { values } = formOf(await browser.get("/signup"), "/signup");
    const { cookie } = browser;
    const asked = { ...values, ...business, slug: "" };
    const pages = await Promise.all([1, 2, 3, 4].map(() => browser.post("/signup", asked)));
    assert.ok(pages.some(({ location }) => location === "/b/doras-dogs"));
    for (const { status, location } of pages)
      if (status === 303) assert.equal(location, "/b/doras-dogs");
    assert.notEqual(browser.cookie, cookie);
    const again = await browser.submit("/signup", business, "/signup");
    assert.deepEqual([again.status, again.location], [303, "/b/doras-dogs"]);
    assert.equal(await Business.count(), 3);

    const other = { ...business, address: "9 Other Street, Springfield" };
    const second = await browser.submit("/signup", other, "/signup");
    assert.deepEqual([second.status, second.location], [303, "/b/doras-dogs-2"]);
  });

  it("[P3.1] leaves no cookie and nothing behind when it is given up or refused", async () => {
    const [name, address, phone] = [plant("name"), plant("address"), plant("phone")];
    const browser = visitor();
    const typed = { name: name.text, email: address.text, phone: phone.text, password: PASSWORD };
    assert.equal((await browser.submit("/signup", { ...DORA, ...typed, company: "" })).status, 422);
    assert.equal(browser.cookie, undefined);
    assert.deepEqual(await redis.keys("session:*"), []);
    assert.deepEqual(await scan(stored, [name, address, phone]), []);
  });
});

function of(name: string): string {
  return DORA[name as keyof typeof DORA];
}

async function enabled(slug: string): Promise<string[]> {
  const notices = await Notice.allFor((await Business.withSlug(slug)).id);
  return noticeKinds.filter((kind) => notices[kind].enabled);
}

async function isNullable(place: string): Promise<boolean> {
  const [table = "", column = ""] = place.split(".");
  const sql = isPostgres
    ? `SELECT is_nullable = 'YES' AS nullable FROM information_schema.columns
       WHERE table_name = $table AND column_name = $column`
    : `SELECT "notnull" = 0 AS nullable FROM pragma_table_info($table) WHERE name = $column`;
  const [found] = await rows<{ nullable: unknown }>(sql, { table, column });
  return found ? Boolean(found.nullable) : assert.fail(`no ${place}`);
}
