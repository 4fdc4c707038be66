// One worker of the referral queue: a key pair in memory, a queue of its own, and the memory of
// what it has sent. Nothing of a referral goes to a log, to the queue or to the database.
import { Worker } from "bullmq";
import { Unavailable } from "../src/errors.ts";
import { log } from "../src/log.ts";
import type { Mail } from "../src/mail.ts";
import { connectRedis, redis } from "../src/redis.ts";
import { claim, type Final, settle } from "../src/referral-outcomes.ts";
import { createReferralKey } from "../src/referral-seal.ts";
import {
  announce,
  BEAT,
  referralQueueName,
  type SealedReferral,
  takeBack,
  takeBackFromTheDead,
  withReferralQueue,
} from "../src/referral-workers.ts";
import { notSent, sendReferral } from "../src/referrals.ts";
import { newToken } from "../src/secrets.ts";

type Options = {
  concurrency?: number;
  /** how long closing goes on with what waits, in seconds */
  drain?: number;
  post?: (mail: Mail) => Promise<void>;
};

/** Serves `referrals` until it is closed: what runs is finished, what still waits is taken back. */
export async function startReferralWorker({ concurrency = 5, drain = 5, post }: Options = {}) {
  await connectRedis();
  const id = newToken();
  const key = createReferralKey();
  const reports = createReports();

  const worker = new Worker<SealedReferral>(
    referralQueueName(id),
    // Whatever happens in here is told by a report; BullMQ would keep a text that is thrown.
    async ({ id: referralId = "", data }) => {
      if (!reports.open(referralId)) return;
      const outcome = await outcomeOf(referralId, data.sealed).catch(failed);
      await reports.close(referralId, outcome);
    },
    { connection: {}, concurrency, maxStalledCount: 0, drainDelay: 5 },
  );
  worker.on("error", (error) => log.warn({ error }, "referral worker failed"));
  await worker.waitUntilReady();

  async function outcomeOf(referralId: string, sealed: string): Promise<Final | undefined> {
    const referral = key.open(sealed, referralId);
    if (!referral) return notSent("nobody");
    return sendReferral(referral, () => claim(referralId), post);
  }

  const pulse = createPulse(async () => {
    await announce(id, pulse.stopping ? undefined : key.publicKey);
    await reports.repeat();
    await takeBackFromTheDead();
  });
  await pulse.beat();

  return {
    id,
    async close(): Promise<void> {
      pulse.stopping = true;
      await announce(id, undefined).catch(() => undefined);
      await untilEmpty(id, drain);
      await worker.close();
      await pulse.stop();
      await takeBack(id).catch((error: unknown) => log.warn({ error }, "referrals left behind"));
      await reports.repeat().catch(() => undefined);
      reports.end();
    },
  };
}

// Nothing was handed to the mail server: the database or Redis failed before.
function failed(error: unknown): Final {
  log.warn({ error }, "referral failed");
  return notSent("nobody");
}

const REMEMBERED = 60 * 60 * 1000; // far longer than what Redis can lose of its last writes

/**
 * What this worker has begun and how it ended. Redis may forget its last second and bring a
 * referral back; only this worker could open it, and it remembers, so no second mail is possible.
 */
function createReports() {
  const known = new Map<string, { outcome?: Final; at: number; told: boolean }>();
  const tellAllAgain = () => {
    for (const report of known.values()) report.told = false;
  };
  redis.on("ready", tellAllAgain);

  async function tell(id: string): Promise<void> {
    const report = known.get(id);
    if (!report?.outcome || report.told) return;
    await settle(id, report.outcome);
    report.told = true;
  }

  return {
    /** False for what has been begun before. */
    open(id: string): boolean {
      if (known.has(id)) return false;
      known.set(id, { at: Date.now(), told: false });
      return true;
    },
    /** Undefined when it was another's to end. */
    async close(id: string, outcome: Final | undefined): Promise<void> {
      known.set(id, { ...(outcome ? { outcome } : {}), at: Date.now(), told: !outcome });
      if (outcome) log.info(outcome, "referral finished");
      await tell(id).catch(() => undefined);
    },
    /** Tells again what Redis has not heard, or may have lost. */
    async repeat(): Promise<void> {
      for (const [id, { at, outcome }] of known) {
        if (outcome && at < Date.now() - REMEMBERED) known.delete(id);
        else await tell(id);
      }
    },
    end: () => void redis.off("ready", tellAllAgain),
  };
}

/** Beats every two seconds, one beat at a time. */
function createPulse(beatOnce: () => Promise<void>) {
  let beating: Promise<void> | undefined;
  const pulse = {
    stopping: false,
    beat(): Promise<void> {
      beating ??= inTime(beatOnce())
        .catch((error: unknown) => log.warn({ error }, "no sign of life"))
        .finally(() => (beating = undefined));
      return beating;
    },
    async stop(): Promise<void> {
      clearInterval(timer);
      await beating;
    },
  };
  const timer = setInterval(() => void pulse.beat(), BEAT * 1000);
  return pulse;
}

const PATIENCE = 2 * BEAT * 1000; // ms: what is asked of a Redis that hangs is never answered

/** One beat that hangs must not be the last. */
async function inTime(work: Promise<void>): Promise<void> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Unavailable("Redis does not answer")), PATIENCE);
  await Promise.race([work, tooLate]).finally(() => clearTimeout(timer));
}

async function untilEmpty(id: string, seconds: number): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end && redis.isReady) {
    const waiting = await withReferralQueue(id, (queue) => queue.getWaitingCount()).catch(() => 0);
    if (waiting === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
