// Deliveries a second by one worker, against plain BullMQ jobs that send the same mail through a
// pooled nodemailer and keep no record of it. Both wait for one mail server in another process.
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Queue, Worker } from "bullmq";
import nodemailer from "nodemailer";
import { config } from "../../config/index.ts";
import { closeQueues, queue } from "../../src/jobs.ts";
import { closeMail } from "../../src/mail.ts";
import { migrate } from "../../src/migrations/index.ts";
import { catalogueOf, offeredService } from "../../src/models/catalogue.ts";
import { closeDatabase, openDatabase, rows } from "../../src/models/database.ts";
import { Appointment, Delivery } from "../../src/models/index.ts";
import { Notice } from "../../src/models/notice.ts";
import { closeRedis, connectRedis } from "../../src/redis.ts";
import { handle } from "../../workers/handlers.ts";
import { buildBusiness, buildService, buildStaff } from "../support/world.ts";
import { print } from "./tools.ts";

const MAILS = 2000;
const AT_ONCE = 50;
const SLOT = 30 * 60_000;
// As large as the calendar part of one of our mails.
const calendar = [
  "BEGIN:VCALENDAR",
  "VERSION:2.0",
  "METHOD:REQUEST",
  "PRODID:-//Bench//EN",
  "BEGIN:VEVENT",
  "UID:bench@example.com",
  "DTSTAMP:20270101T000000Z",
  "DTSTART:20270101T100000Z",
  "DTEND:20270101T103000Z",
  `SUMMARY:${"x".repeat(60)}`,
  ...Array.from({ length: 18 }, () => `X-PADDING:${"x".repeat(60)}`),
  "END:VEVENT",
  "END:VCALENDAR",
].join("\r\n");

await migrate();
await openDatabase();
await connectRedis();
const sink = fork(join(import.meta.dirname, "mail-sink.ts"), {
  env: { ...process.env, PORT: new URL(config.smtpUrl).port },
});
await once(sink, "message");

await oweMails();
const plain = await plainJobs(await aMail());
const ours = await ourJobs();
print([
  { what: "plain BullMQ jobs, pooled nodemailer", figure: plain, unit: "mails/s" },
  {
    what: "deliveries, claimed, sent, recorded",
    figure: ours,
    unit: "mails/s",
    ratio: ours / plain,
    aim: "aim 1",
  },
]);
await closeQueues();
await closeMail();
await closeRedis();
await closeDatabase();
sink.kill("SIGTERM");

/** Bookings that each owe one confirmation. */
async function oweMails(): Promise<void> {
  const business = await buildBusiness({ slug: "bench" });
  for (const kind of ["staff", "reminder"] as const)
    await Notice.set(business, kind, { enabled: false, leads: [60] }, Date.now());
  const round = [1, 2, 3, 4, 5, 6, 7].map((day): [number, number, number] => [day, 0, 1440]);
  const provider = await buildStaff(business, { hours: round });
  await buildService(business, { slug: "cut", horizonDays: 700 }, [provider]);
  const catalogue = await catalogueOf("bench");
  const service = offeredService(catalogue, "cut");
  const now = Date.now();
  const first = Math.ceil(now / SLOT) * SLOT + 48 * SLOT;
  for (let i = 0; i < MAILS; i++) {
    const details = { name: `Customer ${i}`, email: `c${i}@example.com`, phone: null, note: "" };
    await Appointment.bookFor({ catalogue, service, now }, first + i * SLOT, details, {
      kind: "system",
    });
  }
  await closeQueues();
  await queue("deliveries").obliterate({ force: true });
}

type Sample = { subject: string; text: string };

/** One of them, sent, to see what it says. */
async function aMail(): Promise<Sample> {
  const [{ id } = { id: 0 }] = await rows<{ id: number }>("SELECT min(id) AS id FROM deliveries");
  await Delivery.send(id, Date.now());
  const [sent] = await rows<Sample>(
    "SELECT mail_subject AS subject, mail_text AS text FROM deliveries WHERE id = $id",
    { id },
  );
  if (!sent) throw new Error("no mail was sent");
  return sent;
}

/** The same text as both parts and as a calendar's size of attachment: what a simple job would do. */
async function plainJobs({ subject, text }: Sample): Promise<number> {
  const pool = nodemailer.createTransport({
    url: config.smtpUrl,
    pool: true,
    maxConnections: 10,
    maxMessages: Infinity,
    ignoreTLS: true,
  });
  const jobs = new Queue("plain", { connection: {} });
  await jobs.addBulk(
    Array.from({ length: MAILS }, (_, i) => ({
      name: "mail",
      data: { to: `c${i}@example.com` },
      opts: { removeOnComplete: true },
    })),
  );
  const figure = await worked("plain", MAILS, async (data) => {
    await pool.sendMail({
      from: { name: "Some Business", address: config.mailFrom },
      to: { name: "Customer", address: (data as { to: string }).to },
      subject,
      text,
      html: `<p>${text.replaceAll("\n", "<br>")}</p>`,
      icalEvent: { method: "REQUEST", content: calendar },
    });
  });
  pool.close();
  await jobs.close();
  return figure;
}

async function ourJobs(): Promise<number> {
  const waiting = await rows<{ id: number }>("SELECT id FROM deliveries WHERE state = 'pending'");
  const jobs = waiting.map(({ id }) => ({
    name: "delivery.send",
    data: { deliveryId: id },
    opts: { removeOnComplete: true },
  }));
  await queue("deliveries").addBulk(jobs);
  const figure = await worked("deliveries", waiting.length, (data) =>
    handle("delivery.send", data as { deliveryId: number }),
  );
  const [{ n } = { n: 0 }] = await rows<{ n: number }>(
    "SELECT count(*) AS n FROM deliveries WHERE state = 'sent'",
  );
  if (n !== MAILS) throw new Error(`${n} mails sent instead of ${MAILS}`);
  return figure;
}

/** Jobs a second until all that wait are done. */
async function worked(
  name: string,
  jobs: number,
  work: (data: unknown) => Promise<unknown>,
): Promise<number> {
  let done = 0;
  const began = performance.now();
  const all = Promise.withResolvers<void>();
  const worker = new Worker(
    name,
    async (job) => {
      await work(job.data);
      if (++done === jobs) all.resolve();
    },
    { connection: {}, concurrency: AT_ONCE },
  );
  worker.on("failed", (_job, error) => all.reject(error));
  await all.promise;
  const figure = jobs / ((performance.now() - began) / 1000);
  await worker.close();
  return figure;
}
