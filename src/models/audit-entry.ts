import type { Instant } from "../domain/time.ts";
import { eventOf } from "../domain/webhooks.ts";
import { type Flag, rows } from "./database.ts";
import { type Concerned, oweCalls, WEBHOOKS_LISTEN } from "./webhook-owed.ts";

/** Who did it. */
export type Actor =
  | { kind: "customer" }
  | { kind: "staff"; staffId: number }
  /** A program, with one of the business's keys, and who made that key. */
  | { kind: "api"; keyId: number; staffId: number }
  | { kind: "operator" }
  | { kind: "system" };

export type AuditFact = {
  businessId: number;
  action: string;
  appointmentId?: number;
  /** Codes, ids and instants; never a name, an address or a text somebody typed. */
  details?: Record<string, number | boolean | null>;
};

export type AuditLine = {
  at: Instant;
  actor: Actor["kind"];
  staffName: string | null;
  /** Of a program: what its key is called. */
  keyName: string | null;
  action: string;
  details: Record<string, number | boolean | null>;
};

/** What was done, by whom and when. Append-only: the database refuses to change a row or delete it. */
export const AuditEntry = {
  /**
   * Inside the transaction of the change. What is written of an appointment or a customer is owed to the
   * business's webhooks as well; whether there are any is asked in the same statement, for most have
   * none, and a booking has no statement to spare.
   */
  async write(fact: AuditFact, actor: Actor, now: Instant): Promise<void> {
    const [written] = await rows<{ heard: Flag }>(
      `INSERT INTO audit_entries
         (business_id, at, actor, staff_id, action, appointment_id, details)
       VALUES ($businessId, $now, $actor, $staffId, $action, $appointmentId, $details)
       RETURNING ${WEBHOOKS_LISTEN} AS heard`,
      {
        businessId: fact.businessId,
        now,
        actor: actor.kind,
        staffId: actor.kind === "staff" ? actor.staffId : null,
        action: fact.action,
        appointmentId: fact.appointmentId ?? null,
        details: JSON.stringify(detailsOf(fact, actor)),
      },
    );
    const event = eventOf(fact.action);
    if (written?.heard && event) await oweCalls(concernedBy(fact), event, now);
  },

  /** The history of an appointment, oldest first. */
  async ofAppointment(businessId: number, appointmentId: number): Promise<AuditLine[]> {
    const lines = await rows<Omit<AuditLine, "details" | "keyName"> & { details: string }>(
      `SELECT a.at, a.actor, s.name AS "staffName", a.action, a.details
       FROM audit_entries a
       LEFT JOIN staff s ON s.business_id = a.business_id AND s.id = a.staff_id
       WHERE a.business_id = $businessId AND a.appointment_id = $appointmentId
       ORDER BY a.at, a.id`,
      { businessId, appointmentId },
    );
    const keys = lines.some(({ actor }) => actor === "api")
      ? await keyNames(businessId)
      : undefined;
    return lines.map((line) => {
      const details = JSON.parse(line.details) as AuditLine["details"];
      return { ...line, details, keyName: keys?.get(Number(details.keyId)) ?? null };
    });
  },
};

function concernedBy({ businessId, appointmentId, details }: AuditFact): Concerned {
  if (appointmentId !== undefined) return { businessId, appointmentId };
  return { businessId, customerId: Number(details?.customerId) };
}

// Keys are revoked, never deleted, so the id stays good.
function detailsOf({ details = {} }: AuditFact, actor: Actor): NonNullable<AuditFact["details"]> {
  return actor.kind === "api" ? { ...details, keyId: actor.keyId } : details;
}

async function keyNames(businessId: number): Promise<Map<number, string>> {
  const keys = await rows<{ id: number; name: string }>(
    "SELECT id, name FROM api_keys WHERE business_id = $businessId",
    { businessId },
  );
  return new Map(keys.map(({ id, name }) => [id, name]));
}
