import assert from "node:assert/strict";
import { rows } from "../../src/models/database.ts";
import { Notice } from "../../src/models/index.ts";
import { noticeKinds } from "../../src/models/notice.ts";
import { type Browser, signedIn } from "../support/browser.ts";
import { bookHaircut, sendDue, told } from "../support/bookings.ts";
import { type World, world } from "../support/world.ts";

const AT = "/b/anas-salon/notices";
const DAY = 86_400_000;

describe("the notices page", () => {
  let cast: World;
  let ana: Browser;
  beforeEach(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
  });

  it("explains each kind, and shows what is on", async () => {
    const { status, $ } = await ana.get(AT);
    assert.equal(status, 200);
    assert.equal($("input[type=checkbox]:checked").length, 7);
    assert.equal($("#lead").val(), "1440");
    assert.match($("main").text(), /One mail when an appointment is moved/);
  });

  it("turns each on or off, and sets the lead time", async () => {
    const sent = await ana.submit(AT, { change: "", staff: "", lead: "120" });
    assert.deepEqual([sent.status, sent.location], [303, `${AT}?saved=1`]);
    const notices = await Notice.allFor(cast.salon.id);
    assert.deepEqual(
      Object.values(notices).map(({ enabled }) => enabled),
      [true, false, true, true, false, true, true],
    );
    assert.deepEqual(notices.reminder.leads, [120]);
    const { $ } = await ana.get(sent.location);
    assert.equal($("input[type=checkbox]:checked").length, 5);
    assert.equal($("#lead option[selected]").text(), "2 hours before");
    assert.match($("[role=status]").text(), /Saved/);
  });

  it("turns all off", async () => {
    const none = Object.fromEntries(noticeKinds.map((kind) => [kind, ""]));
    assert.equal((await ana.submit(AT, none)).status, 303);
    const notices = await Notice.allFor(cast.salon.id);
    assert.ok(Object.values(notices).every(({ enabled }) => !enabled));
  });

  it("[P2.1] [P2.2] what is turned off after the booking is not sent", async () => {
    const now = Date.now();
    const id = await bookHaircut(cast, { start: now + 2 * DAY, now });
    await ana.submit(AT, { confirmation: "", staff: "" });
    await sendDue(now + 1000);
    assert.deepEqual(await told(cast, id), [
      "confirmation: skipped (turned off)",
      "reminder: pending",
      "staff_booked: skipped (turned off)",
    ]);
  });

  it("[D5] moves the reminders that wait to a new lead time", async () => {
    const start = Date.now() + 5 * DAY;
    await bookHaircut(cast, { start, now: Date.now() });
    await ana.submit(AT, { lead: "2880" });
    const due = await rows<{ dueAt: number }>(
      `SELECT due_at AS "dueAt" FROM deliveries WHERE kind = 'reminder'`,
    );
    assert.deepEqual(due, [{ dueAt: start - 2 * DAY }]);
  });

  it("[D5] reminds up to three times, each a lead time of its own", async () => {
    const leads = { lead: "120", lead_2: "10080", lead_3: "1440" };
    assert.equal((await ana.submit(AT, leads)).status, 303);
    assert.deepEqual((await Notice.allFor(cast.salon.id)).reminder.leads, [10_080, 1440, 120]);
    const { $ } = await ana.get(AT);
    const shown = ["lead", "lead_2", "lead_3"].map((name) => $(`#${name}`).val());
    assert.deepEqual(shown, ["10080", "1440", "120"]);
    await ana.submit(AT, { lead: "60", lead_2: "60", lead_3: "" });
    assert.deepEqual((await Notice.allFor(cast.salon.id)).reminder.leads, [60]);
    const refused = await ana.submit(AT, { lead_2: "soon" });
    assert.equal(refused.status, 422);
    assert.equal(refused.$(".errors a").attr("href"), "#lead_2");
  });

  it("is not saved over what somebody else has changed meanwhile", async () => {
    const { $ } = await ana.get(AT);
    const seen = { edition: String($("input[name=edition]").val()) };
    await ana.submit(AT, { lead: "60", agenda_hour: "5" });
    const { status, $: both } = await ana.submit(AT, { ...seen, change: "", agenda_hour: "6" });
    assert.equal(status, 409);
    assert.match(both("[role=alert]").text(), /Change to the customer\s*on\s*off/);
    assert.match(both("[role=alert]").text(), /When agendas go out\s*5:00 AM\s*6:00 AM/);
    assert.equal((await Notice.allFor(cast.salon.id)).change.enabled, true);
    const again = { change: "", edition: String(both("input[name=edition]").val()) };
    assert.equal((await ana.submit(AT, again)).status, 303);
    assert.equal((await Notice.allFor(cast.salon.id)).change.enabled, false);
  });

  it("saved as it is changes nothing", async () => {
    await ana.submit(AT);
    await ana.submit(AT, { lead: "60" });
    await ana.submit(AT, { lead: "60" });
    const entries = await rows("SELECT id FROM audit_entries WHERE action = 'notices.changed'");
    assert.equal(entries.length, 1);
  });

  for (const lead of ["", "0", "14", "40321", "soon", "-60"])
    it(`refuses a lead time of “${lead}”, keeping the boxes`, async () => {
      const { status, $ } = await ana.submit(AT, { lead, change: "" });
      assert.equal(status, 422);
      assert.equal($(".errors a").attr("href"), "#lead");
      assert.equal($("input[type=checkbox]:checked").length, 6);
      assert.equal((await Notice.allFor(cast.salon.id)).change.enabled, true);
    });

  it("shows a lead time that is not among the usual ones", async () => {
    await Notice.set(cast.salon, "reminder", { enabled: true, leads: [90] }, Date.now());
    const { $ } = await ana.get(AT);
    assert.equal($("#lead option[selected]").text(), "1 hour 30 minutes before");
  });

  it("changes nothing of another business", async () => {
    await ana.submit(AT, { change: "" });
    assert.equal((await Notice.allFor(cast.garage.id)).change.enabled, true);
    assert.equal((await ana.get("/b/carls-garage/notices")).status, 404);
    assert.equal((await (await signedIn(cast.ben)).get(AT)).status, 403);
  });
});
