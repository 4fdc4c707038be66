// What is written down of a mail that is owed, before anything has happened to it.
import type { DeliveryKind } from "../domain/deliveries.ts";
import type { Instant } from "../domain/time.ts";
import { isPostgres } from "./database.ts";

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
export const OWE = `INSERT INTO deliveries (business_id, kind, appointment_id, staff_id, invitation_id,
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
