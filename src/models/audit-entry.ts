import type { Instant } from "../domain/time.ts";
import { rows, run } from "./database.ts";

/** Who did it. */
export type Actor =
  | { kind: "customer" }
  | { kind: "staff"; staffId: number }
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
  action: string;
  details: Record<string, number | boolean | null>;
};

/** What was done, by whom and when. Append-only: the database refuses to change a row or delete it. */
export const AuditEntry = {
  /** Inside the transaction of the change. */
  async write(fact: AuditFact, actor: Actor, now: Instant): Promise<void> {
    await run(
      `INSERT INTO audit_entries
         (business_id, at, actor, staff_id, action, appointment_id, details)
       VALUES ($businessId, $now, $actor, $staffId, $action, $appointmentId, $details)`,
      {
        businessId: fact.businessId,
        now,
        actor: actor.kind,
        staffId: actor.kind === "staff" ? actor.staffId : null,
        action: fact.action,
        appointmentId: fact.appointmentId ?? null,
        details: JSON.stringify(fact.details ?? {}),
      },
    );
  },

  /** The history of an appointment, oldest first. */
  async ofAppointment(businessId: number, appointmentId: number): Promise<AuditLine[]> {
    const lines = await rows<Omit<AuditLine, "details"> & { details: string }>(
      `SELECT a.at, a.actor, s.name AS "staffName", a.action, a.details
       FROM audit_entries a
       LEFT JOIN staff s ON s.business_id = a.business_id AND s.id = a.staff_id
       WHERE a.business_id = $businessId AND a.appointment_id = $appointmentId
       ORDER BY a.at, a.id`,
      { businessId, appointmentId },
    );
    return lines.map((line) => ({
      ...line,
      details: JSON.parse(line.details) as AuditLine["details"],
    }));
  },
};
