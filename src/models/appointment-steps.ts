// What booking, moving and cancelling have in common.
import type { Instant } from "../domain/time.ts";
import { TimeTaken } from "./allocation.ts";
import type { AppointmentRow } from "./appointment-row.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import { Delivery } from "./delivery.ts";
import { type Question, startAt } from "./starts.ts";

/** The audit entry and what is owed to customer and staff, in the transaction of the change. */
export async function tell(
  event: "booked" | "moved" | "cancelled",
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

/** Who may be tried: those the start is offered with, or with `override` whoever does the service. */
export async function whoCould(
  question: Question,
  start: Instant,
  override: boolean,
): Promise<readonly number[]> {
  const { service, staffId } = question;
  if (override) return staffId === undefined ? service.staffIds : [staffId];
  const free = await startAt(question, start);
  if (!free) throw new TimeTaken();
  return free.staffIds;
}

export async function unlessTaken<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TimeTaken) return undefined;
    throw error;
  }
}

/** The same order, but with one candidate in front, if it is among them. */
export function withFirst(staffIds: readonly number[], first: number): number[] {
  return staffIds.toSorted((a, b) => Number(b === first) - Number(a === first));
}
