import assert from "node:assert/strict";
import { addDays } from "../../src/domain/time.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { Delivery } from "../../src/models/delivery.ts";
import { Waiting } from "../../src/models/waiting.ts";
import { Appointment } from "../../src/models/index.ts";
import { catalogueOf, serviceById } from "../../src/models/catalogue.ts";
import { formToken } from "../../src/web/form-token.ts";
import { booked, tuesday } from "../support/book.ts";
import { type Browser, formOf, signedIn, visitor } from "../support/browser.ts";
import { plant, scan } from "../support/canary.ts";
import { openPostOffice, type PostOffice } from "../support/post.ts";
import { stored } from "../support/stored.ts";
import { colleagues, runJobs, type World, world } from "../support/world.ts";

const JOIN = "/book/anas-salon/haircut/waiting";
const LIST = "/b/anas-salon/waiting";

describe("[D19] waiting for a time", () => {
  let cast: World;
  let post: PostOffice;
  let appointment: Appointment;
  let vera: Browser;
  before(async () => {
    post = await openPostOffice();
  });
  after(() => post.close());
  beforeEach(async () => {
    cast = await world();
    await transaction(() => run("UPDATE services SET waiting_list = TRUE"));
    appointment = await booked(cast);
    vera = visitor();
  });

  /** For the time that is booked. */
  const wish = (more = {}) => ({
    name: "Wanda",
    email: "wanda@example.com",
    from: tuesday.date,
    to: tuesday.date,
    after: "9:00",
    before: "9:00",
    ...more,
  });

  async function cancel(): Promise<void> {
    const catalogue = await catalogueOf("anas-salon");
    const service = serviceById(catalogue, cast.haircut.id);
    await Appointment.cancel(appointment, service, { kind: "system" }, Date.now());
  }

  it("is offered below the times, where the service has a list", async () => {
    const times = await vera.get("/book/anas-salon/haircut");
    const href = times.$('a[href*="/waiting?"]').attr("href") ?? "";
    assert.equal((await vera.get(href)).status, 200);
    await transaction(() => run("UPDATE services SET waiting_list = FALSE"));
    assert.equal((await vera.get("/book/anas-salon/haircut")).$('a[href*="/waiting"]').length, 0);
    assert.equal((await vera.get(href)).status, 404);
  });

  it("a cancellation brings the mail whose link books it, while nobody else can", async () => {
    const { status, location } = await vera.submit(JOIN, wish());
    assert.equal(status, 303);
    assert.match((await vera.get(location)).$("main").text(), /wanda@example\.com/);
    await runJobs();
    await cancel();
    const text = await post.textTo("wanda@example.com");
    assert.match(text, /Hello Wanda/);
    assert.match(text, /We keep it for you alone until/);
    assert.ok(text.includes(location), "the way to leave");
    assert.equal((await vera.get(location)).$('a[href*="/holds/"]').length, 1);
    const other = await visitor().submit(
      "/book/anas-salon/haircut",
      { start: tuesday.iso },
      "/book/anas-salon/haircut",
    );
    assert.equal(other.status, 409);
    const details = { name: "Wanda", email: "wanda@example.com" };
    const link = await post.linkTo("wanda@example.com");
    const { $: form } = await vera.get(link);
    assert.deepEqual([form("#name").val(), form("#email").val()], ["Wanda", "wanda@example.com"]);
    const done = await vera.submit(link, details);
    assert.match(done.location, /^\/appointments\//);
    assert.match((await vera.get(location)).$("main").text(), /You have booked/);
    const kept = await rows<{ text: string }>(
      "SELECT mail_text AS text FROM deliveries WHERE kind = 'waiting_offer'",
    );
    assert.doesNotMatch(kept[0]?.text ?? "", /(holds|waiting)\/[^…]/);
  });

  it("writes in the language she joined in", async () => {
    await vera.submit(`${JOIN}?lang=es`, wish());
    await runJobs();
    await cancel();
    const text = await post.textTo("wanda@example.com");
    assert.match(text, /Hola, Wanda:/);
    assert.match(text, /lang=es/);
    const page = await vera.get(await post.linkTo("wanda@example.com"));
    assert.equal(page.$("html").attr("lang"), "es");
  });

  it("is left at the press of a button, and a time kept goes to the next", async () => {
    const { location } = await vera.submit(JOIN, wish());
    await vera.submit(JOIN, wish({ name: "Xena", email: "xena@example.com" }));
    await cancel();
    await runJobs();
    assert.equal((await vera.submit(location)).status, 303);
    assert.match(await post.textTo("xena@example.com"), /Hello Xena[^]*alone until/);
    const page = await vera.get(location);
    assert.match(page.$("main").text(), /You have left/);
    assert.equal((await rows("SELECT id FROM waiting_entries WHERE name = 'Wanda'")).length, 0);
  });

  it("is confirmed by a mail with the way to leave, which only looking at does not use", async () => {
    await vera.submit(JOIN, wish());
    const text = await post.textTo("wanda@example.com");
    assert.match(text, /You are on the waiting list for Haircut at Ana's Salon/);
    assert.match(text, /Starting from 9:00/);
    const link = await post.linkTo("wanda@example.com");
    for (let i = 0; i < 3; i++) assert.equal((await visitor().get(link)).status, 200);
    assert.deepEqual(await rows("SELECT state FROM waiting_entries"), [{ state: "waiting" }]);
    const { target } = formOf(await vera.get(link));
    await vera.post(target, { _csrf: formToken() });
    const [left] = await rows<{ recipient: string; text: string; name: string }>(
      `SELECT e.name, d.recipient, d.mail_text AS text FROM waiting_entries e
       JOIN deliveries d ON d.id = e.delivery_id`,
    );
    assert.deepEqual(left, { name: "", recipient: null, text: null }, "the mail's text goes along");
  });

  it("[P2.1] is not confirmed where the business has turned that off", async () => {
    await transaction(() => run("UPDATE notices SET enabled = FALSE WHERE kind = 'waiting'"));
    await vera.submit(JOIN, wish());
    assert.deepEqual(await rows("SELECT id FROM deliveries WHERE kind = 'waiting_joined'"), []);
    await transaction(() => run("UPDATE notices SET enabled = TRUE WHERE kind = 'waiting'"));
    await vera.submit(JOIN, wish({ name: "Xena", email: "xena@example.com" }));
    await transaction(() => run("UPDATE notices SET enabled = FALSE WHERE kind = 'waiting'"));
    await runJobs();
    const [skipped] = await rows(
      "SELECT state, reason FROM deliveries WHERE recipient IS NULL AND kind = 'waiting_joined'",
    );
    assert.deepEqual(skipped, { state: "skipped", reason: "turned off" });
  });

  it("has its mails in the business's own words [D21]", async () => {
    const ana = await signedIn(cast.ana);
    const text = (kind: string) => `/b/anas-salon/notices/${kind}/texts/en`;
    const joined = { subject: "On it, {customer}", text: "For {wish}\n\n{link}" };
    const offer = { subject: "Quick: {when}", text: "{appointment}\n\n{until}: {link} or {leave}" };
    const faulty = await ana.submit(
      text("waiting_joined"),
      { ...joined, subject: "{until}" },
      "/en",
    );
    assert.match(faulty.$("#subject-error").text(), /\{until\} cannot stand here/);
    const preview = await ana.submit(text("waiting_offer"), { ...offer, preview: "1" }, "/en");
    assert.match(preview.$("pre").text(), /Haircut with Ben Brown[^]*book\/anas-salon\/holds\/…/);
    assert.equal((await ana.submit(text("waiting_joined"), joined, "/en")).status, 303);
    assert.equal((await ana.submit(text("waiting_offer"), offer, "/en")).status, 303);
    const { location } = await vera.submit(JOIN, wish());
    assert.match(await post.textTo("wanda@example.com"), /^For \w+day, [^]*\/waiting\//);
    await cancel();
    const mail = await post.textTo("wanda@example.com");
    assert.match(mail, /^Haircut with Ben Brown/);
    assert.ok(mail.includes(location));
  });

  it("[D20] is among what opens for an address that only waits, and is left there", async () => {
    await vera.submit(JOIN, wish());
    await runJobs();
    await vera.submit("/my/anas-salon", { email: "wanda@example.com" });
    const { location } = await vera.submit(await post.linkTo("wanda@example.com"));
    const mine = await vera.get(location);
    assert.equal(mine.status, 200);
    assert.match(mine.$("table").text(), /Haircut/);
    assert.equal(mine.$('a[href$="/erasure"]').length, 0);
    const data = await vera.get(`${location}/data`);
    assert.equal(data.status, 200);
    const [entry] = await rows<{ id: number }>("SELECT id FROM waiting_entries");
    const leaving = `${location}/waiting/${entry?.id}/departure`;
    assert.equal(
      (await vera.post(`${location}/waiting/0/departure`, { _csrf: formToken() })).status,
      404,
    );
    assert.equal((await vera.submit(location, {}, leaving)).status, 303);
    assert.equal((await vera.get(location)).$("table").length, 0);
    assert.deepEqual(await rows("SELECT email FROM waiting_entries"), [{ email: "" }]);
    await vera.submit("/my/anas-salon", { email: "wanda@example.com" });
    assert.equal((await rows("SELECT id FROM my_links")).length, 1, "she is unknown by now");
  });

  it("“not this time” gives it to the next at once, and she waits on", async () => {
    const { location } = await vera.submit(JOIN, wish());
    await vera.submit(JOIN, wish({ name: "Xena", email: "xena@example.com" }));
    await runJobs();
    await cancel();
    await runJobs();
    const refusal = `${location}/refusal`;
    for (let i = 0; i < 2; i++)
      assert.equal((await vera.post(refusal, { _csrf: formToken() })).status, 303);
    assert.match(await post.textTo("xena@example.com"), /alone until/);
    const page = await vera.get(location);
    assert.match(page.$("main").text(), /We write to wanda@example\.com/);
    assert.equal(page.$('a[href*="/holds/"]').length, 0);
  });

  it("refuses what is not meant, beside the field", async () => {
    const wrongly = { name: "", email: "x", to: "2020-01-01", after: "soon", phone: "?" };
    const { status, $ } = await vera.submit(JOIN, wish(wrongly));
    assert.equal(status, 422);
    for (const name of ["name", "email", "to", "after", "phone"])
      assert.equal($(`#${name}-error`).length, 1, name);
    const past = await vera.submit(JOIN, wish({ to: addDays(tuesday.date, 60) }));
    assert.match(past.$("#to-error").text(), /at most 60 days/);
    const hours = await vera.submit(JOIN, wish({ after: "15:00", before: "14:00" }));
    assert.equal(hours.$("#before-error").length, 1);
    const free = await vera.submit(JOIN, wish({ before: "12:00" }));
    assert.match(free.$("#from-error").text(), /free times/);
    await vera.submit(JOIN, wish());
    const again = await vera.submit(JOIN, wish());
    assert.match(again.$("#email-error").text(), /already/);
    assert.equal((await vera.get("/waiting/nobodys")).status, 404);
  });

  it("is seen by the business, who may take somebody off", async () => {
    await vera.submit(JOIN, wish());
    await cancel();
    await runJobs();
    const ana = await signedIn(cast.ana);
    const page = await ana.get(LIST);
    assert.match(page.$("tbody").text(), /Wanda[^]*Haircut[^]*kept until/);
    const [entry] = await rows<{ id: number }>("SELECT id FROM waiting_entries");
    const carl = await signedIn(cast.carl);
    assert.doesNotMatch((await carl.get("/b/carls-garage/waiting")).html, /Wanda/);
    const removal = `${LIST}/${entry?.id}/removal`;
    assert.equal((await ana.submit(LIST, {}, removal)).status, 303);
    assert.match((await ana.get(LIST)).$("main").text(), /Nobody waits/);
  });

  it("who sees her own appointments only sees who waits for her or for anyone", async () => {
    const { sven } = await colleagues(cast);
    await vera.submit(JOIN, wish());
    const [svens] = await rows<{ id: number }>("SELECT id FROM staff WHERE person_id = $id", {
      id: sven.id,
    });
    await transaction(() => run("UPDATE staff SET sees_all = FALSE"));
    const ben = await signedIn(cast.ben);
    assert.match((await ben.get(LIST)).html, /Wanda/);
    await transaction(() =>
      run("UPDATE waiting_entries SET staff_id = $id", { id: svens?.id ?? 0 }),
    );
    assert.doesNotMatch((await ben.get(LIST)).html, /Wanda/);
    assert.match((await (await signedIn(sven)).get(LIST)).html, /Wanda/);
  });

  it("[P10.1] leaves nothing of who is erased, her mails included", async () => {
    const canaries = [plant("name"), plant("address"), plant("phone")];
    const [name = "", email = "", phone = ""] = canaries.map(({ text }) => text);
    const { customerId } = await booked(cast, { name, email, phone, start: PAST });
    await vera.submit(JOIN, wish({ name, email, phone }));
    await cancel();
    assert.match(await post.textTo(email), /alone/);
    const ana = await signedIn(cast.ana);
    const path = `/b/anas-salon/customers/${customerId}/erasure`;
    assert.equal((await ana.submit(path, { sure: "1" })).status, 303);
    await post.textTo(email);
    assert.deepEqual(await scan(stored, canaries), []);
  });

  it("does not write of a time whose half hour is over before the mail is out", async () => {
    await vera.submit(JOIN, wish());
    await cancel();
    await Waiting.offer(cast.salon.id, Date.now());
    const [owed] = await rows<{ id: number }>(
      "SELECT id FROM deliveries WHERE kind = 'waiting_offer'",
    );
    await Delivery.send(owed?.id ?? 0, Date.now() + 1_800_000);
    const [sent] = await rows<{ state: string; reason: string }>(
      "SELECT state, reason FROM deliveries WHERE kind = 'waiting_offer'",
    );
    assert.deepEqual(sent, { state: "skipped", reason: "expired" });
  });
});

const PAST = tuesday.instant - 14 * 86_400_000;
