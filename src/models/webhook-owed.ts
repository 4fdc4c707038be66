// What webhooks are owed by a change, in the change's own transaction.
import { TEST_EVENT, TRIED_FOR, type WebhookEvent } from "../domain/webhooks.ts";
import type { Instant } from "../domain/time.ts";
import { enqueueAfterCommit, type Job } from "../jobs.ts";
import { newToken } from "../secrets.ts";
import { rows } from "./database.ts";

/** Whether any webhook of $businessId is on, in SQL: for a statement that is run anyway. */
export const WEBHOOKS_LISTEN = `EXISTS (SELECT 1 FROM webhook_consents
  WHERE business_id = $businessId AND ended_at IS NULL)`;

/** What an event is about: one of these. */
export type Concerned = {
  businessId: number;
  appointmentId?: number | undefined;
  customerId?: number | undefined;
  /** The number of a customer who is no longer there. */
  goneCustomer?: number | undefined;
};

/** Owes a call to each webhook that listens to this event. */
export async function oweCalls(
  { businessId, appointmentId, customerId, goneCustomer }: Concerned,
  event: WebhookEvent,
  now: Instant,
): Promise<void> {
  const made = await rows<{ id: number }>(OWE, {
    businessId,
    appointmentId: appointmentId ?? null,
    customerId: customerId ?? null,
    goneCustomer: goneCustomer ?? null,
    event,
    listening: `% ${event} %`,
    message: newMessage(),
    now,
    giveUpAt: now + TRIED_FOR,
  });
  ring(made);
}

/** Owes an example, if the webhook is on and none is on its way. */
export async function oweTest(
  { businessId, id }: { businessId: number; id: number },
  now: Instant,
): Promise<void> {
  const bind = { businessId, id, message: newMessage(), now, giveUpAt: now + TRIED_FOR };
  ring(await rows<{ id: number }>(OWE_TEST, bind));
}

/** Rings after the commit of the transaction around the call. */
export function ring(made: ReadonlyArray<{ id: number }>): void {
  enqueueAfterCommit(made.map(callBell));
}

// Ringing for a row whose bell still waits adds nothing: a job's id is unique while it waits.
export function callBell({ id }: { id: number }): Job {
  return { name: "webhook.send", payload: { callId: id }, id: `call-${id}` };
}

// The same on each try and for each of a business's webhooks, so that a double can be told.
function newMessage(): string {
  return `msg_${newToken()}`;
}

const COLUMNS = `(business_id, webhook_id, event, message, appointment_id, customer_id,
  gone_customer, due_at, give_up_at, created_at)`;

// A customer is new once, however often she books in the moment she came.
const OWE = `INSERT INTO webhook_calls ${COLUMNS}
  SELECT c.business_id, c.webhook_id, CAST($event AS TEXT), CAST($message AS TEXT),
    CAST($appointmentId AS INTEGER), CAST($customerId AS INTEGER), CAST($goneCustomer AS INTEGER),
    CAST($now AS BIGINT), CAST($giveUpAt AS BIGINT), CAST($now AS BIGINT)
  FROM webhook_consents c
  WHERE c.business_id = $businessId AND c.ended_at IS NULL AND ' ' || c.events || ' ' LIKE $listening
    AND NOT EXISTS (SELECT 1 FROM webhook_calls o
      WHERE o.business_id = c.business_id AND o.webhook_id = c.webhook_id
        AND o.customer_id = $customerId AND o.event = $event AND o.event = 'customer.created')
  RETURNING id`;

const OWE_TEST = `INSERT INTO webhook_calls ${COLUMNS}
  SELECT c.business_id, c.webhook_id, '${TEST_EVENT}', CAST($message AS TEXT), NULL, NULL,
    NULL, CAST($now AS BIGINT), CAST($giveUpAt AS BIGINT), CAST($now AS BIGINT)
  FROM webhook_consents c
  WHERE c.business_id = $businessId AND c.webhook_id = $id AND c.ended_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM webhook_calls o
      WHERE o.webhook_id = c.webhook_id AND o.event = '${TEST_EVENT}' AND o.finished_at IS NULL)
  RETURNING id`;
