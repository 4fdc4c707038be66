import assert from "node:assert/strict";
import { config } from "../../config/index.ts";
import { closeMail } from "../../src/mail.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { Customer } from "../../src/models/index.ts";
import { type Browser, signedIn, visitor } from "../support/browser.ts";
import { bookHaircut, HOUR, JANE, sendDue, START } from "../support/bookings.ts";
import { NEVER, startSmtpSink, type SmtpSink } from "../support/smtp-sink.ts";
import { type World, world } from "../support/world.ts";

const AT = "/b/anas-salon/deliveries";

describe("the log of all mails [D30]", () => {
  let cast: World;
  let ana: Browser;
  let sink: SmtpSink;
  before(async () => {
    sink = await startSmtpSink({ port: Number(new URL(config.smtpUrl).port) });
  });
  beforeEach(async () => {
    sink.reset();
    cast = await world();
    ana = await signedIn(cast.ana);
  });
  after(async () => {
    await closeMail();
    await sink.stop();
  });

  const theirs = (address: string) => (to: string) => (to === address ? NEVER : "accept");

  async function linesOf(show = "") {
    const { status, $ } = await ana.get(`${AT}?show=${show}`);
    assert.equal(status, 200);
    return $("tbody tr")
      .toArray()
      .map((row) => {
        const [what, whom, how] = $(row).find("td").toArray();
        const state = $(how).clone();
        state.find("form").remove();
        return [$(what).find("a").text(), $(whom).text().trim(), state.text().trim()].join(" | ");
      });
  }

  async function oneFailed() {
    sink.behave(theirs(JANE.email));
    await bookHaircut(cast);
    await sendDue();
  }

  it("says what became of each, and what was sent", async () => {
    await oneFailed();
    assert.deepEqual((await linesOf()).toSorted(), [
      "Booking | Ben Brownben@salon.example | sent",
      "Confirmation | Jane Doejane@customer.example | failed (refused by the mail server)",
      "Reminder | Jane Doe | waiting",
    ]);
    const { $ } = await ana.get(`${AT}?show=sent`);
    assert.match($("details").text(), /New appointment: Haircut for Jane Doe/);
  });

  it("can be narrowed, and is told apart when it is empty", async () => {
    const { $ } = await ana.get(AT);
    assert.match($("main").text(), /No mails yet/);
    await oneFailed();
    assert.equal((await linesOf("failed")).length, 1);
    assert.equal((await linesOf("waiting")).length, 1);
    assert.equal((await linesOf("sent")).length, 1);
    assert.equal((await linesOf("skipped")).length, 0);
    assert.equal((await linesOf("constructor")).length, 3);
  });

  it("goes over several pages", async () => {
    await bookHaircut(cast);
    await transaction(() =>
      run(
        `INSERT INTO deliveries (business_id, kind, staff_id, due_at, created_at)
         SELECT d.business_id, 'webhook_off', s.id, 1, 1
         FROM deliveries d, deliveries e, deliveries f, staff s, services v
         WHERE s.business_id = d.business_id AND v.business_id = d.business_id`,
      ),
    );
    assert.equal((await linesOf()).length, 50);
    const { $ } = await ana.get(`${AT}?page=2`);
    assert.equal($("tbody tr").length, 7);
  });

  it("sends again what failed, once however often it is pressed", async () => {
    await oneFailed();
    const page = await ana.get(`${AT}?show=failed`);
    const action = String(page.$("form[method=post][action*=repetition]").attr("action"));
    const _csrf = String(page.$("input[name=_csrf]").last().val());
    for (const _ of [1, 2]) {
      const pressed = await ana.post(action, { _csrf });
      assert.deepEqual([pressed.status, pressed.location], [303, `${AT}?show=failed`]);
    }
    sink.behave("accept");
    await sendDue(Date.now());
    const confirmations = sink.mails.filter(({ to }) => to[0] === JANE.email);
    assert.equal(confirmations.length, 1);
    assert.equal((await ana.post(`${AT}/999999/repetition`, { _csrf })).status, 404);
    assert.equal((await ana.post(`${AT}/abc/repetition`, { _csrf })).status, 404);
  });

  it("is the business's own, and not for every member of its staff", async () => {
    await oneFailed();
    const carl = await signedIn(cast.carl);
    assert.equal((await carl.get(AT)).status, 404);
    const { $ } = await carl.get("/b/carls-garage/deliveries");
    assert.equal($("tbody tr").length, 0);
    const _csrf = String($("input[name=_csrf]").last().val());
    const [failed] = await rows<{ id: number }>("SELECT id FROM deliveries WHERE state = 'failed'");
    const foreign = `/b/carls-garage/deliveries/${failed?.id}/repetition`;
    assert.equal((await carl.post(foreign, { _csrf })).status, 404);
    assert.equal((await (await signedIn(cast.ben)).get(AT)).status, 403);
    assert.equal((await visitor().get(AT)).status, 303);
  });

  it("does not show that somebody asked for a new password", async () => {
    await transaction(() =>
      run(
        `INSERT INTO deliveries (business_id, kind, due_at, created_at)
         SELECT id, 'password_reset', 1, 1 FROM businesses WHERE slug = 'anas-salon'`,
      ),
    );
    assert.deepEqual(await linesOf(), []);
  });

  describe("notes on a customer that mails to her come back", () => {
    const jane = () => Customer.findOne({ where: { email: JANE.email }, rejectOnEmpty: true });

    it("when the server knows no such address, and shows it to staff", async () => {
      await oneFailed();
      const { id, bouncedAt } = await jane();
      assert.ok(bouncedAt);
      const { $ } = await ana.get(`/b/anas-salon/customers/${id}`);
      assert.match($("main").text(), /Mails to this address come back/);
    });

    it("but not for a mail refused for what it says, or for now", async () => {
      for (const behaviour of [
        { at: "end", code: 554, text: "5.7.1 not wanted" },
        { at: "recipient", code: 450, text: "4.2.0 later" },
      ] as const) {
        sink.behave(behaviour);
        await bookHaircut(cast, { start: START + (behaviour.code === 450 ? HOUR : 0) });
        await sendDue();
        assert.equal((await jane()).bouncedAt, null);
      }
    });

    it("until one arrives, or the address is another", async () => {
      await oneFailed();
      sink.behave("accept");
      await bookHaircut(cast, { start: START + HOUR });
      await sendDue();
      assert.equal((await jane()).bouncedAt, null);

      sink.behave(theirs(JANE.email));
      await bookHaircut(cast, { start: START + 2 * HOUR });
      await sendDue();
      const { id, bouncedAt } = await jane();
      assert.ok(bouncedAt);
      const edit = `/b/anas-salon/customers/${id}/edit`;
      await ana.submit(edit, { note: "Asked" });
      assert.ok((await jane()).bouncedAt);
      await ana.submit(edit, { email: "jane@another.example" });
      assert.equal((await Customer.findByPk(id))?.bouncedAt, null);
    });
  });
});
