import { keptFor } from "../domain/data-classes.ts";
import { type DeliveryKind, type DeliveryState, nextTry } from "../domain/deliveries.ts";
import { type Instant, MINUTE } from "../domain/time.ts";
import { NotFound } from "../errors.ts";
import { enqueue } from "../jobs.ts";
import { describeError, log } from "../log.ts";
import { MailError, sendMail } from "../mail.ts";
import { noteBounce } from "./bounce.ts";
import { rows, run, transaction } from "./database.ts";
import { type Claimed, claimDelivery, finishDelivery, type Outcome } from "./delivery-claim.ts";
import { oweForAppointments } from "./delivery-event.ts";
import { bell, type Due, owe, ring } from "./delivery-owed.ts";
import { composed, type Composed, isOfCustomer, skipReason } from "./delivery-mail.ts";
import { forgetErased } from "./erasure-address.ts";
import { toId } from "./id.ts";

/** A line of the delivery log. Recipient, subject and text are kept for 30 days. */
export type DeliveryLine = {
  id: number;
  kind: DeliveryKind;
  state: DeliveryState;
  /** A skip reason, a mail error's code, "worker stopped" or "not composed". */
  reason: string | null;
  tries: number;
  staffName: string | null;
  dueAt: Instant;
  finishedAt: Instant | null;
  recipient: string | null;
  subject: string | null;
  /** As sent, but for the secret part of its link. */
  text: string | null;
};

// Longer than sending may take (mail.ts gives up after four minutes), so a lease that has expired
// is a worker's that died.
const LEASE = 10 * MINUTE;
const TEXTS_KEPT = keptFor("mail_text");
// A bell is rung when the row is committed; only later is one missed.
const BELL = MINUTE;
const BELLS_AT_ONCE = 1000;

/** Something owed to the outside: one mail to one person. The row is the job, the queue its bell. */
export const Delivery = {
  owe,
  oweForAppointments,

  /**
   * Sends it once, if it is due, nobody else has it, and it is still worth sending. A mail that
   * failed for now goes back with a later due instant; one that may have been sent is never tried
   * again by itself.
   */
  async send(id: number, now: Instant): Promise<void> {
    const claimed = await claimDelivery({ id, now });
    if (!claimed) return;
    const { comesBack, ...outcome } = await attempt(claimed, now);
    await finishDelivery({ ...outcome, ...leaseOf(claimed) });
    if (comesBack !== undefined && claimed.address !== null)
      await noteBounce({ deliveryId: id, address: claimed.address, comesBack }, now);
    if (claimed.kind === "erasure") await forgetErased(now);
  },

  /**
   * Rings for what is due and was not taken, marks what a dead worker held, forgets old texts.
   * @throws while Redis is away
   */
  async sweep(now: Instant): Promise<void> {
    await transaction(() => markExpiredLeases(now));
    await transaction(() => forgetTexts(now));
    await forgetErased(now);
    const missed = await missedBells(now);
    for (let first = 0; first < missed.length; first += BELLS_AT_ONCE)
      await enqueue(missed.slice(first, first + BELLS_AT_ONCE).map(bell));
  },

  /**
   * A person asks for it to be tried again: only what failed or may not have arrived.
   * @throws NotFound for nobody's and somebody else's alike, and for what was sent
   */
  async sendAgain(business: { id: number }, id: unknown, now: Instant): Promise<void> {
    await transaction(async () => {
      const again = await rows<Due>(
        `UPDATE deliveries SET state = 'pending', reason = NULL, finished_at = NULL, due_at = $now
         WHERE id = $id AND business_id = $businessId AND state IN ('failed', 'unknown')
         RETURNING id, due_at AS "dueAt"`,
        { id: toId(id), businessId: business.id, now },
      );
      if (again.length === 0) throw new NotFound("delivery");
      ring(again, now);
    });
  },

  /** The delivery log of an appointment, newest first. */
  ofAppointment(businessId: number, appointmentId: number): Promise<DeliveryLine[]> {
    return rows<DeliveryLine>(
      `SELECT d.id, d.kind, d.state, d.reason, d.tries, s.name AS "staffName", d.due_at AS "dueAt",
         d.finished_at AS "finishedAt", d.recipient, d.mail_subject AS subject, d.mail_text AS text
       FROM deliveries d
       LEFT JOIN staff s ON s.business_id = d.business_id AND s.id = d.staff_id
       WHERE d.business_id = $businessId AND (d.appointment_id = $appointmentId
         OR d.id IN (SELECT delivery_id FROM delivery_appointments
           WHERE business_id = $businessId AND appointment_id = $appointmentId))
       ORDER BY d.created_at DESC, d.id DESC`,
      { businessId, appointmentId },
    );
  },
};

/** `comesBack`: what it showed of a customer's address, where that was not known. */
type Attempt = Outcome & { comesBack?: boolean };

async function attempt(claimed: Claimed, now: Instant): Promise<Attempt> {
  const skipped = skipReason(claimed, now);
  if (skipped) return { state: "skipped", reason: skipped, finishedAt: now };
  const mail = composedOrNot(claimed, now);
  if (!mail) return { state: "failed", reason: "not composed", finishedAt: now };
  try {
    await sendMail(mail.mail);
    const arrives = isOfCustomer(claimed) && claimed.bounced ? { comesBack: false } : {};
    return { state: "sent", reason: null, finishedAt: now, ...mail.record, ...arrives };
  } catch (error) {
    const { code, bounced } = error instanceof MailError ? error : new MailError("unreachable");
    const comesBack = bounced && isOfCustomer(claimed) ? { comesBack: true } : {};
    return { ...failure(code, claimed, mail, now), ...comesBack };
  }
}

function composedOrNot(claimed: Claimed, now: Instant): Composed | undefined {
  try {
    return composed(claimed, now);
  } catch (error) {
    log.error({ error: describeError(error), kind: claimed.kind }, "a mail was not composed");
    return undefined;
  }
}

function failure(
  code: MailError["code"],
  claimed: Claimed,
  { record }: Composed,
  now: Instant,
): Outcome {
  if (code === "unknown") return { state: "unknown", reason: code, finishedAt: now, ...record };
  const dueAt = code === "refused" ? undefined : nextTry(claimed, now);
  if (dueAt !== undefined) return { state: "pending", reason: code, finishedAt: null, dueAt };
  return { state: "failed", reason: code, finishedAt: now, ...record };
}

function leaseOf({ id, claimedAt }: Claimed) {
  return { id, claimedAt };
}

function markExpiredLeases(now: Instant): Promise<number> {
  return run(
    `UPDATE deliveries
     SET state = 'unknown', reason = 'worker stopped', claimed_at = NULL, finished_at = $now
     WHERE finished_at IS NULL AND due_at <= $now
       AND state = 'sending' AND claimed_at < $expired`,
    { now, expired: now - LEASE },
  );
}

function forgetTexts(now: Instant): Promise<number> {
  return run(
    `UPDATE deliveries SET recipient = NULL, mail_subject = NULL, mail_text = NULL
     WHERE mail_text IS NOT NULL AND finished_at < $before`,
    { before: now - TEXTS_KEPT },
  );
}

// Reminders and further tries come due without anybody ringing; the rest was rung for at first.
function missedBells(now: Instant): Promise<Array<{ id: number }>> {
  return rows<{ id: number }>(
    `SELECT id FROM deliveries
     WHERE finished_at IS NULL AND state = 'pending'
       AND due_at <= $now AND (due_at > created_at OR due_at <= $missed)
     ORDER BY due_at`,
    { now, missed: now - BELL },
  );
}
