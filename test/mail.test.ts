import assert from "node:assert/strict";
import PostalMime from "postal-mime";
import { config } from "../config/index.ts";
import { closeMail, type Mail, MailError, sendMail } from "../src/mail.ts";
import { withSink } from "./support/post.ts";
import type { Behaviour, SmtpSink } from "./support/smtp-sink.ts";

const FRIEND = "jane@customer.example";

function mail(fields: Partial<Mail> = {}): Mail {
  return {
    from: { name: "Ana's Salon via Plainbook", address: config.mailFrom },
    to: { name: "Jane Doe", address: FRIEND },
    subject: "Booked: Haircut",
    text: "Your appointment is booked.\n\nSee you on Monday.\n",
    ...fields,
  };
}

async function codeOf(sending: Promise<void>): Promise<string> {
  try {
    await sending;
  } catch (error) {
    assert.ok(error instanceof MailError);
    const told = JSON.stringify(error, Object.getOwnPropertyNames(error));
    assert.doesNotMatch(told, /jane|customer\.example|Booked|mailbox/i);
    assert.equal(error.cause, undefined);
    return error.code;
  }
  return "sent";
}

describe("mail", () => {
  let sink: SmtpSink;
  withSink((opened) => (sink = opened));

  async function sent() {
    const last = sink.mails.at(-1) ?? assert.fail("no mail");
    return { ...last, parsed: await PostalMime.parse(last.source) };
  }

  it("arrives as written, plain text first", async () => {
    await sendMail(mail({ html: "<p>Your appointment is booked.</p>" }));
    const { from, to, parsed, source } = await sent();
    assert.equal(from, config.mailFrom);
    assert.deepEqual(to, [FRIEND]);
    assert.deepEqual(parsed.from, { name: "Ana's Salon via Plainbook", address: config.mailFrom });
    assert.deepEqual(parsed.to, [{ name: "Jane Doe", address: FRIEND }]);
    assert.equal(parsed.subject, "Booked: Haircut");
    assert.equal(parsed.text?.trim(), "Your appointment is booked.\n\nSee you on Monday.");
    assert.ok(source.indexOf("text/plain") < source.indexOf("text/html"));
  });

  it("says that a machine wrote it, with the identity it was given", async () => {
    const replyTo = { name: "Ana's Salon", address: "post@salon.example" };
    await sendMail(mail({ messageId: "abc@plainbook.example", replyTo, headers: { "X-A": "b" } }));
    const { parsed, source } = await sent();
    assert.match(source, /^Auto-Submitted: auto-generated\r$/m);
    assert.match(source, /^X-A: b\r$/m);
    assert.equal(parsed.messageId, "<abc@plainbook.example>");
    assert.deepEqual(parsed.replyTo, [replyTo]);
  });

  it("can have nowhere to bounce to", async () => {
    await sendMail(mail({ envelopeFrom: "" }));
    assert.equal((await sent()).from, "");
  });

  it("carries a calendar part with its method, and no blank line at its end", async () => {
    const content = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR";
    await sendMail(mail({ html: "<p>x</p>", calendar: { method: "REQUEST", content } }));
    const { parsed, source } = await sent();
    assert.match(source, /^Content-Type: text\/calendar; charset=utf-8; method=REQUEST\r$/m);
    const part = parsed.attachments.find(({ mimeType }) => mimeType === "text/calendar");
    const text = new TextDecoder().decode(part?.content as Uint8Array);
    assert.match(text, /^BEGIN:VCALENDAR\r?\nMETHOD:REQUEST\r?\nEND:VCALENDAR(\r?\n)?$/);
  });

  it("goes out over one connection again and again", async () => {
    await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        sendMail(mail({ to: { name: "J", address: `j${i}@customer.example` } })),
      ),
    );
    assert.equal(new Set(sink.mails.map(({ to }) => to[0])).size, 30);
  });

  describe("what goes wrong is told as a code and nothing else", () => {
    const cases: Array<[string, Behaviour, string]> = [
      [
        "450 at the recipient",
        { at: "recipient", code: 450, text: `4.2.0 ${FRIEND} later` },
        "deferred",
      ],
      ["451 after the message", { at: "end", code: 451, text: "4.3.0 later" }, "deferred"],
      [
        "550 at the recipient",
        { at: "recipient", code: 550, text: `5.1.1 no mailbox ${FRIEND}` },
        "refused",
      ],
      ["554 after the message", { at: "end", code: 554, text: "5.7.1 not wanted" }, "refused"],
      [
        "550 in several lines",
        { at: "recipient", code: 550, text: ["5.1.1 no", FRIEND] },
        "refused",
      ],
      ["a demand to sign in", { at: "recipient", code: 530, text: "5.7.0 sign in" }, "unreachable"],
      ["a hang-up at the recipient", { at: "recipient", hangUp: true }, "unreachable"],
      ["a hang-up in the middle of the message", { at: "data", hangUp: true }, "unknown"],
      ["a hang-up after the message", { at: "end", hangUp: true }, "unknown"],
    ];
    for (const [what, behaviour, code] of cases)
      it(`${what}: ${code}`, async () => {
        sink.behave(behaviour);
        assert.equal(await codeOf(sendMail(mail())), code);
        assert.equal(sink.mails.length, 0);
        assert.equal(sink.tried.length, 1, "tried once");
        sink.behave("accept");
        assert.equal(await codeOf(sendMail(mail())), "sent", "the next one goes out");
      });

    it("an acceptance in several lines is one", async () => {
      sink.behave({ at: "end", code: 250, text: ["2.0.0 taken", "queued", "as 1"] });
      assert.equal(await codeOf(sendMail(mail())), "sent");
    });

    it("nobody listening: unreachable", async () => {
      await closeMail();
      await sink.stop();
      assert.equal(await codeOf(sendMail(mail())), "unreachable");
      await sink.startAgain();
      assert.equal(await codeOf(sendMail(mail())), "sent");
    });

    it("a connection that died while idle costs no mail, or is told as unreachable", async () => {
      assert.equal(await codeOf(sendMail(mail())), "sent");
      await sink.stop();
      await sink.startAgain();
      const codes = [await codeOf(sendMail(mail())), await codeOf(sendMail(mail()))];
      assert.match(codes[0] ?? "", /^(sent|unreachable)$/);
      assert.equal(codes[1], "sent");
    });
  });

  describe("reaches exactly one person", () => {
    const EVE = "eve@evil.example";
    const names = [
      `Jane, ${EVE}`,
      `Jane <${EVE}>,`,
      `Jane\r\nBcc: ${EVE}`,
      `Jane\nTo: ${EVE}\n\nhello`,
      `"Jane" <${EVE}>; x`,
      `Jane\u2028Bcc: ${EVE}`,
      `=?utf-8?q?Jane=0D=0ABcc:_eve=40evil.example?=`,
    ];
    for (const name of names)
      it(`whatever the name says: ${JSON.stringify(name)}`, async () => {
        await sendMail(
          mail({
            to: { name, address: FRIEND },
            from: { name, address: config.mailFrom },
            replyTo: { name, address: "post@salon.example" },
            subject: name,
          }),
        );
        const { to, parsed, source } = await sent();
        assert.deepEqual(to, [FRIEND]);
        assert.deepEqual(sink.tried, [FRIEND]);
        assert.deepEqual(
          parsed.to?.map(({ address }) => address),
          [FRIEND],
        );
        assert.equal(parsed.from?.address, config.mailFrom);
        assert.deepEqual(parsed.bcc ?? [], []);
        const [head = ""] = source.split("\r\n\r\n");
        assert.doesNotMatch(head, /^(bcc|cc):/im);
        assert.equal(head.match(/^to:/gim)?.length, 1);
      });

    const addresses = [
      `${FRIEND},${EVE}`,
      `${FRIEND}, ${EVE}`,
      `${FRIEND};${EVE}`,
      `${FRIEND}\r\nRCPT TO:<${EVE}>`,
      `${FRIEND}>\r\nRCPT TO:<${EVE}`,
      `<${FRIEND}> <${EVE}>`,
      `Jane <${FRIEND}>`,
      `"a@${EVE}"@customer.example`,
      `jane@customer.example@evil.example`,
      "jane",
      "",
      "@customer.example",
      `${"j".repeat(250)}@customer.example`,
    ];
    for (const address of addresses)
      it(`or nobody: ${JSON.stringify(address.slice(0, 60))}`, async () => {
        assert.equal(await codeOf(sendMail(mail({ to: { name: "Jane", address } }))), "refused");
        assert.deepEqual(sink.tried, []);
      });
  });
});
