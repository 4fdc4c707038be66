// What booking, moving and cancelling have in common.
import type { AppointmentEvent } from "../domain/deliveries.ts";
import type { Instant } from "../domain/time.ts";
import type { AppointmentRow, NewStatus } from "./appointment-row.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import { Delivery } from "./delivery.ts";

/** The audit entry and what is owed to customer and staff, in the transaction of the change. */
export async function tell(
  event: AppointmentEvent,
  row: AppointmentRow & { previousStaffId?: number },
  actor: Actor,
  now: Instant,
  details: Record<string, number | boolean> = {},
): Promise<void> {
  const { businessId, id } = row;
  const fact = { businessId, appointmentId: id, action: `appointment.${event}`, details };
  await AuditEntry.write(fact, actor, now);
  await Delivery.oweForAppointment(event, row, now);
}

/** What making an appointment is called, by what it waits for. */
export function eventOf(status: NewStatus): AppointmentEvent {
  return ({ pending: "pending", requested: "requested", confirmed: "booked" } as const)[status];
}
