// A customer says that she will come, by the link in a reminder.
import { maySayComing } from "../domain/status.ts";
import type { Instant } from "../domain/time.ts";
import { Conflict } from "../errors.ts";
import { say } from "../language.ts";
import { onlyAppointment, type StoredAppointment } from "./appointment-row.ts";
import { AuditEntry } from "./audit-entry.ts";
import { run, transaction } from "./database.ts";

/**
 * Said twice is said once. It is said of the time she was shown: when it is moved, it is to be said
 * anew.
 * @throws Conflict when there is nothing to come to: cancelled, begun, not agreed on, or moved
 */
export async function sayComing(appointment: StoredAppointment, now: Instant): Promise<void> {
  const { businessId, id, sequence } = appointment;
  if (!maySayComing(appointment, now)) throw new Conflict(say("refusal.not_coming"));
  await transaction(async () => {
    const changed = await run(
      `UPDATE appointments SET coming_at = $now
       WHERE ${WHERE} AND status = 'confirmed' AND sequence = $sequence AND coming_at IS NULL`,
      { businessId, id, sequence, now },
    );
    if (changed === 0) return requireSaid(appointment);
    const fact = { businessId, appointmentId: id, action: "appointment.coming" };
    await AuditEntry.write(fact, { kind: "customer" }, now);
  });
}

const WHERE = "business_id = $businessId AND id = $id";

/** She has said so already, or somebody has changed it between her look and her press. */
async function requireSaid({ businessId, id, sequence }: StoredAppointment): Promise<void> {
  const found = await onlyAppointment(WHERE, { businessId, id });
  const isSame = found.status === "confirmed" && found.sequence === sequence;
  if (!isSame || found.comingAt === null) throw new Conflict(say("refusal.changed"));
}
