import assert from "node:assert/strict";
import { load } from "cheerio";
import supertest from "supertest";
import { linkToken } from "../../src/links.ts";
import { rows, statementCount } from "../../src/models/database.ts";
import { forgetPages } from "../../src/web/page-cache.ts";
import { type Browser, signedIn, visitor } from "../support/browser.ts";
import { bookHaircut } from "../support/bookings.ts";
import { open, upcoming, type World, world } from "../support/world.ts";

const AT = "/b/anas-salon/integrations/frames";
const SITE = "https://www.anas-salon.example";

describe("frames on a business's own website", () => {
  let cast: World;
  let ana: Browser;
  beforeEach(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
  });

  async function allow(origins: string): Promise<void> {
    assert.equal((await ana.submit(AT, { origins })).status, 303);
  }

  /** Who may frame the answer, and whether old browsers are told that nobody may. */
  async function framing(path: string) {
    const { headers } = await supertest(await open()).get(path);
    const [, who] =
      /frame-ancestors ([^;]*)/.exec(String(headers["content-security-policy"])) ?? [];
    return [who, headers["x-frame-options"]];
  }

  it("are nobody's until a website is named, and then its alone", async () => {
    const before = await ana.get(AT);
    assert.match(before.$(".note").text(), /No website may do so now/);
    await allow(` ${SITE}/book.html \r\n\r\nother.example\r\n${SITE.toUpperCase()}\r\n`);
    const after = await ana.get(AT);
    assert.equal(after.$("#origins").val(), `${SITE}\nhttps://other.example`);
    assert.match(
      after.$(".note").text(),
      /Now https:\/\/www\.anas-salon\.example, https:\/\/other/,
    );
    assert.deepEqual(await framing("/book/anas-salon"), [
      `${SITE} https://other.example`,
      undefined,
    ]);
    await allow("");
    assert.deepEqual(await framing("/book/anas-salon"), ["'none'", "DENY"]);
  });

  it("show customers' pages of this business, refusals included, and nothing else", async () => {
    await allow(SITE);
    const now = Date.now();
    const id = await bookHaircut(cast, { start: upcoming(1, 600).instant, now });
    const [{ uid } = { uid: "" }] = await rows<{ uid: string }>(
      "SELECT uid FROM appointments WHERE id = $id",
      { id },
    );
    const token = linkToken("appointment", uid);
    for (const path of [
      "/book/anas-salon",
      "/book/anas-salon/haircut",
      "/book/anas-salon/nothing",
      "/book/anas-salon/holds/nothing",
      `/appointments/${token}`,
      `/appointments/${token}/rescheduling`,
      "/my/anas-salon",
      "/my/anas-salon/nothing",
    ])
      assert.deepEqual([path, ...(await framing(path))], [path, SITE, undefined]);
    for (const path of [
      "/",
      "/login",
      "/b/anas-salon",
      "/book/carls-garage",
      "/book/nobody",
      "/my/carls-garage",
      "/appointments/nothing",
      "/style.css",
      "/api/v1/docs",
    ])
      assert.deepEqual([path, ...(await framing(path))], [path, "'none'", "DENY"]);
  });

  it("are told with a page that is kept, and cost no query", async () => {
    forgetPages();
    await framing("/book/anas-salon");
    const closed = statementCount();
    assert.deepEqual(await framing("/book/anas-salon"), ["'none'", "DENY"]);
    assert.equal(statementCount(), closed);
    await allow(SITE);
    await framing("/book/anas-salon");
    const allowed = statementCount();
    assert.deepEqual(await framing("/book/anas-salon"), [SITE, undefined]);
    assert.equal(statementCount(), allowed);
  });

  it("come as HTML to copy, with the name of the business escaped in it", async () => {
    await cast.salon.change({ name: `Ana's "Cut & Go" <Salon>` });
    await allow(SITE);
    const shown = (await ana.get(AT)).$("pre").text();
    const { $ } = await visitor().get("/book/anas-salon");
    const frame = load(shown)("iframe");
    assert.equal(frame.attr("title"), $("h1").text());
    assert.match(frame.attr("src") ?? "", /^https?:\/\/[^/]+\/book\/anas-salon$/);
    assert.equal(load(shown)("body > *").length, 1);
  });

  for (const [what, origins, error] of [
    ["http", "http://www.example.com", /“http:\/\/www\.example\.com” is no website we can allow/],
    ["all hosts", "https://*.example.com", /is no website/],
    ["another directive", "https://a.example;script-src", /is no website/],
    ["one wrong among others", `${SITE}\nhttps://user:password@a.example`, /“https:\/\/user/],
    [
      "eleven",
      Array.from({ length: 11 }, (_, i) => `https://w${i}.example`).join("\n"),
      /^Enter 10/,
    ],
    ["too much", "x".repeat(5000), /./],
  ] as const)
    it(`are not allowed for ${what}; what was typed stands`, async () => {
      const refused = await ana.submit(AT, { origins });
      assert.equal(refused.status, 422);
      assert.match(refused.$("#origins-error").text(), error);
      assert.equal(refused.$("#origins").val(), origins);
      assert.deepEqual(await framing("/book/anas-salon"), ["'none'", "DENY"]);
    });

  it("are in the audit trail once, with how many there are", async () => {
    await allow(SITE);
    await allow(SITE);
    const entries = await rows<{ details: string }>(
      "SELECT details FROM audit_entries WHERE action = 'frames.changed'",
    );
    assert.equal(entries.length, 1);
    assert.match(JSON.stringify(entries[0]), /origins\\*":1/);
  });

  it("are the owner's to allow", async () => {
    const ben = await signedIn(cast.ben);
    assert.equal((await ben.get(AT)).status, 403);
  });
});
