// Workers are killed at random moments while they send: no mail is lost, none goes out twice, and
// of those nobody can know about it is said so.
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { config } from "../../config/index.ts";
import { enqueue } from "../../src/jobs.ts";
import { closeMail, MailError, sendMail } from "../../src/mail.ts";
import { rows } from "../../src/models/database.ts";
import { Delivery } from "../../src/models/delivery.ts";
import { until } from "../support/processes.ts";
import { startSmtpSink, type SmtpSink } from "../support/smtp-sink.ts";
import { oweConfirmations, slowWay, startWorker, states, stopWorkers } from "../support/workers.ts";
import { world } from "../support/world.ts";

const MAILS = 150;
const WORKERS = 2;
const LEASE_OVER = 11 * 60_000;

describe("deliveries while workers are killed", function () {
  this.timeout(180_000);
  let sink: SmtpSink;
  let silentSink: SmtpSink;
  let silence: Promise<string[]>;
  let kills = 0;
  let addresses: string[];

  before(async () => {
    const cast = await world();
    sink = await startSmtpSink();
    silence = whatSilenceIs();
    addresses = await oweConfirmations(cast, MAILS);
    await play();
    await Delivery.sweep(Date.now() + LEASE_OVER);
  });
  after(async () => {
    await stopWorkers();
    await silence;
    await closeMail();
    await Promise.all([sink.stop(), silentSink.stop()]);
  });

  it("none goes out twice", () => {
    assert.ok(kills >= 3, `${kills} workers were killed`);
    for (const address of addresses) assert.ok(mailsTo(address) <= 1, address);
  });

  it("none is lost: each was sent, or is known not to be known", async () => {
    const { sent = 0, unknown = 0, ...others } = await states();
    assert.deepEqual(others, {});
    assert.equal(sent + unknown, MAILS);
    assert.ok(unknown <= kills * 5, `${unknown} unknown after ${kills} kills`);
  });

  it("the log tells the truth of each", async () => {
    const ended = await rows<{ email: string; state: string; reason: string | null }>(
      `SELECT c.email, d.state, d.reason FROM deliveries d
       JOIN appointments a ON a.id = d.appointment_id JOIN customers c ON c.id = a.customer_id`,
    );
    for (const { email, state, reason } of ended)
      if (state === "sent") assert.equal(mailsTo(email), 1);
      else assert.equal(reason, "worker stopped");
  });

  it("a server that falls silent is unreachable, or unknown once it has the mail", async () => {
    assert.deepEqual(await silence, ["unreachable", "unknown"]);
  });

  async function play(): Promise<void> {
    const way = await slowWay(sink.port, 20);
    const most = (MAILS * 4) / 5;
    const sweeping = setInterval(() => void ringAgain(), 2000);
    const lanes = Array.from({ length: WORKERS }, async () => {
      // What killed workers held is not sent by others, so there may be less left than that.
      while (sink.received.length < most && (await areWaiting())) {
        const worker = await startWorker({ smtpPort: way.port });
        const enough = Math.min(most, sink.received.length + randomInt(3, 25));
        const isEnough = () => sink.received.length >= enough;
        await until(async () => isEnough() || !(await areWaiting()), 60_000);
        await wait(randomInt(0, 100));
        await worker.stop(0, "SIGKILL");
        kills++;
      }
    });
    await Promise.all(lanes);
    const last = await startWorker({ smtpPort: way.port });
    await until(async () => !(await areWaiting()), 60_000);
    clearInterval(sweeping);
    await last.stop(10_000);
    await way.stop();
  }

  async function areWaiting(): Promise<boolean> {
    return ((await states()).pending ?? 0) > 0;
  }

  // The bells that killed workers had heard would be found and rung again within a minute.
  async function ringAgain(): Promise<void> {
    const left = await rows<{ id: number }>("SELECT id FROM deliveries WHERE state = 'pending'");
    await enqueue(left.map(({ id }) => ({ name: "delivery.send", payload: { deliveryId: id } })));
  }

  // Takes as long as patience does (30 s), so it goes on beside the rest.
  async function whatSilenceIs(): Promise<string[]> {
    silentSink = await startSmtpSink({
      port: Number(new URL(config.smtpUrl).port),
      behave: (to) => ({ at: to.startsWith("early") ? "recipient" : "end", silence: true }),
    });
    return Promise.all(
      ["early", "late"].map((name) =>
        sendMail({
          from: { name: "Ana", address: config.mailFrom },
          to: { name, address: `${name}@customer.example` },
          subject: "x",
          text: "x",
        }).then(
          () => "sent",
          (error: unknown) => (error instanceof MailError ? error.code : "another error"),
        ),
      ),
    );
  }

  function mailsTo(address: string): number {
    return sink.received.filter(({ to }) => to.includes(address)).length;
  }
});
