// The business's yes or no to what a customer asked for. The time is kept until then.
import type { Instant } from "../domain/time.ts";
import { Conflict } from "../errors.ts";
import { Allocation } from "./allocation.ts";
import { onlyAppointment, type StoredAppointment } from "./appointment-row.ts";
import { tell } from "./appointment-steps.ts";
import type { Actor } from "./audit-entry.ts";
import { run, transaction } from "./database.ts";

/**
 * Approving twice is approving once.
 * @throws Conflict when it has been cancelled or declined meanwhile
 */
export async function approve(
  appointment: StoredAppointment,
  actor: Actor,
  now: Instant,
): Promise<void> {
  const { businessId, id } = appointment;
  await transaction(async () => {
    const changed = await run(
      `UPDATE appointments SET status = 'confirmed'
       WHERE business_id = $businessId AND id = $id AND status = 'requested'`,
      { businessId, id },
    );
    if (changed === 0) return requireAnswered(appointment, false);
    // Who has once been said yes to is no longer new.
    await run(
      `UPDATE customers SET approved_at = COALESCE(approved_at, $now)
       WHERE business_id = $businessId AND id = $customerId`,
      { businessId, customerId: appointment.customerId, now },
    );
    const row = await onlyAppointment(WHERE, { businessId, id });
    await tell("approved", row, actor, now);
  });
}

/**
 * Gives its time back. Declining twice is declining once.
 * @throws Conflict when it has been approved meanwhile
 */
export async function decline(
  appointment: StoredAppointment,
  actor: Actor,
  now: Instant,
): Promise<void> {
  const { businessId, id } = appointment;
  await transaction(async () => {
    const changed = await run(
      `UPDATE appointments SET status = 'cancelled', cancelled_at = $now, sequence = sequence + 1
       WHERE business_id = $businessId AND id = $id AND status = 'requested'`,
      { businessId, id, now },
    );
    if (changed === 0) return requireAnswered(appointment, true);
    await Allocation.release(businessId, id);
    const row = await onlyAppointment(WHERE, { businessId, id });
    await tell("declined", row, actor, now);
  });
}

const WHERE = "business_id = $businessId AND id = $id";

/** Somebody was quicker; if she said the same, all is well. */
async function requireAnswered(
  { businessId, id }: StoredAppointment,
  asCancelled: boolean,
): Promise<void> {
  const { status } = await onlyAppointment(WHERE, { businessId, id });
  if ((status === "cancelled") !== asCancelled)
    throw new Conflict("The appointment has been changed meanwhile");
}
