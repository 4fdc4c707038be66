// A new customer shows that her mail address is hers, where the business wants it so (D11): the time
// is kept for half an hour, and the mail's link leads to a button that confirms it.
import type { Instant } from "../domain/time.ts";
import { Conflict } from "../errors.ts";
import { say } from "../language.ts";
import { proves } from "../links.ts";
import { Allocation } from "./allocation.ts";
import {
  allAppointments,
  onlyAppointment,
  statusFor,
  type StoredAppointment,
} from "./appointment-row.ts";
import { eventOf, tell, tellTogether } from "./appointment-steps.ts";
import { type Flag, rows, run, transaction } from "./database.ts";

/**
 * Confirming twice is confirming once.
 * @param proof what only the mail's link carries
 * @throws Conflict when the time has gone, or the link is not the mail's
 */
export async function verify(
  appointment: StoredAppointment,
  proof: string,
  now: Instant,
): Promise<void> {
  const { businessId, id, customerId, seriesId } = appointment;
  if (!proves(appointment.uid, proof)) throw new Conflict(say("refusal.changed"));
  if (appointment.status !== "pending" && appointment.status !== "cancelled") return;
  await transaction(async () => {
    await run(
      `UPDATE customers SET confirmed_at = COALESCE(confirmed_at, $now)
       WHERE business_id = $businessId AND id = $customerId`,
      { businessId, customerId, now },
    );
    const status = await statusAfter(appointment, now);
    const changed = await rows<{ id: number }>(
      `UPDATE appointments SET status = $status, pending_until = NULL
       WHERE business_id = $businessId AND (id = $id OR series_id = $seriesId)
         AND status = 'pending' AND pending_until > $now
       RETURNING id`,
      { businessId, id, seriesId, status, now },
    );
    if (changed.length === 0) throw new Conflict(say("refusal.too_late"));
    const told = await allAppointments(
      businessId,
      changed.map((one) => one.id),
    );
    const changes = told.map((row) => ({ row }));
    await tellTogether(eventOf(status), changes, { kind: "customer" }, now);
  });
}

/** Gives back what nobody has confirmed in time. @returns how many */
export async function sweepPending(now: Instant): Promise<number> {
  const over = await rows<{ id: number; businessId: number }>(
    `SELECT id, business_id AS "businessId" FROM appointments
     WHERE pending_until <= $now ORDER BY pending_until LIMIT 500`,
    { now },
  );
  for (const { id, businessId } of over)
    await transaction(async () => {
      const changed = await run(
        `UPDATE appointments SET status = 'cancelled', cancelled_at = $now, pending_until = NULL,
           sequence = sequence + 1
         WHERE business_id = $businessId AND id = $id AND pending_until <= $now`,
        { businessId, id, now },
      );
      if (changed === 0) return;
      await Allocation.release(businessId, id);
      const row = await onlyAppointment(WHERE, { businessId, id });
      await tell("expired", row, { kind: "system" }, now);
    });
  return over.length;
}

const WHERE = "business_id = $businessId AND id = $id";

/** It may still wait for the business's yes. */
async function statusAfter(
  { businessId, serviceId, customerId }: StoredAppointment,
  now: Instant,
): Promise<"requested" | "confirmed"> {
  const [found] = await rows<{ approval: Flag; approvedAt: Instant | null }>(
    `SELECT s.approval, c.approved_at AS "approvedAt" FROM services s
     JOIN customers c ON c.business_id = s.business_id AND c.id = $customerId
     WHERE s.business_id = $businessId AND s.id = $serviceId`,
    { businessId, serviceId, customerId },
  );
  const approval = Boolean(found?.approval);
  const status = statusFor(
    { approval },
    { approvedAt: found?.approvedAt ?? null, confirmedAt: now },
  );
  return status === "pending" ? "confirmed" : status;
}
