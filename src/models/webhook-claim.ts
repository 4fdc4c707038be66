// Taking a call so that nobody else does, and writing down how it ended.
import type { Instant, Zone } from "../domain/time.ts";
import type { PersonalField } from "../domain/told.ts";
import type { WebhookEvent, TEST_EVENT } from "../domain/webhooks.ts";
import { isPostgres, rows, run, transaction } from "./database.ts";
import { patiently } from "./patience.ts";

/** A call that is this process's to make, with what was agreed to as it was taken. */
export type ClaimedCall = {
  id: number;
  businessId: number;
  webhookId: number;
  event: WebhookEvent | typeof TEST_EVENT;
  message: string;
  tries: number;
  giveUpAt: Instant;
  claimedAt: Instant;
  createdAt: Instant;
  url: string;
  /** Sealed. */
  secret: string;
  previousSecret: string | null;
  previousUntil: Instant | null;
  /** Names of personal fields by spaces; null: the webhook is off. */
  fields: string | null;
  zone: Zone;
  currency: string;
  /** What it is about is one of these; none for a test. */
  appointmentId: number | null;
  customerId: number | null;
  goneCustomer: number | null;
};

export type CallOutcome = {
  state: "pending" | "sent" | "failed" | "skipped";
  /** A code: an outbound error's, "status", "turned off", "secret". */
  reason: string | null;
  status: number | null;
  /** milliseconds */
  duration: number | null;
  dueAt: Instant | null;
  finishedAt: Instant | null;
  body: string | null;
};

/** So many calls are made at once to one webhook, so that a silent target keeps few workers. */
export const AT_ONCE = 2;

/** Undefined when it is not due, has gone, somebody else has it, or its target is busy enough. */
export async function claimCall(id: number, now: Instant): Promise<ClaimedCall | undefined> {
  if (!Number.isSafeInteger(id)) return undefined;
  const [claimed] = await transaction(async () => {
    // Those who take calls of one webhook take turns, so that they count right.
    if (isPostgres) await rows(LOCK, { id });
    const taken = await rows<{ id: number }>(TAKE, { id, now });
    return taken.length === 0 ? [] : rows<ClaimedCall>(CALL, { id });
  });
  return claimed;
}

export function finishCall({ id, claimedAt }: ClaimedCall, outcome: CallOutcome): Promise<number> {
  return patiently(() => transaction(() => run(FINISH, { id, claimedAt, ...outcome })));
}

export function fieldsOf({ fields }: ClaimedCall): PersonalField[] {
  return (fields ?? "").split(" ").filter(Boolean) as PersonalField[];
}

const LOCK = `SELECT w.id FROM webhooks w
  JOIN webhook_calls c ON c.business_id = w.business_id AND c.webhook_id = w.id
  WHERE c.id = $id FOR UPDATE OF w`;

const TAKE = `UPDATE webhook_calls SET state = 'sending', claimed_at = $now, tries = tries + 1
  WHERE id = $id AND state = 'pending' AND due_at <= $now
    AND (SELECT COUNT(*) FROM webhook_calls other
      WHERE other.webhook_id = webhook_calls.webhook_id AND other.finished_at IS NULL
        AND other.state = 'sending') < ${AT_ONCE}
  RETURNING id`;

const CALL = `SELECT k.id, k.business_id AS "businessId", k.webhook_id AS "webhookId", k.event,
    k.message, k.tries, k.give_up_at AS "giveUpAt", k.claimed_at AS "claimedAt",
    k.created_at AS "createdAt", w.url, w.secret, w.previous_secret AS "previousSecret",
    w.previous_until AS "previousUntil", g.fields, b.zone, b.currency,
    k.appointment_id AS "appointmentId", k.customer_id AS "customerId",
    k.gone_customer AS "goneCustomer"
  FROM webhook_calls k
  JOIN businesses b ON b.id = k.business_id
  JOIN webhooks w ON w.business_id = k.business_id AND w.id = k.webhook_id
  LEFT JOIN webhook_consents g ON g.business_id = k.business_id AND g.webhook_id = k.webhook_id
    AND g.ended_at IS NULL
  WHERE k.id = $id`;

const FINISH = `UPDATE webhook_calls
  SET state = $state, reason = $reason, status = $status, duration = $duration,
    due_at = COALESCE($dueAt, due_at), claimed_at = NULL, finished_at = $finishedAt, body = $body
  WHERE id = $id AND state = 'sending' AND claimed_at = $claimedAt`;
