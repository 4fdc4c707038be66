import { nextCall, TEST_EVENT, TRIED_FOR, type WebhookEvent } from "../domain/webhooks.ts";
import { keptFor } from "../domain/data-classes.ts";
import { type Instant, MINUTE } from "../domain/time.ts";
import { NotFound } from "../errors.ts";
import { enqueue } from "../jobs.ts";
import { OutboundError, send } from "../outbound.ts";
import { type Flag, rows, run, transaction } from "./database.ts";
import { toId } from "./id.ts";
import {
  AT_ONCE,
  type CallOutcome,
  claimCall,
  type ClaimedCall,
  finishCall,
} from "./webhook-claim.ts";
import { endByTarget, noteFailure, noteSuccess } from "./webhook-health.ts";
import { type Message, messageOf } from "./webhook-message.ts";
import { callBell, ring } from "./webhook-owed.ts";

export type CallState = "pending" | "sending" | "sent" | "failed" | "skipped";

/** A line of the log. The text is kept for 30 days. */
export type CallLine = {
  id: number;
  webhookId: number;
  url: string;
  event: WebhookEvent | typeof TEST_EVENT;
  appointmentId: number | null;
  customerId: number | null;
  state: CallState;
  reason: string | null;
  status: number | null;
  /** milliseconds */
  duration: number | null;
  tries: number;
  dueAt: Instant;
  finishedAt: Instant | null;
  createdAt: Instant;
  /** As sent. */
  body: string | null;
  /** Whether the webhook is on: one that is off is sent nothing, again or not. */
  listens: Flag;
};

/** What a call is looked for by, besides its own id. */
type CallOf = { webhookId?: unknown; appointmentId?: unknown };

const ANSWERING = 10_000; // ms
// Longer than a call may take, so a lease that has expired is a worker's that died.
const LEASE = 2 * MINUTE;
const TEXTS_KEPT = keptFor("webhook_text");
const BELL = MINUTE;

/** One message owed to one webhook. The row is the job, the queue its bell. */
export const WebhookCall = {
  /**
   * Makes the call once, if it is due, nobody else has it, and the webhook is on. A double is no
   * harm, for it can be told by its id: so whatever may not have arrived is tried again.
   */
  async send(id: number, now: Instant): Promise<void> {
    const claimed = await claimCall(id, now);
    if (!claimed) return;
    const outcome = await attempt(claimed, now);
    await finishCall(claimed, outcome);
    if (outcome.state === "sent") await noteSuccess(claimed);
    else if (outcome.status === GONE) await endByTarget(claimed, now);
    else if (outcome.state !== "skipped") await noteFailure(claimed, now);
    // Of a crowd of calls only a few are made at once: who is done lets in the next.
    ring(await waiting(claimed.webhookId, now));
  },

  /**
   * Rings for what is due and was not taken, gives back what a dead worker held, forgets old texts.
   * @throws while Redis is away
   */
  async sweep(now: Instant): Promise<void> {
    await transaction(() => giveBackExpired(now));
    await transaction(() => forgetTexts(now));
    await enqueue((await missedBells(now)).map(callBell));
  },

  /**
   * The owner asks for it once more: what has failed, and what has arrived but was lost there.
   * @throws NotFound for nobody's, somebody else's and what is on its way already
   */
  async sendAgain(business: { id: number }, of: CallOf, id: unknown, now: Instant): Promise<void> {
    const asked = Object.entries(of).map(([name, value]) => [name, toId(value)]);
    const conditions = Object.keys(of).map((name) => `AND ${OF[name as keyof CallOf]}`);
    await transaction(async () => {
      const again = await rows<{ id: number }>(
        `UPDATE webhook_calls SET state = 'pending', reason = NULL, status = NULL, duration = NULL,
           tries = 0, due_at = $now, give_up_at = $giveUpAt, finished_at = NULL, body = NULL
         WHERE business_id = $businessId AND id = $id ${conditions.join(" ")}
           AND finished_at IS NOT NULL
         RETURNING id`,
        {
          ...Object.fromEntries(asked),
          businessId: business.id,
          id: toId(id),
          now,
          giveUpAt: now + TRIED_FOR,
        },
      );
      if (again.length === 0) throw new NotFound("call");
      ring(again);
    });
  },

  /** Those of a business with these ids, in no order. */
  async among(businessId: number, ids: readonly number[]): Promise<CallLine[]> {
    if (ids.length === 0) return [];
    const list = ids.map(Number).join(", ");
    return rows<CallLine>(`${LINES} WHERE k.business_id = $businessId AND k.id IN (${list})`, {
      businessId,
    });
  },

  /** The log of a webhook, newest first. */
  ofWebhook(
    { businessId, id }: { businessId: number; id: number },
    { limit, offset }: { limit: number; offset: number },
  ): Promise<CallLine[]> {
    return rows<CallLine>(
      `${LINES} WHERE k.business_id = $businessId AND k.webhook_id = $id
       ORDER BY k.id DESC LIMIT $limit OFFSET $offset`,
      { businessId, id, limit, offset },
    );
  },

  /** What of an appointment went to webhooks, newest first. */
  ofAppointment(businessId: number, appointmentId: number): Promise<CallLine[]> {
    return rows<CallLine>(
      `${LINES} WHERE k.business_id = $businessId AND k.appointment_id = $appointmentId
       ORDER BY k.id DESC`,
      { businessId, appointmentId },
    );
  },
};

const OF: Record<keyof CallOf, string> = {
  webhookId: "webhook_id = $webhookId",
  appointmentId: "appointment_id = $appointmentId",
};

const GONE = 410; // "do not come again", by the specification

const LINES = `SELECT k.id, k.webhook_id AS "webhookId", w.url, k.event,
    k.appointment_id AS "appointmentId", k.customer_id AS "customerId", k.state, k.reason,
    k.status, k.duration, k.tries,
    k.due_at AS "dueAt", k.finished_at AS "finishedAt", k.created_at AS "createdAt", k.body,
    EXISTS (SELECT 1 FROM webhook_consents g WHERE g.business_id = k.business_id
      AND g.webhook_id = k.webhook_id AND g.ended_at IS NULL) AS listens
  FROM webhook_calls k
  JOIN webhooks w ON w.business_id = k.business_id AND w.id = k.webhook_id`;

async function attempt(call: ClaimedCall, now: Instant): Promise<CallOutcome> {
  if (call.fields === null) return over("skipped", "turned off", now);
  const message = await messageOf(call, now);
  if (!message) return over("failed", "secret", now);
  const began = performance.now();
  const { status, reason } = await answerTo(call, message);
  const duration = Math.round(performance.now() - began);
  if (reason === null) return { ...over("sent", null, now), status, duration, body: message.body };
  const dueAt = status === GONE ? undefined : nextCall(call, now);
  const told = { reason, status, duration, body: message.body };
  if (dueAt === undefined) return { ...over("failed", reason, now), ...told };
  return { ...over("pending", reason, null), ...told, dueAt };
}

async function answerTo({ url }: ClaimedCall, { body, headers }: Message) {
  try {
    const { status } = await send({
      url,
      method: "POST",
      headers,
      body,
      most: 0,
      within: ANSWERING,
    });
    return { status, reason: status >= 200 && status < 300 ? null : "status" };
  } catch (error) {
    return { status: null, reason: error instanceof OutboundError ? error.code : "unreachable" };
  }
}

function over(
  state: CallOutcome["state"],
  reason: string | null,
  finishedAt: Instant | null,
): CallOutcome {
  return { state, reason, status: null, duration: null, dueAt: null, finishedAt, body: null };
}

function giveBackExpired(now: Instant): Promise<number> {
  return run(
    `UPDATE webhook_calls SET state = 'pending', reason = 'worker stopped', claimed_at = NULL
     WHERE finished_at IS NULL AND state = 'sending' AND claimed_at < $expired`,
    { expired: now - LEASE },
  );
}

function forgetTexts(now: Instant): Promise<number> {
  return run(
    "UPDATE webhook_calls SET body = NULL WHERE body IS NOT NULL AND finished_at < $before",
    { before: now - TEXTS_KEPT },
  );
}

// A few of each webhook: who is done rings for the next.
function missedBells(now: Instant): Promise<Array<{ id: number }>> {
  return rows<{ id: number }>(
    `SELECT id FROM (
       SELECT id, due_at, created_at, ROW_NUMBER() OVER (PARTITION BY webhook_id ORDER BY due_at, id) AS place
       FROM webhook_calls
       WHERE finished_at IS NULL AND state = 'pending'
         AND due_at <= $now AND (due_at > created_at OR due_at <= $missed)) missed
     WHERE place <= ${AT_ONCE} ORDER BY due_at`,
    { now, missed: now - BELL },
  );
}

function waiting(webhookId: number, now: Instant): Promise<Array<{ id: number }>> {
  return rows<{ id: number }>(
    `SELECT id FROM webhook_calls
     WHERE webhook_id = $webhookId AND finished_at IS NULL AND state = 'pending' AND due_at <= $now
     ORDER BY due_at, id LIMIT 1`,
    { webhookId, now },
  );
}
