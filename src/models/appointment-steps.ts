// What booking, moving and cancelling have in common.
import type { AppointmentEvent } from "../domain/deliveries.ts";
import type { Instant } from "../domain/time.ts";
import type { AppointmentRow, NewStatus } from "./appointment-row.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import { Delivery } from "./delivery.ts";

type Details = Record<string, number | boolean>;
export type Changed = AppointmentRow & { previousStaffId?: number; startBefore?: Instant };

/** The audit entry and what is owed to customer and staff, in the transaction of the change. */
export function tell(
  event: AppointmentEvent,
  row: Changed,
  actor: Actor,
  now: Instant,
  details: Details = {},
): Promise<void> {
  return tellTogether(event, [{ row, details }], actor, now);
}

/** The same of several of one customer at once: an audit entry each, and one mail for all. */
export async function tellTogether(
  event: AppointmentEvent,
  changes: ReadonlyArray<{ row: Changed; details?: Details }>,
  actor: Actor,
  now: Instant,
): Promise<void> {
  const together: Details = changes.length > 1 ? { together: changes.length } : {};
  for (const { row, details } of changes) {
    const { businessId, id: appointmentId } = row;
    const action = `appointment.${event}`;
    const fact = { businessId, appointmentId, action, details: { ...details, ...together } };
    await AuditEntry.write(fact, actor, now);
  }
  await Delivery.oweForAppointments(
    event,
    changes.map(({ row }) => row),
    now,
  );
}

/** What making an appointment is called, by what it waits for. */
export function eventOf(status: NewStatus): AppointmentEvent {
  return ({ pending: "pending", requested: "requested", confirmed: "booked" } as const)[status];
}
