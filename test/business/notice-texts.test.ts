import assert from "node:assert/strict";
import { load } from "cheerio";
import { config } from "../../config/index.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { type Browser, signedIn, visitor } from "../support/browser.ts";
import { bookHaircut, HOUR, JANE, sendDue, START } from "../support/bookings.ts";
import { mailsTo, withSink } from "../support/post.ts";
import type { SmtpSink } from "../support/smtp-sink.ts";
import { type World, world } from "../support/world.ts";

const NOTICES = "/b/anas-salon/notices";
const AT = `${NOTICES}/confirmation/texts/en`;
const OWN = {
  subject: "See you {when}, {customer}",
  text: "Dear {customer},\n\n{appointment}\n\nYour {provider} of {business}\n{link}",
};

describe("a business's own texts for its mails [D21]", () => {
  let cast: World;
  let ana: Browser;
  let sink: SmtpSink;
  withSink((opened) => (sink = opened));
  beforeEach(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
  });

  async function janesMail() {
    const [mail = assert.fail("no mail")] = await mailsTo(sink, JANE.email);
    return mail;
  }

  const stored = () => rows<{ kind: string }>("SELECT kind, language, text FROM notice_texts");

  it("start from the usual text, in each language the business offers", async () => {
    const { $ } = await ana.get(AT);
    assert.equal($("#subject").val(), "Booked: {service} at {business}, {when}");
    assert.match(String($("#text").val()), /^Hello \{customer\},[^]*\{appointment\}[^]*\{link\}$/);
    const spanish = await ana.get(`${NOTICES}/reminder/texts/es`);
    assert.match(String(spanish.$("#text").val()), /\{customer\}/);
    const { $: page } = await ana.get(NOTICES);
    assert.equal(page(`a[href*="/texts/"]`).length, 16);
  });

  it("take the place of the usual one when a mail is sent, and give it back", async () => {
    const sent = await ana.submit(AT, OWN, "/en");
    assert.deepEqual([sent.status, sent.location], [303, `${NOTICES}?saved=1`]);
    await bookHaircut(cast, { name: "Jane <b>Doe</b> {link}" });
    await sendDue();
    const { subject, text, html } = await janesMail();
    const when = "Monday, February 8, 2027, 9:30 AM";
    assert.equal(subject, `See you ${when}, Jane <b>Doe</b> {link}`);
    assert.match(text, /^Dear Jane <b>Doe<\/b> \{link\},\n\nHaircut with Ben Brown\n/);
    assert.match(text, /Your Ben Brown of Ana's Salon\nhttp\S+\/appointments\/[\w-]{30,}\n/);
    assert.equal(load(html)("b").length, 0);
    assert.match(load(html)("a").attr("href") ?? "", /\/appointments\/[\w-]{30,}$/);

    assert.equal((await ana.submit(AT, {}, "/removal")).status, 303);
    sink.reset();
    await bookHaircut(cast, { start: START + HOUR });
    await sendDue();
    assert.match((await janesMail()).subject ?? "", /^Booked: /);
  });

  it("are not saved over what somebody else has written meanwhile", async () => {
    const edition = String((await ana.get(AT)).$("input[name=edition]").val());
    await ana.submit(AT, OWN, "/en");
    const mine = { ...OWN, subject: "Mine, {customer}" };
    const { status, $ } = await ana.submit(AT, { ...mine, edition }, "/en");
    assert.equal(status, 409);
    assert.match($("[role=alert]").text(), /See you \{when\}, \{customer\}\s*Mine, \{customer\}/);
    assert.equal($("#subject").val(), mine.subject);
    const again = { ...mine, edition: String($("input[name=edition]").val()) };
    assert.equal((await ana.submit(AT, again, "/en")).status, 303);
    assert.equal((await ana.get(AT)).$("#subject").val(), mine.subject);
  });

  it("are of one mail and one language only", async () => {
    await ana.submit(`${NOTICES}/confirmation/texts/es`, OWN, "/es");
    await bookHaircut(cast);
    await sendDue();
    assert.match((await janesMail()).subject ?? "", /^Booked: /);
    sink.reset();
    await bookHaircut(cast, { start: START + HOUR });
    await transaction(() => run("UPDATE appointments SET language = 'es'"));
    await sendDue();
    assert.match((await janesMail()).subject ?? "", /^See you lunes/);
  });

  it("are shown with the last appointment before they are saved", async () => {
    const example = await ana.submit(AT, { ...OWN, preview: "1" }, "/en");
    assert.equal(example.status, 200);
    assert.match(example.$("section").text(), /With an example/);
    await bookHaircut(cast);
    const { $ } = await ana.submit(AT, { ...OWN, preview: "1" }, "/en");
    assert.match($("section pre").text(), /Dear Jane Doe,\n\nHaircut with Ben Brown/);
    assert.match(
      $("section strong").text(),
      /^See you Monday, February 8, 2027, 9:30 AM, Jane Doe$/,
    );
    assert.equal($("#text").val(), OWN.text);
    assert.deepEqual(await stored(), []);
  });

  const refusals: Array<[field: string, value: string, message: RegExp]> = [
    ["text", "Hello {customer}", /Put \{link\}/],
    ["text", "{link} {nobody}", /\{nobody\} cannot stand here/],
    ["text", "{link} {when, date}", /Braces can only/],
    ["text", "", /Enter a text/],
    ["subject", "{link}", /\{link\} cannot stand here/],
    ["subject", "", /Enter a subject/],
    ["subject", "Hello\u0007", /letters, digits/],
  ];
  for (const [field, value, message] of refusals)
    it(`refuse “${value}” as ${field}, keeping what was typed`, async () => {
      const { status, $ } = await ana.submit(AT, { ...OWN, [field]: value }, "/en");
      assert.equal(status, 422);
      assert.match($(`#${field}-error`).text(), message);
      assert.equal($(".errors a").attr("href"), `#${field}`);
      assert.equal($(`#${field}`).val(), value);
      assert.deepEqual(await stored(), []);
    });

  it("are there for the mails and languages there are", async () => {
    for (const path of ["verification/texts/en", "staff/texts/en", "confirmation/texts/xx"])
      assert.equal((await ana.get(`${NOTICES}/${path}`)).status, 404);
    await transaction(() => run("UPDATE businesses SET other_languages = FALSE"));
    assert.equal((await ana.get(`${NOTICES}/confirmation/texts/es`)).status, 404);
  });

  it("are the business's own, and written down who changed them", async () => {
    await ana.submit(AT, OWN, "/en");
    await ana.submit(AT, OWN, "/en");
    const entries = await rows("SELECT id FROM audit_entries WHERE action = 'notices.worded'");
    assert.equal(entries.length, 1);
    const carl = await signedIn(cast.carl);
    const { $ } = await carl.get("/b/carls-garage/notices/confirmation/texts/en");
    assert.match(String($("#subject").val()), /^Booked/);
    assert.equal((await carl.get(AT)).status, 404);
    assert.equal((await (await signedIn(cast.ben)).get(AT)).status, 403);
    assert.equal((await visitor().get(AT)).status, 303);
  });

  it("come from whom the business says, and answers go where it says", async () => {
    const sender = { sender_name: "Ana, hair & more", reply_to: "Answers@Salon.example" };
    assert.equal((await ana.submit(NOTICES, sender)).status, 303);
    await bookHaircut(cast);
    await sendDue();
    const { from, replyTo } = await janesMail();
    assert.deepEqual(from, { name: "Ana, hair & more", address: config.mailFrom });
    assert.deepEqual(replyTo, [{ name: "Ana's Salon", address: "answers@salon.example" }]);
    const { $ } = await ana.get(NOTICES);
    assert.equal($("#sender_name").val(), sender.sender_name);
    assert.equal((await ana.submit(NOTICES, { sender_name: "", reply_to: "" })).status, 303);
    const [row] = await rows(
      `SELECT sender_name AS name, reply_to AS address FROM businesses WHERE slug = 'anas-salon'`,
    );
    assert.deepEqual(row, { name: null, address: null });
  });

  for (const [field, value] of [
    ["sender_name", "Ana\r\nBcc: all@example.com"],
    ["sender_name", "x".repeat(81)],
    ["reply_to", "ana@salon.example\nBcc: all@example.com"],
    ["reply_to", "ana@salon.example, bcc@example.com"],
    ["reply_to", "nobody"],
  ] as const)
    it(`refuse ${JSON.stringify(value.slice(0, 40))} as ${field}`, async () => {
      const { status, $ } = await ana.submit(NOTICES, { [field]: value });
      assert.equal(status, 422);
      assert.equal($(".errors a").attr("href"), `#${field}`);
    });
});
