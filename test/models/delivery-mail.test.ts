import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "cheerio";
import ICAL from "ical.js";
import { config } from "../../config/index.ts";
import { linkToken } from "../../src/links.ts";
import { Addons } from "../../src/models/addon.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { Delivery } from "../../src/models/delivery.ts";
import { MyLink } from "../../src/models/my-link.ts";
import { hashToken } from "../../src/secrets.ts";
import {
  bookHaircut,
  cancelHaircut,
  HOUR,
  moveHaircut,
  sendDue,
  START,
} from "../support/bookings.ts";
import { mailsTo, withSink } from "../support/post.ts";
import type { SmtpSink } from "../support/smtp-sink.ts";
import { MONDAY, world, type World } from "../support/world.ts";

const MINUTE = 60_000;
const POWERED_BY = "Scheduling powered by Plainbook";

describe("what the mails say", () => {
  let cast: World;
  let sink: SmtpSink;
  withSink((opened) => (sink = opened));
  beforeEach(async () => {
    cast = await world();
  });

  function eventIn(calendar: string | undefined) {
    const file = ICAL.Component.fromString(calendar ?? assert.fail("no calendar"));
    const event = file.getFirstSubcomponent("vevent") ?? assert.fail("no event");
    return {
      method: file.getFirstPropertyValue("method"),
      uid: event.getFirstPropertyValue("uid"),
      sequence: event.getFirstPropertyValue("sequence"),
      organizer: String(event.getFirstPropertyValue("organizer")).toLowerCase(),
      url: event.getFirstPropertyValue("url"),
      status: event.getFirstPropertyValue("status"),
      attendees: event.getAllProperties("attendee").map((one) => String(one.getFirstValue())),
      zone: event.getFirstProperty("dtstart")?.getFirstParameter("tzid"),
      start: String(event.getFirstPropertyValue("dtstart")),
    };
  }

  /** Jane books, moves and cancels; all mails are sent as they come due. */
  async function wholeStory() {
    const id = await bookHaircut(cast);
    await sendDue();
    await moveHaircut(cast, id, { start: START + HOUR });
    await sendDue();
    await cancelHaircut(cast, id);
    await sendDue();
    return id;
  }

  it("come from the business by way of us, and answers go to the business", async () => {
    await wholeStory();
    for (const { from, replyTo } of await mailsTo(sink, "jane@customer.example")) {
      assert.deepEqual(from, { name: "Ana's Salon via Plainbook", address: config.mailFrom });
      assert.deepEqual(replyTo, [{ name: "Ana's Salon", address: cast.salon.email }]);
    }
  });

  it("name weekday, date, time and zone, in both forms and in the subject [D2]", async () => {
    await wholeStory();
    const all = await mailsTo(sink, "jane@customer.example");
    assert.equal(all.length, 3);
    const times = ["9:30 AM", "10:30 AM", "10:30 AM"];
    for (const [i, { text, html, subject }] of all.entries()) {
      const when = `Monday, February 8, 2027, ${times[i]}`;
      assert.ok(subject?.endsWith(`Haircut at Ana's Salon, ${when}`), String(subject));
      for (const form of [text, load(html).text()]) {
        assert.ok(form.includes(when));
        assert.ok(form.includes("Eastern Standard Time"));
        assert.ok(form.includes("Ana's Salon"));
        assert.ok(form.includes("1 Main Street, Springfield"));
        assert.ok(form.includes("Ben Brown"));
      }
    }
  });

  it("name how many come and what was added, to the customer and to staff", async () => {
    const id = await bookHaircut(cast);
    await transaction(async () => {
      await run("UPDATE appointments SET people = 3, price = 4500 WHERE id = $id", { id });
      await run("UPDATE services SET price_shown = FALSE");
      const addon = { name: "Scalp massage", minutes: 10, price: null, position: 0 };
      const addonId = await Addons.add(cast.salon, addon, { kind: "system" }, MONDAY);
      await run(
        `INSERT INTO appointment_addons (business_id, appointment_id, addon_id, name, minutes)
         VALUES ($businessId, $id, $addonId, $name, 10)`,
        { businessId: cast.salon.id, id, addonId, name: addon.name },
      );
    });
    await sendDue();
    const all = [
      ...(await mailsTo(sink, "jane@customer.example")),
      ...(await mailsTo(sink, cast.ben.email)),
    ];
    assert.equal(all.length, 2);
    for (const { text, html } of all)
      for (const form of [text, load(html).text()]) {
        assert.match(form, /minutes, 3 people/);
        assert.match(form, /\+ Scalp massage/);
        assert.doesNotMatch(form, /45\.00/);
      }
  });

  it("carry one appointment through calendars: same UID, one more each change [D2]", async () => {
    await wholeStory();
    const all = (await mailsTo(sink, "jane@customer.example")).map(({ calendar }) =>
      eventIn(calendar),
    );
    assert.deepEqual(
      all.map(({ method, sequence }) => [method, sequence]),
      [
        ["REQUEST", 0],
        ["REQUEST", 1],
        ["CANCEL", 2],
      ],
    );
    assert.equal(new Set(all.map(({ uid }) => uid)).size, 1);
    for (const { attendees, zone, organizer, url } of all) {
      assert.equal(organizer, `mailto:${cast.salon.email}`);
      assert.match(String(url), /\/appointments\/[\w-]{30,}$/);
      assert.deepEqual(
        attendees.map((one) => one.toLowerCase()),
        ["mailto:jane@customer.example"],
      );
      assert.equal(zone, "America/New_York");
    }
    assert.equal(all[1]?.start, "2027-02-08T10:30:00");
  });

  it("tell providers of events and invite nobody, since the business would invite itself", async () => {
    await wholeStory();
    const all = (await mailsTo(sink, "ben@salon.example")).map(({ calendar }) => eventIn(calendar));
    assert.deepEqual(
      all.map(({ method, status, sequence }) => [method, status, sequence]),
      [
        ["PUBLISH", "CONFIRMED", 0],
        ["PUBLISH", "CONFIRMED", 1],
        ["PUBLISH", "CANCELLED", 2],
      ],
    );
    for (const { attendees, organizer, url } of all)
      assert.deepEqual([attendees, organizer, url], [[], `mailto:${cast.salon.email}`, null]);
  });

  it("say when it ends, what it costs and, of a change, what it was before", async () => {
    await wholeStory();
    const all = await mailsTo(sink, "jane@customer.example");
    for (const [i, { text, html }] of all.entries())
      for (const form of [text, load(html).text()]) {
        assert.match(form, /:30 AM to 1[01]:00 AM\n/);
        assert.match(form, /30 minutes, \$35\.00\n/);
        const before = "Before: Monday, February 8, 2027, 9:30 AM with Ben Brown\n";
        assert.equal(form.includes("Before:"), i === 1);
        assert.equal(form.includes(before), i === 1);
      }
    const [, changed] = await mailsTo(sink, "ben@salon.example");
    assert.match(changed?.text ?? "", /\nBefore: Monday, February 8, 2027, 9:30 AM\n/);
  });

  it("name the day of the end when it is another, and tell programs times as HTML has them", async () => {
    const id = await bookHaircut(cast, { start: START + 14 * HOUR + 15 * MINUTE });
    assert.ok(id);
    await sendDue();
    for (const address of ["jane@customer.example", "ben@salon.example"]) {
      const [mail] = await mailsTo(sink, address);
      assert.match(mail?.text ?? "", /11:45 PM to 12:15 AM \(Tuesday\)\n/);
      assert.equal(load(mail?.html ?? "")("time").attr("datetime"), "2027-02-08T23:45:00-05:00");
    }
  });

  it("say what it was before as the customer was last told", async () => {
    const id = await bookHaircut(cast);
    await sendDue(MONDAY);
    await moveHaircut(cast, id, { start: START + HOUR, now: MONDAY + MINUTE });
    await moveHaircut(cast, id, { start: START + 2 * HOUR, now: MONDAY + 2 * MINUTE });
    await sendDue(MONDAY + 3 * MINUTE);
    await moveHaircut(cast, id, { start: START + 3 * HOUR, now: MONDAY + 4 * MINUTE });
    await sendDue(MONDAY + 5 * MINUTE);
    const changed = (await mailsTo(sink, "jane@customer.example")).slice(1);
    assert.deepEqual(
      changed.map(({ text }) => /Before: .*, (\d.*M) with/.exec(text)?.[1]),
      ["9:30 AM", "11:30 AM"],
    );
  });

  it("carry no calendar part in a reminder, which changes nothing", async () => {
    await bookHaircut(cast);
    await sendDue(START - HOUR);
    const all = await mailsTo(sink, "jane@customer.example");
    const reminder = all.find(({ subject }) => subject?.startsWith("Reminder:"));
    assert.ok(reminder);
    assert.equal(reminder.calendar, undefined);
  });

  it("end, to customers, with the one line that is ours [P2.5]", async () => {
    await wholeStory();
    const id = await bookHaircut(cast);
    await sendDue(START - HOUR);
    assert.ok(id);
    const all = await mailsTo(sink, "jane@customer.example");
    assert.equal(all.length, 5);
    for (const { text, html } of all) {
      assert.equal(text.trimEnd().split("\n").at(-1), POWERED_BY);
      assert.equal(load(html)("body").children().last().text(), POWERED_BY);
      for (const form of [text, load(html)("body").text()])
        assert.equal(form.match(/plainbook/gi)?.length, form.includes("plainbook.example") ? 2 : 1);
      assert.equal(load(html)("img, link, script, iframe").length, 0);
    }
  });

  it("include, to customers, no view but the appointment and that line [P2.5]", () => {
    for (const form of ["text", "html"]) {
      const view = readFileSync(join(config.root, `views/mail/customer.${form}.ejs`), "utf8");
      const included = [...view.matchAll(/include\("([^"]+)"/g)].map(([, name]) => name);
      assert.deepEqual(
        included.filter((name) => name !== "/partials/sentence"),
        [`/mail/partials/appointment.${form}.ejs`, `/mail/partials/powered-by.${form}.ejs`],
      );
    }
    for (const file of globSync("views/mail/partials/{appointment,powered-by}.*", {
      cwd: config.root,
    }))
      assert.doesNotMatch(
        readFileSync(join(config.root, file), "utf8"),
        /include\("(?!\/partials\/sentence")/,
      );
  });

  it("link to the customer's own page, and when cancelled to a new booking", async () => {
    await wholeStory();
    const [booked, changed, cancelled] = await mailsTo(sink, "jane@customer.example");
    const [stored] = await rows<{ hash: string }>("SELECT token_hash AS hash FROM appointments");
    for (const mail of [booked, changed]) {
      const href = load(mail?.html ?? "")("a").attr("href") ?? "";
      assert.ok(href.startsWith(`${config.baseUrl}/appointments/`));
      assert.equal(hashToken(href.split("/").at(-1) ?? ""), stored?.hash);
      assert.ok(mail?.text.includes(`\n${href}\n`));
    }
    assert.equal(
      load(cancelled?.html ?? "")("a").attr("href"),
      `${config.baseUrl}/book/anas-salon`,
    );
  });

  it("show a provider the workspace, the customer's name and phone and no more of her [P2.1]", async () => {
    const id = await wholeStory();
    const all = await mailsTo(sink, "ben@salon.example");
    assert.deepEqual(
      all.map(({ subject }) => subject?.split(":")[0]),
      ["New appointment", "Changed", "Cancelled"],
    );
    for (const { text, source } of all) {
      assert.ok(text.includes(`${config.baseUrl}/b/anas-salon/appointments/${id}`));
      assert.ok(text.includes("Haircut for Jane Doe, 555 0199\n"));
      assert.ok(!text.includes("note,"));
      assert.ok(text.includes("has turned on notices for its staff"));
      assert.doesNotMatch(source, /jane@|\/appointments\/[\w-]{30}/);
    }
  });

  it("tell a provider that there is a note, and leave it on its page", async () => {
    await bookHaircut(cast, { note: "Afraid of scissors" });
    await sendDue();
    const [mail] = await mailsTo(sink, "ben@salon.example");
    assert.match(mail?.text ?? "", /\nWith a note, which is on its page\.\n/);
    assert.doesNotMatch(mail?.source ?? "", /scissors/);
  });

  it("say what was typed and nothing it could mean in HTML or in a header", async () => {
    const name = `<b>Eve</b> & "x"`;
    await transaction(() =>
      run("UPDATE businesses SET name = $name WHERE id = $id", {
        name: "Salon <script>alert(1)</script>\r\nBcc: eve@evil.example",
        id: cast.salon.id,
      }),
    );
    await bookHaircut(cast, { name });
    await sendDue();
    const [mail] = await mailsTo(sink, "jane@customer.example");
    assert.equal(load(mail?.html ?? "")("b, script").length, 0);
    assert.ok(mail?.text.includes(`Hello ${name},`));
    assert.ok(
      load(mail?.html ?? "")
        .text()
        .includes(`Hello ${name},`),
    );
    assert.deepEqual(mail?.bcc ?? [], []);
    assert.deepEqual(
      sink.tried.filter((to) => to.includes("evil")),
      [],
    );
  });

  it("show the appointment as it is when they are sent, not as it was when they were owed", async () => {
    const id = await bookHaircut(cast);
    await moveHaircut(cast, id, { start: START + HOUR });
    await sendDue();
    for (const { text, calendar } of await mailsTo(sink, "jane@customer.example")) {
      assert.match(text, /10:30 AM/);
      assert.equal(eventIn(calendar).sequence, 1);
    }
  });

  describe("of accounts", () => {
    const nonce = "a nonce of no meaning";
    const until = MONDAY + 48 * HOUR;

    async function invite(fields: { acceptedAt?: number | null; expiresAt?: number } = {}) {
      const { acceptedAt = null, expiresAt = until } = fields;
      return transaction(async () => {
        const [made] = await rows<{ id: number }>(
          `INSERT INTO invitations
             (business_id, staff_id, email, nonce, token_hash, created_at, expires_at, accepted_at)
           VALUES ($businessId, $staffId, 'dora@salon.example', $nonce, $hash, $now, $expiresAt,
             $acceptedAt)
           RETURNING id`,
          {
            businessId: cast.salon.id,
            staffId: cast.benStaff.id,
            nonce,
            hash: hashToken(linkToken("invitation", nonce)),
            now: MONDAY,
            expiresAt,
            acceptedAt,
          },
        );
        const owed = { businessId: cast.salon.id, kind: "invitation", dueAt: MONDAY } as const;
        const [id] = await Delivery.owe([{ ...owed, invitationId: made?.id ?? 0 }], MONDAY);
        return id ?? assert.fail("nothing owed");
      });
    }

    async function stateOf(id: number) {
      const [row] = await rows<{ state: string; reason: string | null; text: string | null }>(
        "SELECT state, reason, mail_text AS text FROM deliveries WHERE id = $id",
        { id },
      );
      return row ?? assert.fail("gone");
    }

    it("invite with a link that works once, and say where the company is [P9.1]", async () => {
      const id = await invite();
      await sendDue();
      const [mail] = await mailsTo(sink, "dora@salon.example");
      assert.equal(mail?.subject, "Join Ana's Salon on Plainbook");
      const url = `${config.baseUrl}/invitations/${linkToken("invitation", nonce)}`;
      assert.equal(load(mail?.html ?? "")("a").attr("href"), url);
      assert.ok(mail?.text.includes(url));
      assert.ok(mail?.text.includes("February 3, 2027, 8:00 AM (Eastern Standard Time)"));
      assert.ok(mail?.text.includes(config.postalAddress));
      const { state, text } = await stateOf(id);
      assert.equal(state, "sent");
      assert.match(text ?? "", /\/invitations\/…/);
      assert.ok(!text?.includes(linkToken("invitation", nonce)));
    });

    it("are in the business's language to customers whose own is not known, or not offered", async () => {
      await bookHaircut(cast);
      const asked = async (otherLanguages: boolean, language: string | null) => {
        await transaction(() => cast.salon.update({ language: "es", otherLanguages }));
        await MyLink.request(cast.salon, "jane@customer.example", MONDAY, language);
      };
      await asked(true, null);
      await asked(true, "en");
      await sendDue();
      await asked(false, "en");
      await sendDue();
      const subjects = (await mailsTo(sink, "jane@customer.example")).map(
        ({ subject }) => subject ?? "",
      );
      const links = subjects.filter((subject) => /bookings|reservas|citas/i.test(subject));
      assert.deepEqual(
        links.map((subject) => (/bookings/.test(subject) ? "en" : "es")).toSorted(),
        ["en", "es", "es"],
        String(subjects),
      );
    });

    it("are not sent once the link is used or has expired", async () => {
      const used = await invite({ acceptedAt: MONDAY });
      await sendDue();
      assert.deepEqual((await stateOf(used)).reason, "used");
      await transaction(() => run("DELETE FROM invitations"));
      const expired = await invite({ expiresAt: MONDAY });
      await sendDue();
      assert.deepEqual((await stateOf(expired)).reason, "expired");
      assert.deepEqual(sink.tried, []);
    });

    it("go with the invitation when it is taken back", async () => {
      const id = await invite();
      await transaction(() => run("DELETE FROM invitations"));
      await Delivery.send(id, MONDAY);
      assert.deepEqual(sink.tried, []);
    });

    it("offer a new password to the address of the sign-in, from the company [P5.4] [P9.1]", async () => {
      await transaction(async () => {
        const [made] = await rows<{ id: number }>(
          `INSERT INTO password_resets
             (business_id, person_id, nonce, token_hash, created_at, expires_at)
           VALUES ($businessId, $personId, $nonce, $hash, $now, $until) RETURNING id`,
          {
            businessId: cast.salon.id,
            personId: cast.ben.id,
            nonce,
            hash: hashToken(linkToken("password_reset", nonce)),
            now: MONDAY,
            until,
          },
        );
        const owed = { businessId: cast.salon.id, kind: "password_reset", dueAt: MONDAY } as const;
        await Delivery.owe([{ ...owed, passwordResetId: made?.id ?? 0 }], MONDAY);
      });
      await sendDue();
      const [mail] = await mailsTo(sink, "ben@salon.example");
      assert.deepEqual(mail?.from, { name: "Plainbook", address: config.mailFrom });
      const token = linkToken("password_reset", nonce);
      assert.ok(mail?.text.includes(`${config.baseUrl}/password/${token}`));
      assert.ok(mail?.text.includes(config.postalAddress));
      const [row] = await rows<{ text: string }>("SELECT mail_text AS text FROM deliveries");
      assert.ok(!row?.text.includes(token));
    });
  });
});
