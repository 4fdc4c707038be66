// A referral from the page to the one mail: neither name nor address is stored on the way.
import { config } from "../config/index.ts";
import type { Mail } from "./mail.ts";
import { MailError, sendMail } from "./mail.ts";
import { ReferralRefusal } from "./models/referral-refusal.ts";
import { Switch } from "./models/switch.ts";
import { redis } from "./redis.ts";
import {
  begin,
  type Final,
  giveUp,
  outcomeId,
  readOutcome,
  type Reason,
} from "./referral-outcomes.ts";
import { type Referral, sealReferral } from "./referral-seal.ts";
import { liveWorkers, takeBackIfDead, withReferralQueue } from "./referral-workers.ts";
import { render } from "./view.ts";

/** Stands in the shown mail for the link that is the friend's own: only she may refuse for her. */
export const FRIENDS_LINK = `${config.baseUrl}/refer/refusals/(only your friend sees this part)`;

/** The mail to the friend, as it will be sent. */
export function referralMail(referral: Referral, refusalUrl: string) {
  const { name, friendName, friendEmail } = referral;
  return {
    from: { name: `${name} via Plainbook`, address: config.mailFrom },
    to: { name: friendName, address: friendEmail },
    replyTo: { name: "Plainbook", address: config.mailFrom },
    subject: `${name} thinks Plainbook could be useful to you`,
    text: render("mail/referral.text", {
      name,
      friendName,
      refusalUrl,
      baseUrl: config.baseUrl,
      postalAddress: config.postalAddress,
    }),
    headers: { "List-Unsubscribe": `<${refusalUrl}>` },
    // A bounce would bring the address back to us: there is nowhere to send it.
    envelopeFrom: "",
  } satisfies Mail;
}

/**
 * Seals a referral to one live worker and puts it into that worker's own queue. The same token
 * again does nothing.
 * @param token random, kept by the referrer's browser only; readOutcome(token) tells the rest
 * @returns "nobody" and "busy" when nothing was begun, and the same token may be tried again
 */
export async function handOver(
  referral: Referral,
  token: string,
): Promise<"handed over" | "nobody" | "busy"> {
  if (!redis.isReady) return "nobody";
  if (await readOutcome(token)) return "handed over";
  const workers = await liveWorkers();
  const worker = workers[Math.floor(Math.random() * workers.length)];
  if (!worker) return "nobody";
  const id = outcomeId(token);
  const sealed = sealReferral(worker.publicKey, id, referral);
  const begun = await begin(id);
  if (begun !== "begun") return begun === "busy" ? "busy" : "handed over";
  await addTo(worker.id, id, sealed);
  return "handed over";
}

/**
 * Sends the mail, for the one worker that could open the referral.
 * @param mayStart asked last of all: whether this worker is the one that sends
 * @returns what became of it, or undefined when it was not this worker's to send
 */
export async function sendReferral(
  referral: Referral,
  mayStart: () => Promise<boolean>,
  post: (mail: Mail) => Promise<void> = sendMail,
): Promise<Final | undefined> {
  if (!(await Switch.isOn("referrals"))) return notSent("paused");
  if (await ReferralRefusal.covers(referral.friendEmail)) return notSent("refused");
  const mail = referralMail(referral, refusalLink(referral.friendEmail));
  if (!(await mayStart())) return undefined;
  try {
    await post(mail);
    return { state: "sent" };
  } catch (error) {
    // What is not known not to have been sent may have been sent.
    const code = error instanceof MailError ? error.code : "unknown";
    return code === "unknown" ? { state: "unknown" } : notSent(code);
  }
}

export function notSent(reason: Reason): Final {
  return { state: "not-sent", reason };
}

// One try only, and nothing of it stays: not when it is done, not when it fails.
async function addTo(workerId: string, id: string, sealed: string): Promise<void> {
  const once = { jobId: id, attempts: 1, removeOnComplete: true, removeOnFail: true };
  try {
    await withReferralQueue(workerId, (queue) => queue.add("referral", { sealed }, once));
    await takeBackIfDead(workerId);
  } catch {
    // It may be in the queue or not; whoever is first, the worker or this, decides.
    await giveUp(id).catch(() => undefined);
  }
}

function refusalLink(address: string): string {
  return `${config.baseUrl}/refer/refusals/${ReferralRefusal.tokenFor(address)}`;
}
