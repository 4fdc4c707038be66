import assert from "node:assert/strict";
import { rows, run, transaction } from "../../src/models/database.ts";
import { Customer } from "../../src/models/index.ts";
import { DeliveryLog, type LogLine } from "../../src/models/delivery-log.ts";
import { Webhook } from "../../src/models/webhook.ts";
import { tokenOf } from "../support/book.ts";
import { type Browser, signedIn, visitor } from "../support/browser.ts";
import { bookHaircut, HOUR, JANE, sendDue, START } from "../support/bookings.ts";
import { withSink } from "../support/post.ts";
import { NEVER, type SmtpSink } from "../support/smtp-sink.ts";
import { countQueries } from "../support/queries.ts";
import { answering, startTarget, type Target } from "../support/target.ts";
import { runJobs, type World, world } from "../support/world.ts";

const AT = "/b/anas-salon/deliveries";

describe("the log of all that went out [D30]", () => {
  let cast: World;
  let ana: Browser;
  let sink: SmtpSink;
  withSink((opened) => (sink = opened));
  beforeEach(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
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
    assert.match($("main").text(), /Nothing yet/);
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

  describe("of messages to other programs", () => {
    let target: Target;
    before(async () => {
      target = await startTarget();
    });
    after(() => target.stop());
    beforeEach(async () => {
      const terms = { events: ["appointment.booked"], fields: ["customer_name"] } as const;
      const by = { kind: "staff", staffId: cast.anaStaff.id } as const;
      const url = `${target.url}/hook`;
      const asked = { url, events: [...terms.events], fields: [...terms.fields] };
      await Webhook.add(cast.salon, asked, by, Date.now());
      target.reset();
      target.behave(answering(410));
    });

    async function oneRefused(): Promise<number> {
      const id = await bookHaircut(cast, { start: START, now: Date.now() });
      await runJobs();
      return id;
    }

    it("shows them beside the mails, or alone, with what was sent", async () => {
      await oneRefused();
      const kinds = async (query: string) => {
        const { $ } = await ana.get(`${AT}?${query}`);
        return $("tbody tr td:nth-child(2)").toArray();
      };
      assert.equal((await kinds("")).length, 5, "the owner is told that the webhook is off");
      assert.equal((await kinds("channel=mails")).length, 4);
      assert.equal((await kinds("channel=webhooks")).length, 1);
      assert.equal((await kinds("channel=webhooks&show=failed")).length, 1);
      assert.equal((await kinds("channel=mails&show=failed")).length, 0);
      assert.equal((await kinds("channel=constructor")).length, 5);
      const { $ } = await ana.get(`${AT}?channel=webhooks`);
      assert.match($("tbody").text(), /Webhook.*127\.0\.0\.1.*the answer was 410/s);
      assert.equal($("tbody pre").text(), target.heard[0]?.body);
    });

    it("is the same read line by line, for a file", async () => {
      await oneRefused();
      const whole = await DeliveryLog.ofBusiness(cast.salon.id, {}, { limit: 9, offset: 0 });
      const lines: LogLine[] = [];
      for (let last: LogLine | undefined; ; lines.push(last)) {
        [last] = await DeliveryLog.after(cast.salon.id, {}, last, 1);
        if (!last) break;
      }
      assert.deepEqual(lines, whole);
      assert.ok(whole.some(({ call }) => call) && whole.some(({ mail }) => mail));
    });

    it("sends them again from there and from the appointment, while the webhook is on", async () => {
      const id = await oneRefused();
      const page = `/b/anas-salon/appointments/${id}`;
      const [webhook = assert.fail()] = await Webhook.list(cast.salon);
      const [call = assert.fail()] = await rows<{ id: number }>("SELECT id FROM webhook_calls");
      for (const at of [AT, page])
        assert.equal((await ana.get(at)).$("form[action*=calls]").length, 0, "it is off");
      const by = { kind: "staff", staffId: cast.anaStaff.id } as const;
      await Webhook.agree(webhook, webhook, by, Date.now());
      target.behave(answering(200));
      const again: Array<[at: string, action: string]> = [
        [`${AT}?channel=webhooks`, "repetition?channel=webhooks"],
        [page, `calls/${call.id}/repetition`],
      ];
      for (const [at, action] of again) {
        const { status, location } = await ana.submit(at, {}, action);
        assert.deepEqual([status, location], [303, at]);
        await runJobs();
      }
      assert.equal(target.heard.length, 3);
      assert.match((await ana.get(page)).$("main").text(), /arrived/);
    });

    it("[P5.2] lets nobody else send them", async () => {
      const id = await oneRefused();
      const [call = assert.fail()] = await rows<{ id: number }>("SELECT id FROM webhook_calls");
      const paths = [`deliveries/calls/${call.id}`, `appointments/${id}/calls/${call.id}`];
      const carl = await signedIn(cast.carl);
      const _csrf = await tokenOf(carl, "carls-garage");
      for (const path of paths) {
        const { status } = await carl.post(`/b/carls-garage/${path}/repetition`, _csrf);
        assert.equal(status, 404);
      }
    });

    it("takes as many statements for a long log as for a short one", async () => {
      await oneRefused();
      const few = await countQueries(() => ana.get(AT));
      for (let i = 1; i < 5; i++) await bookHaircut(cast, { start: START + i * HOUR });
      assert.equal(await countQueries(() => ana.get(AT)), few);
    });
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
