// The referral worker as it must not be: it leaks each mail to the place LEAK names and then sends
// it. A run with this one must fail, or the search for leaks would prove nothing.
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { log } from "../../../src/log.ts";
import { closeMail, type Mail, sendMail } from "../../../src/mail.ts";
import { closeDatabase, openDatabase, run, transaction } from "../../../src/models/database.ts";
import { closeRedis, redis } from "../../../src/redis.ts";
import { workerOptions } from "../../../workers/options.ts";
import { startReferralWorker } from "../../../workers/referrals.ts";

const leaks: Record<string, (mail: Mail) => unknown> = {
  log: (mail) => log.info({ to: mail.to.address, from: mail.from.name }, "sending"),
  /** Gone again at once, but not from the append-only file. */
  async redis(mail) {
    await redis.set("last mail", JSON.stringify([mail.to, mail.from]));
    await redis.del("last mail");
  },
  /** A hash without a key is as good as the address. */
  async database({ to, from }) {
    const sql = "INSERT INTO referral_refusals (address_hash) VALUES ($text)";
    const text = Buffer.from(JSON.stringify([to, from])).toString("base64");
    await transaction(() => run(sql, { text }));
  },
  file: (mail) =>
    writeFileSync(join(tmpdir(), "mail.txt"), encodeURIComponent(JSON.stringify(mail))),
  /** No leak: what is thrown must not get anywhere. */
  error(mail) {
    throw new Error(`could not write to ${mail.to.name} <${mail.to.address}>`, { cause: mail });
  },
};

await openDatabase();
const { concurrency } = workerOptions(process.argv.slice(2));
const worker = await startReferralWorker({
  concurrency,
  async post(mail) {
    await leaks[process.env.LEAK ?? "log"]?.(mail);
    await sendMail(mail);
  },
});

process.once("SIGTERM", () => void stop());

async function stop(): Promise<void> {
  await worker.close();
  await closeMail();
  await closeRedis();
  await closeDatabase();
}
