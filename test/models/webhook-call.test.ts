import assert from "node:assert/strict";
import { Webhook as Verifier } from "standardwebhooks";
import type { PersonalField } from "../../src/domain/told.ts";
import { plainFields, type WebhookEvent } from "../../src/domain/webhooks.ts";
import { queue } from "../../src/jobs.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { type CallLine, WebhookCall } from "../../src/models/webhook-call.ts";
import { Webhook } from "../../src/models/webhook.ts";
import {
  bookHaircut,
  cancelHaircut,
  HOUR,
  moveHaircut,
  sendDue,
  START,
} from "../support/bookings.ts";
import { pathsIn } from "../support/paths.ts";
import { until } from "../support/processes.ts";
import { countQueries } from "../support/queries.ts";
import { withSink } from "../support/post.ts";
import type { SmtpSink } from "../support/smtp-sink.ts";
import { answering, type Heard, silence, startTarget, type Target } from "../support/target.ts";
import { runJobs, world, type World } from "../support/world.ts";

const DAY = 24 * HOUR;
const ALL: WebhookEvent[] = ["appointment.booked", "appointment.moved", "appointment.cancelled"];

describe("calls of webhooks", () => {
  let cast: World;
  let target: Target;
  // Signatures go by the clock, and so does everything here.
  let now: number;
  before(async () => {
    target = await startTarget();
  });
  beforeEach(async () => {
    target.reset();
    cast = await world();
    now = Date.now();
  });
  after(() => target.stop());

  const ana = () => ({ kind: "staff", staffId: cast.anaStaff.id }) as const;

  async function added(
    more: { url?: string; events?: WebhookEvent[]; fields?: PersonalField[] } = {},
  ): Promise<Webhook> {
    const terms = { url: `${target.url}/hook`, events: ALL, fields: [], ...more };
    const id = await Webhook.add(cast.salon, terms, ana(), now);
    return Webhook.find(cast.salon, id);
  }

  const book = (more = {}) => bookHaircut(cast, { now, start: START, ...more });

  async function callsOf(webhook: Webhook): Promise<CallLine[]> {
    return WebhookCall.ofWebhook(webhook, { limit: 99, offset: 0 });
  }

  async function onlyCall(webhook: Webhook): Promise<CallLine> {
    const calls = await callsOf(webhook);
    assert.equal(calls.length, 1);
    return calls[0] ?? assert.fail();
  }

  async function sendAll(at = now): Promise<void> {
    const due = await rows<{ id: number }>(
      "SELECT id FROM webhook_calls WHERE state = 'pending' AND due_at <= $at ORDER BY id",
      { at },
    );
    for (const { id } of due) await WebhookCall.send(id, at);
  }

  async function verified(webhook: Webhook, heard: Heard | undefined) {
    const secret = (await Webhook.secretOf(webhook)) ?? "";
    const headers = heard?.headers as Record<string, string>;
    return new Verifier(secret).verify(heard?.body ?? "", headers) as {
      type: string;
      data: {
        id: number;
        status: string;
        start: string;
        version: string;
        service: object;
        provider: object;
        customer: Record<string, unknown>;
      };
    };
  }

  it("[P4.2] are none where the business has turned on nothing, and cost a booking nothing", async () => {
    await book();
    const withNone = await countQueries(() => book({ start: START + 2 * HOUR, now: now + 1 }));
    assert.deepEqual(await rows("SELECT id FROM webhook_calls"), []);
    await added();
    const withOne = await countQueries(() => book({ start: START + HOUR, now: now + 2 }));
    assert.equal(withOne, withNone + 1);
    const other = await rows("SELECT id FROM webhook_calls WHERE business_id <> $id", {
      id: cast.salon.id,
    });
    assert.deepEqual(other, []);
  });

  it("tell of what they listen to, once for each change, signed [D24]", async () => {
    const webhook = await added({ events: ["appointment.booked", "appointment.cancelled"] });
    const id = await book();
    await moveHaircut(cast, id, { start: START + HOUR, now });
    await runJobs();
    assert.equal(target.heard.length, 1);
    const { type, data } = await verified(webhook, target.heard[0]);
    assert.equal(type, "appointment.booked");
    assert.equal(data.id, id);
    assert.equal(data.version, "1-confirmed", "as things are when it is sent");
    assert.equal(data.start, "2027-02-08T10:30:00-05:00");
    assert.deepEqual(data.service, { id: cast.haircut.id, name: "Haircut" });
    assert.deepEqual(data.provider, { id: cast.benStaff.id, name: "Ben Brown" });
    await cancelHaircut(cast, id, now);
    await runJobs();
    const second = await verified(webhook, target.heard[1]);
    assert.deepEqual([second.type, second.data.status], ["appointment.cancelled", "cancelled"]);
    assert.notEqual(target.heard[0]?.headers["webhook-id"], target.heard[1]?.headers["webhook-id"]);
  });

  it("[P4.2] carry what was agreed to, and nothing more", async () => {
    const webhook = await added();
    await book();
    await runJobs();
    const first = await verified(webhook, target.heard[0]);
    assert.deepEqual(pathsIn(first.data), new Set(Object.keys(plainFields.appointment)));
    assert.doesNotMatch(target.heard[0]?.body ?? "", /Jane|customer\.example|0199/);
    await Webhook.agree(webhook, { events: ALL, fields: ["customer_name"] }, ana(), now);
    await book({ start: START + HOUR });
    await runJobs();
    const second = await verified(webhook, target.heard[1]);
    assert.equal(second.data.customer.name, "Jane Doe");
    assert.doesNotMatch(target.heard[1]?.body ?? "", /customer\.example|0199/);
  });

  it("[P4.2] that wait are not made when the owner takes it back", async () => {
    const webhook = await added();
    await book();
    const { id } = await onlyCall(webhook);
    await Webhook.revoke(webhook, ana(), now);
    await WebhookCall.send(id, now);
    await runJobs();
    assert.equal(target.heard.length, 0);
    const call = await onlyCall(webhook);
    assert.deepEqual([call.state, call.reason], ["skipped", "turned off"]);
    await book({ start: START + HOUR });
    assert.equal((await callsOf(webhook)).length, 1, "nothing more is owed");
  });

  it("[P4.2] claimed a moment before it was taken back are not made either", async () => {
    const webhook = await added();
    await book();
    await transaction(() =>
      run("UPDATE webhook_consents SET ended_at = $now, ended_by = 'staff'", { now }),
    );
    await sendAll();
    assert.equal(target.heard.length, 0);
    assert.equal((await onlyCall(webhook)).state, "skipped");
  });

  it("keep nothing of what they say before they are made, and then what was sent [D30]", async () => {
    const webhook = await added({ fields: ["customer_name"] });
    const id = await book();
    assert.equal((await onlyCall(webhook)).body, null);
    await runJobs();
    const [call = assert.fail()] = await WebhookCall.ofAppointment(cast.salon.id, id);
    assert.deepEqual([call.state, call.status, call.tries], ["sent", 204, 1]);
    assert.ok((call.duration ?? -1) >= 0);
    assert.equal(call.body, target.heard[0]?.body);
    await WebhookCall.sweep(now + 31 * DAY);
    assert.equal((await onlyCall(webhook)).body, null, "for 30 days");
  });

  it("are not owed by a booking that is undone", async () => {
    await added();
    await assert.rejects(
      transaction(async () => {
        await book();
        throw new Error("no");
      }),
    );
    assert.deepEqual(await rows("SELECT id FROM webhook_calls"), []);
  });

  it("are tried again with more and more patience, as the same message [D24]", async () => {
    const webhook = await added();
    target.behave(answering(500));
    await book();
    await sendAll();
    const failed = await onlyCall(webhook);
    assert.deepEqual([failed.state, failed.reason, failed.status], ["pending", "status", 500]);
    assert.equal(failed.dueAt, now + 60_000);
    target.behave(answering(302, { location: target.url }));
    await sendAll(now + 60_000);
    const again = await onlyCall(webhook);
    assert.deepEqual([again.status, again.dueAt], [302, now + 180_000], "no redirect is followed");
    target.behave(answering(200));
    await sendAll(now + 180_000);
    const sent = await onlyCall(webhook);
    assert.deepEqual([sent.state, sent.tries], ["sent", 3]);
    assert.equal(new Set(target.heard.map(({ headers }) => headers["webhook-id"])).size, 1);
  });

  it("are given up after a day, and made once more when the owner asks [D24]", async () => {
    const webhook = await added();
    target.behave(answering(503));
    await book();
    for (let at = now; (await onlyCall(webhook)).state === "pending";) {
      at = (await onlyCall(webhook)).dueAt;
      await sendAll(at);
      assert.ok(at < now + DAY);
    }
    const given = await onlyCall(webhook);
    assert.deepEqual([given.state, given.tries], ["failed", 13]);
    target.behave(answering(200));
    await WebhookCall.sendAgain(cast.salon, { webhookId: webhook.id }, given.id, now + 2 * DAY);
    await sendAll(now + 2 * DAY);
    assert.equal((await onlyCall(webhook)).state, "sent");
    await assert.rejects(
      WebhookCall.sendAgain(cast.garage, { webhookId: webhook.id }, given.id, now),
      /No such call/,
    );
  });

  it("are given back when a worker died over them", async () => {
    const webhook = await added();
    await book();
    await transaction(() =>
      run("UPDATE webhook_calls SET state = 'sending', claimed_at = $now", { now }),
    );
    await WebhookCall.sweep(now + 60_000);
    assert.equal((await onlyCall(webhook)).state, "sending", "it may still be at work");
    await WebhookCall.sweep(now + 121_000);
    await queue("webhooks").drain();
    await sendAll(now + 121_000);
    assert.equal((await onlyCall(webhook)).state, "sent");
  });

  it("are signed with the secret before as well, for a day after it was changed", async () => {
    const webhook = await added();
    const former = (await Webhook.secretOf(webhook)) ?? "";
    await Webhook.rotate(webhook, ana(), now);
    assert.notEqual(await Webhook.secretOf(webhook), former);
    await assert.rejects(Webhook.rotate(webhook, ana(), now + HOUR), /less than a day ago/);
    await book();
    await runJobs();
    const [heard] = target.heard;
    await verified(webhook, heard);
    new Verifier(former).verify(heard?.body ?? "", heard?.headers as Record<string, string>);
    await book({ start: START + HOUR });
    await sendAll(now + DAY);
    assert.equal(String(target.heard[1]?.headers["webhook-signature"]).split(" ").length, 1);
    await Webhook.rotate(webhook, ana(), now + DAY);
  });

  it("keep their secrets sealed", async () => {
    const webhook = await added();
    const secret = (await Webhook.secretOf(webhook)) ?? "";
    assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
    const stored = JSON.stringify(await rows("SELECT * FROM webhooks"));
    assert.ok(!stored.includes(secret.slice(6)));
  });

  it("go to one target two at a time, and those that wait follow", async () => {
    const webhook = await added();
    target.behave(silence);
    for (let i = 0; i < 5; i++) await book({ start: START + i * HOUR });
    const calls = await callsOf(webhook);
    const sending = calls.map(({ id }) => WebhookCall.send(id, now));
    await until(() => target.heard.length === 2);
    const states = (await callsOf(webhook)).map(({ state }) => state);
    assert.equal(states.filter((state) => state === "sending").length, 2);
    target.behave(answering(200));
    target.hangUp();
    await Promise.all(sending);
    await runJobs();
    assert.equal((await callsOf(webhook)).filter(({ state }) => state === "sent").length, 3);
  });

  it("[D24] to a target that is silent keep no booking waiting, nor other calls, nor mails", async () => {
    const other = await startTarget();
    const [silent, lively] = [await added(), await added({ url: `${other.url}/` })];
    target.behave(silence);
    await book();
    const calls = await callsOf(silent);
    const sending = calls.map(({ id }) => WebhookCall.send(id, now));
    await until(() => target.heard.length === 1);
    const began = performance.now();
    await book({ start: START + HOUR });
    assert.ok(performance.now() - began < 1000);
    for (const { id } of await callsOf(lively)) await WebhookCall.send(id, now);
    assert.equal(other.heard.length, 2);
    assert.equal((await onlyCallOf(calls[0]?.id)).state, "sending");
    target.hangUp();
    await Promise.all(sending);
    await other.stop();
  });

  async function onlyCallOf(id = 0): Promise<{ state: string }> {
    const [found] = await rows<{ state: string }>(
      "SELECT state FROM webhook_calls WHERE id = $id",
      { id },
    );
    return found ?? assert.fail();
  }

  it("go nowhere when their secret can no longer be read", async () => {
    const webhook = await added();
    await transaction(() => run("UPDATE webhooks SET secret = 'x'"));
    await book();
    await sendAll();
    const call = await onlyCall(webhook);
    assert.deepEqual([call.state, call.reason, target.heard.length], ["failed", "secret", 0]);
  });

  describe("that fail for good", () => {
    let sink: SmtpSink;
    withSink((opened) => (sink = opened));

    it("have the webhook switched off after three days, and the owner told", async () => {
      const webhook = await added();
      target.behave(answering(500));
      for (let i = 0; i < 11; i++) {
        await book({ start: START + i * HOUR });
        await sendAll();
      }
      await book({ start: START + 11 * HOUR });
      const off = now + 3 * DAY;
      const waiting = (await callsOf(webhook))[0]?.id ?? 0;
      await WebhookCall.send(waiting, off);
      const after = await Webhook.find(cast.salon, webhook.id);
      assert.deepEqual([after.endedBy, after.endedAt], ["system", off]);
      const { length } = target.heard;
      await sendAll(off);
      assert.equal(target.heard.length, length, "nothing more is sent");

      await sendDue(off);
      const mail = sink.received.find(({ source }) => /has been switched off/.test(source));
      assert.deepEqual(mail?.to, ["ana@salon.example"]);
      assert.match(mail?.source ?? "", /127\.0\.0\.1:\d+/);
      assert.doesNotMatch(mail?.source ?? "", /\/hook/, "the rest of an address may be a secret");

      await Webhook.agree(after, { events: ALL, fields: [] }, ana(), off);
      assert.equal((await Webhook.find(cast.salon, webhook.id)).failures, 0);
    });

    it("have it switched off at once when the target says so (410)", async () => {
      const webhook = await added();
      target.behave(answering(410));
      await book();
      await sendAll();
      assert.equal((await onlyCall(webhook)).state, "failed");
      assert.equal((await Webhook.find(cast.salon, webhook.id)).endedBy, "system");
    });

    it("are forgiven as soon as one arrives", async () => {
      const webhook = await added();
      target.behave(answering(500));
      await book();
      await sendAll();
      assert.equal((await Webhook.find(cast.salon, webhook.id)).failures, 1);
      target.behave(answering(200));
      await sendAll(now + 60_000);
      const { failures, failingSince } = await Webhook.find(cast.salon, webhook.id);
      assert.deepEqual([failures, failingSince], [0, null]);
    });
  });
});
