import assert from "node:assert/strict";
import { load } from "cheerio";
import { linkToken } from "../../src/links.ts";
import { Appointment } from "../../src/models/appointment.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { formToken } from "../../src/web/form-token.ts";
import {
  bookHaircut,
  cancelHaircut,
  HOUR,
  JANE,
  moveHaircut,
  sendDue,
  START,
  told,
} from "../support/bookings.ts";
import { type Browser, signedIn, visitor } from "../support/browser.ts";
import { mailsTo, withSink } from "../support/post.ts";
import type { SmtpSink } from "../support/smtp-sink.ts";
import { MONDAY, type World, world } from "../support/world.ts";

describe("a customer who says that she will come", () => {
  let cast: World;
  let jane: Browser;
  let id: number;
  let own: string;
  beforeEach(async () => {
    cast = await world();
    jane = visitor();
    id = await bookHaircut(cast);
    const { uid } = await Appointment.find(cast.salon, id);
    own = `/appointments/${linkToken("appointment", uid)}`;
  });

  const press = () => jane.post(`${own}/attendance`, { _csrf: formToken() });
  const change = (sql: string) => transaction(() => run(sql));
  const comingAt = async () => (await Appointment.find(cast.salon, id)).comingAt;
  const entries = () =>
    rows<{ actor: string }>("SELECT actor FROM audit_entries WHERE action = 'appointment.coming'");

  it("says so by a press, once however often; looking says nothing [D13]", async () => {
    const { status, $ } = await jane.get(`${own}/attendance`);
    assert.equal(status, 200);
    assert.match($("main").text(), /Will you come\?/);
    assert.equal(await comingAt(), null);
    for (const time of ["first", "again"]) {
      const sent = await press();
      assert.deepEqual([sent.status, sent.location], [303, own], time);
    }
    assert.ok(await comingAt());
    assert.deepEqual(await entries(), [{ actor: "customer" }]);
    assert.match((await jane.get(own)).$("main").text(), /You have told us that you will come/);
    const again = await jane.get(`${own}/attendance`);
    assert.match(again.$("[role=status]").text(), /You have told us/);
    assert.equal(again.$("main form").length, 0);
  });

  it("is seen to come by staff, and in Spanish too", async () => {
    await jane.submit(`${own}/attendance?lang=es`);
    const $ = (await jane.get(`${own}/attendance?lang=es`)).$;
    assert.match($("main").text(), /Nos ha dicho que vendrá/);
    const ben = await signedIn(cast.ben);
    const page = await ben.get(`/b/anas-salon/appointments/${id}`);
    assert.match(page.$(".facts").text(), /confirmed, will come/);
    assert.match(page.$("table").first().text(), /The customer\s*said: I will come/);
    for (const view of ["day", "week", "agenda", "list", "sheet"]) {
      const { $: shown } = await ben.get(`/b/anas-salon/appointments?view=${view}&date=2027-02-08`);
      assert.match(shown("main").text(), /will come/, view);
    }
  });

  it("has said so of one time: when it is moved, it is to be said anew", async () => {
    await jane.submit(`${own}/attendance`);
    assert.ok(await comingAt());
    await moveHaircut(cast, id, { start: START + HOUR });
    assert.equal(await comingAt(), null);
  });

  const nothing: Array<[what: string, sql: string, said: RegExp]> = [
    ["cancelled", "", /has been cancelled/],
    [
      "over",
      `UPDATE appointments SET starts_at = ${MONDAY - 9e10}, ends_at = ${MONDAY - 8e10}`,
      /begun or is over/,
    ],
    ["not agreed on", "UPDATE appointments SET status = 'requested'", /not agreed on yet/],
  ];
  for (const [what, sql, said] of nothing)
    it(`is told what is so, where it is ${what}, and no page fails`, async () => {
      await (sql === "" ? cancelHaircut(cast, id) : change(sql));
      const late = await press();
      assert.equal(late.status, 409);
      assert.match(late.$("[role=status]").text(), said);
      assert.equal(late.$("main form").length, 0);
      assert.equal(await comingAt(), null);
      assert.equal((await jane.get(`${own}/attendance`)).status, 200);
    });

  it("is nobody whose link is unknown", async () => {
    assert.equal((await jane.get("/appointments/nobodys/attendance")).status, 404);
  });

  describe("by a reminder", () => {
    let sink: SmtpSink;
    withSink((opened) => (sink = opened));

    async function reminder() {
      await sendDue(START - 24 * HOUR);
      const mails = await mailsTo(sink, JANE.email);
      return mails.find(({ subject }) => /Reminder|Recordatorio/.test(subject ?? ""));
    }

    it("finds the link in it, in her language, and the log keeps no key", async () => {
      await change("UPDATE appointments SET language = 'es'");
      const { text = "", html = "" } = (await reminder()) ?? {};
      assert.match(text, /Para decirnos que vendrá:\nhttp\S+\/attendance\?lang=es\n/);
      const href = load(html)("a[href*='/attendance']").attr("href") ?? "";
      assert.equal(new URL(href).pathname, `${own}/attendance`);
      const [log] = await rows("SELECT mail_text AS text FROM deliveries WHERE kind = 'reminder'");
      assert.match(JSON.stringify(log), /appointments\/…\/attendance/);
    });

    it("is not asked again once she has said so", async () => {
      await change("UPDATE appointments SET coming_at = 1");
      const { text = "" } = (await reminder()) ?? {};
      assert.match(text, /You have told us that you will come/);
      assert.doesNotMatch(text, /attendance/);
    });

    for (const status of ["arrived", "completed", "no_show"])
      it(`gets none once the appointment is marked: ${status} [D5]`, async () => {
        await change(`UPDATE appointments SET status = '${status}'`);
        assert.equal(await reminder(), undefined);
        assert.ok((await told(cast, id)).includes("reminder: skipped (marked)"));
      });
  });
});
