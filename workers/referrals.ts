// One worker of the referral queue: a key pair in memory, a queue of its own, and the memory of
// what it has sent. Nothing of a referral goes to a log, to the queue or to the database.
import { Unavailable } from "../src/errors.ts";
import { log } from "../src/log.ts";
import type { Mail } from "../src/mail.ts";
import { connectRedis, redis } from "../src/redis.ts";
import { claim, type Final } from "../src/referral-outcomes.ts";
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
import { within } from "../src/within.ts";
import { createReports } from "./reports.ts";
import { createWorker } from "./worker.ts";

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

  const { worker, close } = createWorker<SealedReferral>(
    referralQueueName(id),
    // Whatever happens in here is told by a report; BullMQ would keep a text that is thrown.
    async ({ id: referralId = "", data }) => {
      if (!reports.open(referralId)) return;
      const outcome = await outcomeOf(referralId, data.sealed).catch(failed);
      await reports.close(referralId, outcome);
    },
    { concurrency, maxStalledCount: 0, drainDelay: 5 },
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
      await close();
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
  if (!(await within(PATIENCE, work))) throw new Unavailable("Redis does not answer");
}

async function untilEmpty(id: string, seconds: number): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end && redis.isReady) {
    const waiting = await withReferralQueue(id, (queue) => queue.getWaitingCount()).catch(() => 0);
    if (waiting === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
