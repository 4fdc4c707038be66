import assert from "node:assert/strict";
import { load } from "cheerio";
import { HtmlValidate } from "html-validate";
import { createTransport } from "nodemailer";
import { type MailCatcher, startMailCatcher } from "../../src/embedded/mail-catcher.ts";
import { createMailbox } from "../../src/embedded/mailbox.ts";
import { freePort } from "../support/ports.ts";

const CALENDAR = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n";

describe("the mail catcher", () => {
  let catcher: MailCatcher;
  before(async () => {
    catcher = await startMailCatcher({ pagePort: await freePort() });
  });
  after(() => catcher.stop());

  const get = (path: string, headers = {}) => fetch(new URL(path, catcher.pageUrl), { headers });
  const page = async (path: string) => load(await (await get(path)).text());
  const newest = () => catcher.mailbox.all()[0]?.id ?? 0;

  async function send(message: object): Promise<void> {
    const transport = createTransport(catcher.smtpUrl);
    await transport.sendMail({
      from: "salon@business.example",
      to: "ana@friend.example",
      ...message,
    });
    transport.close();
  }

  it("says so while there is no mail", async () => {
    assert.match((await page("/"))("main").text(), /No mail has been caught yet/);
  });

  it("lists mails, newest first, and shows one", async () => {
    await send({ subject: "First", text: "See https://book.example/appointments/abc-_1." });
    await send({ subject: "Zürich — 2nd", text: "Grüezi", to: "Zoë <zoe@friend.example>" });
    const list = await page("/");
    const subjects = list("tbody a")
      .map((_, link) => list(link).text())
      .get();
    assert.deepEqual(subjects, ["Zürich — 2nd", "First"]);
    const mail = await page(String(list("tbody a").last().attr("href")));
    assert.equal(mail("h1").text(), "First");
    assert.equal(mail("pre a").attr("href"), "https://book.example/appointments/abc-_1");
    assert.match(mail("dl").text(), /ana@friend\.example/);
  });

  it("names who would have got it, whatever the mail itself says", async () => {
    const envelope = { from: "", to: ["hidden@friend.example"] };
    await send({ subject: "Blind", text: "x", envelope });
    assert.match((await page(`/mails/${newest()}`))("dl").text(), /hidden@friend\.example/);
  });

  it("escapes what a mail says and lets its HTML do nothing", async () => {
    const evil = `"><script>alert(1)</script><img src=x onerror=alert(2)>`;
    await send({
      subject: evil,
      from: { name: evil, address: "e@x.example" },
      text: evil,
      html: `<b>${evil}</b>`,
    });
    for (const path of ["/", `/mails/${newest()}`]) {
      const res = await get(path);
      const text = await res.text();
      assert.equal(load(text)("script, img").length, 0);
      assert.match(text, /&lt;script&gt;/);
      assert.match(String(res.headers.get("content-security-policy")), /^default-src 'none'/);
    }
    const html = await get(`/mails/${newest()}/html`);
    const policy = String(html.headers.get("content-security-policy"));
    assert.match(policy, /^sandbox; default-src 'none'/);
    assert.doesNotMatch(policy, /allow-|script-src/);
  });

  it("gives attachments and calendar parts as downloads, and the source as it came", async () => {
    await send({
      subject: "With a file",
      text: "x",
      icalEvent: { method: "REQUEST", content: CALENDAR },
      attachments: [{ filename: "plän.pdf", content: Buffer.from([0, 255, 1]) }],
    });
    const mail = await page(`/mails/${newest()}`);
    const links = mail("ul a")
      .map((_, link) => String(mail(link).attr("href")))
      .get();
    const parts = await Promise.all(
      links.filter((href) => href.includes("/parts/")).map((href) => get(href)),
    );
    for (const part of parts)
      assert.match(
        String(part.headers.get("content-disposition")),
        /^attachment; filename\*=UTF-8''/,
      );
    const bodies = await Promise.all(
      parts.map(async (part) => Buffer.from(await part.arrayBuffer())),
    );
    assert.ok(bodies.some((body) => body.equals(Buffer.from([0, 255, 1]))));
    assert.ok(bodies.some((body) => body.toString().includes("BEGIN:VCALENDAR")));
    const source = await get(`/mails/${newest()}/source`);
    assert.match(String(source.headers.get("content-type")), /^text\/plain/);
    assert.match(await source.text(), /^Subject: With a file\r$/m);
  });

  it("serves valid HTML", async () => {
    const validator = new HtmlValidate({
      extends: ["html-validate:recommended"],
      rules: { "doctype-style": "off", "no-trailing-whitespace": "off" },
    });
    for (const path of ["/", `/mails/${newest()}`, "/nothing"]) {
      const report = await validator.validateString(await (await get(path)).text());
      assert.deepEqual(
        report.results.flatMap(({ messages }) => messages),
        [],
      );
    }
  });

  for (const path of ["/mails/999", "/mails/x", "/mails/1/parts/99", "/mails/1/html/1", "/etc"]) {
    it(`has nothing at ${path}`, async () => {
      assert.equal((await get(path)).status, 404);
    });
  }

  it("can only be read", async () => {
    const res = await fetch(catcher.pageUrl, { method: "POST", body: "x=1" });
    assert.equal(res.status, 405);
  });

  it("answers no foreign name that points to this machine", async () => {
    const { request } = await import("node:http");
    const status = await new Promise((resolve) => {
      request(catcher.pageUrl, { headers: { host: "evil.example" } }, (res) =>
        resolve(res.resume().statusCode),
      ).end();
    });
    assert.equal(status, 421);
  });

  it("refuses a mail that is too large and keeps none of it", async () => {
    const before = catcher.mailbox.all().length;
    await assert.rejects(send({ subject: "Huge", text: "x".repeat(11_000_000) }), /552/);
    assert.equal(catcher.mailbox.all().length, before);
  });

  it("takes another port when its own is taken", async () => {
    const port = Number(new URL(catcher.pageUrl).port);
    const second = await startMailCatcher({ pagePort: port });
    assert.notEqual(second.pageUrl, catcher.pageUrl);
    assert.equal((await fetch(second.pageUrl)).status, 200);
    await second.stop();
  });
});

describe("the mailbox", () => {
  const envelope = { from: "a@b.example", to: ["c@d.example"] };

  it("keeps the last mails only", async () => {
    const box = createMailbox(3);
    for (const n of [1, 2, 3, 4]) await box.add(Buffer.from(`Subject: ${n}\r\n\r\nx`), envelope, n);
    assert.deepEqual(
      box.all().map(({ subject }) => subject),
      ["4", "3", "2"],
    );
    assert.equal(box.find(1), undefined);
    assert.equal(box.find(2)?.subject, "2");
  });

  it("keeps no more bytes than it may, but always the newest mail", async () => {
    const box = createMailbox(10, 100);
    for (const n of [1, 2, 3])
      await box.add(Buffer.from(`Subject: ${n}\r\n\r\n${"x".repeat(80)}`), envelope, n);
    assert.deepEqual(
      box.all().map(({ subject }) => subject),
      ["3"],
    );
  });

  it("keeps what is no mail at all", async () => {
    const mail = await createMailbox().add(Buffer.from([0, 1, 2, 255]), envelope, 1);
    assert.equal(mail.subject, "");
  });
});
