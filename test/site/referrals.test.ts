import assert from "node:assert/strict";
import { load } from "cheerio";
import request from "supertest";
import type { Mail } from "../../src/mail.ts";
import { Switch } from "../../src/models/switch.ts";
import { redis } from "../../src/redis.ts";
import { outcomeId } from "../../src/referral-outcomes.ts";
import { FRIENDS_LINK } from "../../src/referrals.ts";
import { startReferralWorker } from "../../workers/referrals.ts";
import { type Typed, visitor } from "../support/house.ts";
import { until } from "../support/processes.ts";
import { origin, type World, world } from "../support/world.ts";

const typed: Typed = {
  name: "Ana O'Neil",
  friend_name: "Zoë Friend",
  friend_email: "zoe@friend.example",
};

const LINK = /http:\/\/\S+\/refer\/refusals\/[\w-]{43}\.[\w-]{43}/;

function box(mailbox?: { name: string; address: string }): string {
  return `${mailbox?.name} <${mailbox?.address}>`;
}

describe("telling a friend", () => {
  let cast: World;
  let base: string;
  let vera: ReturnType<typeof visitor>;
  let posted: Mail[] = [];
  let worker: Awaited<ReturnType<typeof startReferralWorker>> | undefined;

  beforeEach(async () => {
    cast = await world();
    base = await origin();
    vera = visitor(base);
    posted = [];
  });
  afterEach(async () => {
    await worker?.close();
    worker = undefined;
  });

  async function startWorker() {
    worker = await startReferralWorker({ post: async (mail) => void posted.push(mail) });
  }

  async function shown(fields: Record<string, string>, path = "/refer") {
    const res = await vera.post(path, { ...(await vera.form()), ...fields });
    return { status: res.status, headers: res.headers, $: load(await res.text()) };
  }

  async function finished(path: string) {
    await until(async () => (await vera.told(path)) !== "waiting");
    return vera.told(path);
  }

  it("asks for three things and no more [P6.2]", async () => {
    const $ = load(await vera.get("/refer"));
    const asked = $("form[action='/refer'] input:not([type=hidden]):not([tabindex='-1'])");
    assert.deepEqual(
      asked.toArray().map((el) => $(el).attr("name")),
      ["name", "friend_name", "friend_email"],
    );
  });

  it("shows the mail word by word before anything leaves the page [P6.2]", async () => {
    await startWorker();
    const { status, $, headers } = await shown(typed);
    assert.equal(status, 200);
    assert.equal(headers.get("cache-control"), "no-store");
    assert.equal(posted.length, 0);

    const path = await vera.refer(typed);
    assert.equal(await finished(path), "sent");
    const [mail] = posted;
    const facts = $("dl.facts dd")
      .map((_, el) => $(el).text())
      .get();
    assert.deepEqual(facts, [box(mail?.from), box(mail?.replyTo), box(mail?.to), mail?.subject]);
    assert.equal(
      $("pre").text().replace(FRIENDS_LINK, "<link>"),
      mail?.text.replace(LINK, "<link>"),
    );
    assert.equal(mail?.envelopeFrom, "");
    assert.ok(mail?.text.includes("Hello Zoë Friend,"));
    assert.ok(mail?.text.includes("\nAna O'Neil thinks Plainbook could be useful to you.\n"));
  });

  it("does not show the friend's link to anybody else [P6.2]", async () => {
    const { $ } = await shown(typed);
    assert.doesNotMatch($.html(), LINK);
  });

  it("sends one mail for one form, however often it is posted [P6.2]", async () => {
    await startWorker();
    const form = await vera.look(typed);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => vera.post("/refer/mails", form)),
    );
    const places = new Set(answers.map((res) => `${res.status} ${res.headers.get("location")}`));
    assert.equal(places.size, 1);
    assert.equal(await finished(answers[0]?.headers.get("location") ?? ""), "sent");
    assert.equal(posted.length, 1);
  });

  it("goes back with what was typed", async () => {
    const { status, $ } = await shown(typed, "/refer/changes");
    assert.equal(status, 200);
    assert.deepEqual(
      Object.keys(typed).map((name) => $(`#${name}`).val()),
      Object.values(typed),
    );
    assert.equal($(".errors").length, 0);
  });

  const refused: Record<string, [Partial<Typed>, string]> = {
    "no name": [{ name: " " }, "Enter your name"],
    "no friend": [{ friend_name: "" }, "Enter your friend's name"],
    "no address": [{ friend_email: "" }, "Enter your friend's e-mail address"],
    "an address that is none": [{ friend_email: "zoe@" }, "Enter an e-mail address like"],
    "two addresses": [{ friend_email: "a@b.example,c@d.example" }, "Enter an e-mail address like"],
    "an address with a line break": [
      { friend_email: "a@b.example\r\nBcc: c@d.example" },
      "Enter an",
    ],
    "a name with a line break": [{ name: "Ana\r\nBcc: c@d.example" }, "Use letters"],
    "a name that is a link": [{ name: "https://evil.example/win" }, "Write the name only"],
    "a name that is a site": [{ friend_name: "Visit evil.com now" }, "Write the name only"],
    "a name with an address": [{ name: "ana@salon.example" }, "Write the name only"],
    "a name with markup": [{ name: "<b>Ana</b>" }, "Write the name only"],
    "a very long name": [{ name: "A".repeat(61) }, "Use 60 characters or fewer"],
    "a very long address": [{ friend_email: `${"a".repeat(250)}@b.example` }, "Use 254"],
  };
  for (const [what, [fields, message]] of Object.entries(refused)) {
    for (const path of ["/refer", "/refer/mails"]) {
      it(`POST ${path} refuses ${what}, beside the field and with what was typed`, async () => {
        const mail = "m".repeat(32);
        const { status, $ } = await shown({ ...typed, mail, ...fields }, path);
        const [name = "", value = ""] = Object.entries(fields).flat();
        assert.equal(status, 422);
        assert.match($(`#${name}-error`).text(), new RegExp(`^${message}`));
        assert.match($(`.errors a[href="#${name}"]`).text(), new RegExp(`^${message}`));
        assert.equal(String($(`#${name}`).val()).replaceAll("\n", "\r\n"), value);
        assert.equal(posted.length, 0);
      });
    }
  }

  for (const name of [
    "José María Ñúñez",
    "J.R. Smith",
    "Anne-Marie d'Arc",
    "山田 太郎",
    "Dr. K. Müller",
  ]) {
    it(`takes the name ${name}`, async () => {
      const { status } = await shown({ ...typed, name, friend_name: name });
      assert.equal(status, 200);
    });
  }

  it("shows typed markup as text [P6.1]", async () => {
    const { $ } = await shown({ ...typed, friend_email: '"><script>alert(1)</script>' });
    assert.equal($("script").length, 0);
    assert.equal($("#friend_email").val(), '"><script>alert(1)</script>');
  });

  it("refuses a form without our token, from another site, or filled in by a program", async () => {
    const form = await vera.look(typed);
    assert.equal((await vera.post("/refer/mails", { ...form, _csrf: "" })).status, 403);
    assert.equal((await vera.post("/refer/mails", { ...form, leave_empty: "x" })).status, 400);
    const foreign = { "sec-fetch-site": "cross-site" };
    await request(base).post("/refer/mails").set(foreign).type("form").send(form).expect(403);
    assert.equal(posted.length, 0);
  });

  it("asks to look again when the mail's own field is missing", async () => {
    const { mail, ...rest } = await vera.look(typed);
    assert.equal(mail?.length, 32);
    const res = await vera.post("/refer/mails", rest);
    assert.equal(res.status, 422);
    assert.equal(load(await res.text())("input[name=mail]").val()?.length, 32);
  });

  it("says so when nobody can take it, and the same form can be sent later", async () => {
    const form = await vera.look(typed);
    const res = await vera.post("/refer/mails", form);
    assert.equal(res.status, 503);
    const $ = load(await res.text());
    assert.match($(".errors").text(), /Nobody can take it just now/);
    assert.equal($("input[name=mail]").val(), form.mail);
    await startWorker();
    const again = await vera.post("/refer/mails", form);
    assert.equal(await finished(again.headers.get("location") ?? ""), "sent");
  });

  it("waits a little for the mail to go, and then offers to look again", async () => {
    const token = "w".repeat(32);
    await redis.hSet(`referral:${outcomeId(token)}`, { state: "waiting", until: "9999999999" });
    const page = () => vera.get(`/refer/outcomes/${token}`).then((html) => load(html));
    assert.equal((await page())("main a").first().attr("href"), "");
    const soon = page();
    await redis.hSet(`referral:${outcomeId(token)}`, { state: "sent", reason: "" });
    assert.equal((await soon)("h1").text(), "Sent");
  });

  const reasons = {
    refused: /takes no mail/,
    deferred: /later/,
    unreachable: /reached/,
    paused: /paused/,
    nobody: /Nobody/,
  };
  for (const [reason, words] of Object.entries(reasons)) {
    it(`tells why nothing was sent: ${reason}`, async () => {
      const token = "w".repeat(32);
      await redis.hSet(`referral:${outcomeId(token)}`, { state: "not-sent", reason, until: "1" });
      const $ = load(await vera.get(`/refer/outcomes/${token}`));
      assert.equal($("h1").text(), "Not sent");
      assert.match($("[role=status]").text(), words);
    });
  }

  it("knows nothing of an old or made-up outcome", async () => {
    await request(base)
      .get(`/refer/outcomes/${"x".repeat(32)}`)
      .expect(410);
    for (const token of ["x", "x".repeat(33), "%00", "..%2f"])
      await request(base).get(`/refer/outcomes/${token}`).expect(404);
  });

  it("limits how often one neighbourhood may ask", async () => {
    const form = await vera.look(typed);
    const statuses = new Set<number>();
    for (let round = 0; round < 6; round++) {
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => vera.post("/refer/mails", form)),
      );
      for (const { status } of answers) statuses.add(status);
    }
    assert.deepEqual(statuses, new Set([503, 429]));
  });

  it("is paused by an operator: the page says so and nothing is taken", async () => {
    const form = await vera.look(typed);
    await Switch.turn("referrals", false, cast.olga, Date.now());
    const $ = load(await vera.get("/refer"));
    assert.match($("main").text(), /paused/);
    assert.equal($("main form").length, 0);
    assert.equal((await vera.post("/refer", form)).status, 503);
    assert.equal((await vera.post("/refer/mails", form)).status, 503);
    await Switch.turn("referrals", true, cast.olga, Date.now());
    await request(base)
      .get("/refer")
      .expect(200, /Show me the mail/);
  });

  it("leaves no cookie and no session behind [P3.1]", async () => {
    const res = await request(base).get("/refer").expect(200);
    assert.equal(res.headers["set-cookie"], undefined);
    await vera.look(typed);
    assert.deepEqual(await redis.keys("session:*"), []);
  });
});
