// What staff say of an appointment on its day. It keeps its time whatever is said; only cancelling
// gives it back.
import { type Mark, marksOf } from "../domain/status.ts";
import type { Instant } from "../domain/time.ts";
import { Conflict } from "../errors.ts";
import { onlyAppointment, type StoredAppointment } from "./appointment-row.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import { run, transaction } from "./database.ts";

/**
 * Said twice is said once.
 * @throws Conflict when it cannot be said of it, now or any more
 */
export async function mark(
  appointment: StoredAppointment,
  as: Mark,
  actor: Actor,
  now: Instant,
): Promise<void> {
  if (appointment.status === as) return;
  if (!marksOf(appointment, now).includes(as)) throw new Conflict(TOO_EARLY_OR_LATE);
  const { businessId, id, status, sequence } = appointment;
  await transaction(async () => {
    const changed = await run(
      `UPDATE appointments SET status = $as
       WHERE business_id = $businessId AND id = $id AND status = $status AND sequence = $sequence`,
      { businessId, id, status, sequence, as },
    );
    if (changed === 0) return requireMarked(appointment, as);
    // "confirmed" is what a customer or an approval does; this takes back what staff said.
    const action = `appointment.${as === "confirmed" ? "unmarked" : as}`;
    await AuditEntry.write({ businessId, appointmentId: id, action }, actor, now);
  });
}

const TOO_EARLY_OR_LATE = "That cannot be said of this appointment as it is now";

/** Somebody was quicker; if she said the same, all is well. */
async function requireMarked({ businessId, id }: StoredAppointment, as: Mark): Promise<void> {
  const where = "business_id = $businessId AND id = $id";
  const { status } = await onlyAppointment(where, { businessId, id });
  if (status !== as) throw new Conflict("The appointment has been changed meanwhile");
}
