// What is written down of a mail that is owed, before anything has happened to it.
import type { DeliveryKind } from "../domain/deliveries.ts";
import type { Instant } from "../domain/time.ts";
import { enqueueAfterCommit, type Job } from "../jobs.ts";
import { isPostgres, rows } from "./database.ts";

export type Owed = {
  businessId: number;
  kind: DeliveryKind;
  appointmentId?: number;
  staffId?: number;
  invitationId?: number;
  passwordResetId?: number;
  myLinkId?: number;
  erasureId?: number;
  sequence?: number;
  dueAt: Instant;
};

export type Due = { id: number; dueAt: Instant };

/** Inside the transaction of the change that causes them. Gives their ids, in order. */
export async function owe(list: readonly Owed[], now: Instant): Promise<number[]> {
  if (list.length === 0) return [];
  const made = await rows<Due>(OWE, { list: JSON.stringify(list), now });
  ring(made, now);
  return made.map(({ id }) => id).toSorted((a, b) => a - b);
}

/** Rings after the commit of the transaction around the call, for what is due already. */
export function ring(made: readonly Due[], now: Instant): void {
  enqueueAfterCommit(made.filter(({ dueAt }) => dueAt <= now).map(bell));
}

// Ringing for a row whose bell still waits adds nothing: a job's id is unique while it waits.
export function bell({ id }: { id: number }): Job {
  return { name: "delivery.send", payload: { deliveryId: id }, id: `delivery-${id}` };
}

const COLUMNS = {
  businessId: "INTEGER",
  kind: "TEXT",
  appointmentId: "INTEGER",
  staffId: "INTEGER",
  invitationId: "INTEGER",
  passwordResetId: "INTEGER",
  myLinkId: "INTEGER",
  erasureId: "INTEGER",
  sequence: "INTEGER",
  dueAt: "BIGINT",
};

const OWED = isPostgres
  ? `json_to_recordset($list::json) AS owed (${named((name, type) => `"${name}" ${type}`)})`
  : `(SELECT ${named((name) => `value ->> '${name}' AS "${name}"`)} FROM json_each($list)) owed`;

// However many there are in `$list` (JSON), the text stays the same, and so it stays prepared.
const OWE = `INSERT INTO deliveries (business_id, kind, appointment_id, staff_id, invitation_id,
    password_reset_id, my_link_id, erasure_id, sequence, due_at, created_at)
  SELECT "businessId", kind, "appointmentId", "staffId", "invitationId", "passwordResetId",
    "myLinkId", "erasureId", COALESCE(sequence, 0), "dueAt", CAST($now AS BIGINT)
  FROM ${OWED}
  RETURNING id, due_at AS "dueAt"`;

function named(write: (name: string, type: string) => string): string {
  return Object.entries(COLUMNS)
    .map(([name, type]) => write(name, type))
    .join(", ");
}
