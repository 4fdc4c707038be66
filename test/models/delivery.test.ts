import assert from "node:assert/strict";
import { bellsRung, queue } from "../../src/jobs.ts";
import { closeMail } from "../../src/mail.ts";
import { Appointment } from "../../src/models/appointment.ts";
import { Customer } from "../../src/models/customer.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { Delivery, type DeliveryLine } from "../../src/models/delivery.ts";
import { Notice, noticeKinds } from "../../src/models/notice.ts";
import { editionOf } from "../../src/models/set-up.ts";
import { hashToken } from "../../src/secrets.ts";
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
import { withSink } from "../support/post.ts";
import { LATER, NEVER, type SmtpSink } from "../support/smtp-sink.ts";
import { buildStaff, MONDAY, runJobs, world, type World } from "../support/world.ts";

const MINUTE = 60_000;
const LEAD = 24 * HOUR;

describe("deliveries", () => {
  let cast: World;
  let sink: SmtpSink;
  withSink((opened) => (sink = opened));
  beforeEach(async () => {
    cast = await world();
  });

  async function only(...kinds: string[]) {
    for (const kind of noticeKinds)
      await Notice.set(cast.salon, kind, { enabled: kinds.includes(kind) }, MONDAY);
  }

  async function lineOf(appointmentId: number, kind = "confirmation"): Promise<DeliveryLine> {
    const lines = await Delivery.ofAppointment(cast.salon.id, appointmentId);
    return lines.find((line) => line.kind === kind) ?? assert.fail(`no ${kind}`);
  }

  async function rung(): Promise<number[]> {
    await bellsRung();
    const jobs = await queue("deliveries").getJobs(["waiting"]);
    return jobs
      .map(({ data }) => (data as { deliveryId: number }).deliveryId)
      .toSorted((a, b) => a - b);
  }

  it("are owed with the booking and rung for when it is committed", async () => {
    const id = await bookHaircut(cast);
    assert.deepEqual((await told(cast, id)).toSorted(), [
      "confirmation: pending",
      "reminder: pending",
      "staff_booked: pending",
    ]);
    const due = [await lineOf(id), await lineOf(id, "staff_booked")].map((line) => line.id);
    assert.deepEqual(
      await rung(),
      due.toSorted((a, b) => a - b),
    );
  });

  it("are not owed, nor rung for, by a booking that is undone", async () => {
    const owed = { businessId: cast.salon.id, kind: "confirmation" as const, dueAt: MONDAY };
    await assert.rejects(
      transaction(async () => {
        await Delivery.owe([owed, owed], MONDAY);
        throw new Error("no");
      }),
    );
    assert.deepEqual(await rows("SELECT id FROM deliveries"), []);
    assert.deepEqual(await rung(), []);
  });

  it("carry nothing of a person in their bells", async () => {
    const id = await bookHaircut(cast);
    await bellsRung();
    const jobs = await queue("deliveries").getJobs(["waiting"]);
    const ids = [await lineOf(id), await lineOf(id, "staff_booked")].map((line) => line.id);
    const payloads = jobs.map(({ data }) => data as { deliveryId: number });
    assert.deepEqual(
      payloads.toSorted((a, b) => a.deliveryId - b.deliveryId),
      ids.toSorted((a, b) => a - b).map((deliveryId) => ({ deliveryId })),
    );
  });

  it("are sent by whoever hears the bell, and the log shows what was sent [D30]", async () => {
    const id = await bookHaircut(cast, { now: Date.now() });
    await runJobs();
    const line = await lineOf(id);
    assert.equal(line.state, "sent");
    assert.equal(line.tries, 1);
    assert.equal(line.recipient, JANE.email);
    assert.match(
      line.subject ?? "",
      /^Booked: Haircut at Ana's Salon, Monday, February 8, 2027, 9:30 AM$/,
    );
    assert.match(line.text ?? "", /Your appointment is booked/);
    assert.ok(line.finishedAt);
  });

  it("keep no key to the customer's page", async () => {
    const id = await bookHaircut(cast);
    await sendDue();
    assert.match((await lineOf(id)).text ?? "", /\/appointments\/…$/m);
    const sources = sink.mails.map(({ source }) => source.replaceAll("=\r\n", ""));
    const tokens = sources.flatMap(
      (source) => source.match(/(?<=\/appointments\/)[\w-]{30,}/g) ?? [],
    );
    assert.ok(tokens.length > 0);
    const [stored] = await rows<{ hash: string }>("SELECT token_hash AS hash FROM appointments");
    const everything = JSON.stringify(await rows("SELECT * FROM deliveries"));
    for (const token of tokens) {
      assert.equal(hashToken(token), stored?.hash);
      assert.ok(!everything.includes(token));
    }
  });

  it("are sent once, however many workers hear the bell at once", async () => {
    await only("confirmation");
    const id = await bookHaircut(cast);
    const line = await lineOf(id);
    await Promise.all(Array.from({ length: 20 }, () => Delivery.send(line.id, MONDAY)));
    await Delivery.send(line.id, MONDAY);
    assert.equal(sink.received.length, 1);
    assert.deepEqual(await told(cast, id), ["confirmation: sent"]);
  });

  it("that have gone, or never were, are no error", async () => {
    for (const id of [999_999, 0, -1, Number.NaN]) await Delivery.send(id, MONDAY);
    assert.deepEqual(sink.tried, []);
  });

  it("say the same thing of themselves each time they are tried", async () => {
    await only("confirmation");
    const id = await bookHaircut(cast);
    const { id: deliveryId } = await lineOf(id);
    sink.behave((_to, attempt) =>
      attempt === 1 ? { at: "end", code: 451, text: "later" } : "accept",
    );
    await Delivery.send(deliveryId, MONDAY);
    await Delivery.send(deliveryId, MONDAY + MINUTE);
    const ids = sink.received.map(({ source }) => /^message-id: (.+)$/im.exec(source)?.[1]);
    assert.equal(ids.length, 2);
    assert.equal(ids[0], ids[1]);
    assert.ok(ids[0]?.includes("@"));
  });

  describe("that fail", () => {
    let id: number;
    let deliveryId: number;
    beforeEach(async () => {
      await only("confirmation");
      id = await bookHaircut(cast);
      deliveryId = (await lineOf(id)).id;
    });

    it("for now go back and are tried at 1, 6, 21, 81 minutes, and then 4 hours apart", async () => {
      sink.behave(LATER);
      let now = MONDAY;
      const minutes: number[] = [];
      for (let tries = 1; tries <= 5; tries++) {
        await Delivery.send(deliveryId, now);
        await Delivery.send(deliveryId, now);
        const line = await lineOf(id);
        assert.deepEqual([line.state, line.reason, line.tries], ["pending", "deferred", tries]);
        assert.equal(line.text, null);
        now = line.dueAt;
        minutes.push((now - MONDAY) / MINUTE);
      }
      assert.deepEqual(minutes, [1, 6, 21, 81, 321]);
      assert.equal(sink.tried.length, 5);
      sink.behave("accept");
      await Delivery.send(deliveryId, now - 1);
      assert.equal(sink.mails.length, 0);
      await Delivery.send(deliveryId, now);
      assert.deepEqual(await told(cast, id), ["confirmation: sent"]);
    });

    it("for a day are given up, and the log shows what was not sent", async () => {
      sink.behave(LATER);
      for (let line = await lineOf(id); line.state === "pending"; line = await lineOf(id))
        await Delivery.send(deliveryId, line.dueAt);
      const line = await lineOf(id);
      assert.deepEqual([line.state, line.reason], ["failed", "deferred"]);
      assert.equal(line.recipient, JANE.email);
      assert.ok((line.finishedAt ?? 0) < MONDAY + 24 * HOUR);
    });

    it("for good are not tried again", async () => {
      sink.behave(NEVER);
      await Delivery.send(deliveryId, MONDAY);
      await Delivery.sweep(MONDAY + 2 * HOUR);
      await sendDue(MONDAY + 2 * HOUR);
      assert.deepEqual(await told(cast, id), ["confirmation: failed (refused)"]);
      assert.equal(sink.tried.length, 1);
    });

    it("after they were handed over are never sent again by themselves", async () => {
      sink.behave({ at: "end", hangUp: true });
      await Delivery.send(deliveryId, MONDAY);
      sink.behave("accept");
      await Delivery.sweep(MONDAY + HOUR);
      await sendDue(MONDAY + HOUR);
      assert.deepEqual(await told(cast, id), ["confirmation: unknown (unknown)"]);
      assert.equal(sink.received.length, 1);
    });

    it("because nobody listens go out when somebody does", async () => {
      await closeMail();
      await sink.stop();
      await Delivery.send(deliveryId, MONDAY);
      assert.deepEqual(await told(cast, id), ["confirmation: pending (unreachable)"]);
      await sink.startAgain();
      await Delivery.send(deliveryId, MONDAY + MINUTE);
      assert.deepEqual(await told(cast, id), ["confirmation: sent"]);
    });

    it("can be sent again by a person, with the same identity", async () => {
      sink.behave({ at: "end", hangUp: true });
      await Delivery.send(deliveryId, MONDAY);
      sink.behave("accept");
      await Delivery.sendAgain(cast.salon, String(deliveryId), MONDAY + HOUR);
      assert.deepEqual((await rung()).includes(deliveryId), true);
      await Delivery.send(deliveryId, MONDAY + HOUR);
      assert.deepEqual(await told(cast, id), ["confirmation: sent"]);
      const ids = sink.received.map(({ source }) => /^message-id: (.+)$/im.exec(source)?.[1]);
      assert.equal(new Set(ids).size, 1);
    });

    it("are not another business's to send again, nor is what was sent", async () => {
      sink.behave(NEVER);
      await Delivery.send(deliveryId, MONDAY);
      const nobodys = [() => Delivery.sendAgain(cast.garage, deliveryId, MONDAY)];
      for (const bad of ["abc", "0", "99999999999", "-1", "1.5", deliveryId + 1])
        nobodys.push(() => Delivery.sendAgain(cast.salon, bad, MONDAY));
      for (const again of nobodys) await assert.rejects(again, { status: 404 });
      await Delivery.sendAgain(cast.salon, deliveryId, MONDAY);
      sink.behave("accept");
      await Delivery.send(deliveryId, MONDAY);
      await assert.rejects(Delivery.sendAgain(cast.salon, deliveryId, MONDAY), { status: 404 });
    });
  });

  describe("and the sweep", () => {
    const rungAtFirst = async () => {
      const ids = await rung();
      await queue("deliveries").drain();
      return ids;
    };

    it("rings again for what nobody took for a minute, once", async () => {
      await only("confirmation", "staff");
      await bookHaircut(cast);
      const ids = await rungAtFirst();
      assert.equal(ids.length, 2);
      await Delivery.sweep(MONDAY + MINUTE - 1);
      assert.deepEqual(await rung(), []);
      await Delivery.sweep(MONDAY + MINUTE);
      await Delivery.sweep(MONDAY + 2 * MINUTE);
      assert.deepEqual(await rung(), ids);
    });

    it("rings for a reminder, and for a further try, the moment they are due", async () => {
      await only("confirmation", "reminder");
      const id = await bookHaircut(cast);
      await rungAtFirst();
      sink.behave(LATER);
      const { id: confirmation } = await lineOf(id);
      await Delivery.send(confirmation, MONDAY);
      await Delivery.sweep(MONDAY + MINUTE);
      assert.deepEqual(await rungAtFirst(), [confirmation]);
      sink.behave("accept");
      await Delivery.send(confirmation, MONDAY + MINUTE);
      await Delivery.sweep(START - LEAD - 1);
      assert.deepEqual(await rung(), []);
      await Delivery.sweep(START - LEAD);
      assert.deepEqual(await rung(), [(await lineOf(id, "reminder")).id]);
    });

    it("marks as unknown what a worker held that died, and sends none of it again", async () => {
      await only("confirmation");
      const id = await bookHaircut(cast);
      const { id: deliveryId } = await lineOf(id);
      await transaction(() =>
        run("UPDATE deliveries SET state = 'sending', claimed_at = $now, tries = 1", {
          now: MONDAY,
        }),
      );
      await Delivery.sweep(MONDAY + 10 * MINUTE);
      assert.deepEqual(await told(cast, id), ["confirmation: sending"]);
      await Delivery.sweep(MONDAY + 10 * MINUTE + 1);
      await Delivery.send(deliveryId, MONDAY + HOUR);
      assert.deepEqual(await told(cast, id), ["confirmation: unknown (worker stopped)"]);
      assert.deepEqual(sink.tried, []);
    });

    it("forgets recipients and texts after 30 days, and nothing else", async () => {
      const id = await bookHaircut(cast);
      await sendDue();
      const kept = 30 * 24 * HOUR;
      await Delivery.sweep(MONDAY + kept);
      assert.ok((await lineOf(id)).text);
      await Delivery.sweep(MONDAY + kept + 1);
      const line = await lineOf(id);
      assert.deepEqual([line.recipient, line.subject, line.text], [null, null, null]);
      assert.equal(line.state, "sent");
    });
  });

  describe("and reminders [D5]", () => {
    beforeEach(() => only("reminder"));

    it("are due a lead time before the start and say so before", async () => {
      const id = await bookHaircut(cast);
      const line = await lineOf(id, "reminder");
      assert.deepEqual([line.state, line.dueAt], ["pending", START - LEAD]);
      await sendDue(START - LEAD);
      assert.deepEqual(await told(cast, id), ["reminder: sent"]);
    });

    it("are sent once by two workers", async () => {
      const id = await bookHaircut(cast);
      const line = await lineOf(id, "reminder");
      await Promise.all([
        Delivery.send(line.id, START - LEAD),
        Delivery.send(line.id, START - LEAD),
      ]);
      assert.equal(sink.received.length, 1);
    });

    it("are sent late while the start is ahead, and not after", async () => {
      const [late, tooLate] = [
        await bookHaircut(cast),
        await bookHaircut(cast, { start: START - HOUR }),
      ];
      await sendDue(START - 1);
      assert.deepEqual(await told(cast, late), ["reminder: sent"]);
      assert.deepEqual(await told(cast, tooLate), ["reminder: skipped (too late)"]);
      assert.equal(sink.received.length, 1);
    });

    it("are not owed for a booking within the lead time, nor a past one", async () => {
      for (const start of [MONDAY + LEAD, MONDAY + HOUR, MONDAY - 24 * HOUR]) {
        const id = await bookHaircut(cast, { start });
        assert.deepEqual(await told(cast, id), []);
      }
      const id = await bookHaircut(cast, { start: MONDAY + LEAD + HOUR });
      assert.deepEqual(await told(cast, id), ["reminder: pending"]);
    });

    it("are not sent of what has been cancelled", async () => {
      const id = await bookHaircut(cast);
      await cancelHaircut(cast, id);
      await sendDue(START - LEAD);
      assert.deepEqual(await told(cast, id), ["reminder: skipped (cancelled)"]);
      assert.deepEqual(sink.tried, []);
    });

    it("follow the appointment when it is moved", async () => {
      const id = await bookHaircut(cast);
      await moveHaircut(cast, id, { start: START + 24 * HOUR });
      assert.deepEqual(await told(cast, id), [
        "reminder: skipped (superseded)",
        "reminder: pending",
      ]);
      await sendDue(START - LEAD);
      assert.deepEqual(sink.tried, []);
      await sendDue(START);
      assert.equal(sink.received.length, 1);
    });

    it("are not owed again when it is moved to within the lead time", async () => {
      const id = await bookHaircut(cast);
      await moveHaircut(cast, id, { start: MONDAY + 3 * HOUR });
      assert.deepEqual(await told(cast, id), ["reminder: skipped (superseded)"]);
    });

    it("are never tried at or after the start", async () => {
      const id = await bookHaircut(cast);
      sink.behave(LATER);
      for (
        let line = await lineOf(id, "reminder");
        line.state === "pending";
        line = await lineOf(id, "reminder")
      )
        await Delivery.send(line.id, Math.max(line.dueAt, START - 3 * MINUTE));
      assert.deepEqual(await told(cast, id), ["reminder: failed (deferred)"]);
      assert.ok(((await lineOf(id, "reminder")).finishedAt ?? 0) < START);
    });
  });

  it("tell a customer without an address nothing, and say so", async () => {
    await only("confirmation");
    const id = await bookHaircut(cast, { email: null });
    assert.deepEqual(await told(cast, id), ["confirmation: skipped (no address)"]);
    assert.deepEqual(await rung(), []);
    await sendDue();
    assert.deepEqual(sink.tried, []);
  });

  it("remind a customer whose address is learnt in time", async () => {
    await only("reminder");
    const id = await bookHaircut(cast, { email: null });
    assert.deepEqual(await told(cast, id), ["reminder: skipped (no address)"]);
    const { customerId } = await Appointment.find(cast.salon, id);
    const customer = await Customer.find(cast.salon, customerId);
    const record = { ...customer.record, email: JANE.email };
    await customer.change(record, editionOf(customer.record), { kind: "system" }, MONDAY);
    await sendDue(START - LEAD);
    assert.deepEqual((await told(cast, id)).toSorted(), [
      "reminder: sent",
      "reminder: skipped (no address)",
    ]);
  });

  it("tell both providers when an appointment goes from one to the other", async () => {
    await only("staff");
    const dora = await transaction(() =>
      buildStaff(cast.salon, { name: "Dora Dee", email: "dora@salon.example" }),
    );
    await transaction(() =>
      run(
        `INSERT INTO staff_services (business_id, staff_id, service_id)
         VALUES ($businessId, $staffId, $serviceId)`,
        { businessId: cast.salon.id, staffId: dora.id, serviceId: cast.haircut.id },
      ),
    );
    const id = await bookHaircut(cast);
    await sendDue();
    sink.reset();
    const had = cast.benStaff.id;
    const [now] = await rows<{ staffId: number }>(
      `SELECT staff_id AS "staffId" FROM appointments WHERE id = $id`,
      { id },
    );
    const other = now?.staffId === had ? dora.id : had;
    await moveHaircut(cast, id, { start: START, staffId: other });
    await sendDue();
    assert.deepEqual(sink.mails.flatMap(({ to }) => to).toSorted(), [
      "ben@salon.example",
      "dora@salon.example",
    ]);
  });
});
