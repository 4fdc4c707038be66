// What a change of appointments owes to customers and staff.
import {
  type AppointmentEvent,
  type AppointmentMailKind,
  type DeliveryState,
  type NoticeKind,
  overtakenBy,
  owedBy,
} from "../domain/deliveries.ts";
import { type Instant, MINUTE } from "../domain/time.ts";
import { isPostgres, rows, run } from "./database.ts";
import { type Due, owe, ring } from "./delivery-owed.ts";

export type ChangedAppointment = {
  id: number;
  businessId: number;
  staffId: number;
  /** Who had it before a move that gave it to another provider. */
  previousStaffId?: number;
  startsAt: Instant;
  /** Of a move together with others: when it was. */
  startBefore?: Instant;
  sequence: number;
};

type StaffMailKind = Extract<AppointmentMailKind, `staff_${string}`>;

/**
 * What an event owes to the customer and the provider, by the notices the business has turned on;
 * what it makes pointless is marked so. What happens to several of a customer's at once is told in
 * one mail to her and one to each provider; only reminders come for each. Inside the transaction of
 * the event.
 */
export async function oweForAppointments(
  event: AppointmentEvent,
  appointments: readonly ChangedAppointment[],
  now: Instant,
): Promise<void> {
  const [first, ...others] = appointments.toSorted((a, b) => a.startsAt - b.startsAt);
  if (!first) return;
  if (event === "pending") return oweVerification([first, ...others], now);
  for (const one of appointments) await overtake(event, one, now);
  if (others.length === 0) return oweForOne(event, first, now);
  const { reminder, staff: _, ...toCustomer } = owedBy[event];
  await oweListed(toCustomer, [first, ...others], now);
  for (const [kind, own] of staffMails(event, [first, ...others]))
    await oweListed({ staff: kind }, own, now);
  if (reminder) for (const one of appointments) await oweByNotice({ reminder }, one, now);
}

async function oweForOne(
  event: AppointmentEvent,
  appointment: ChangedAppointment,
  now: Instant,
): Promise<void> {
  const { staffId, previousStaffId = staffId } = appointment;
  if (event !== "moved" || previousStaffId === staffId) {
    await oweByNotice(owedBy[event], appointment, now);
    return;
  }
  await oweByNotice({ ...owedBy.moved, staff: "staff_booked" }, appointment, now);
  const before = { ...appointment, staffId: previousStaffId };
  await oweByNotice({ staff: "staff_cancelled" }, before, now);
}

/** One of each kind to each provider, with what it lists. */
function staffMails(
  event: AppointmentEvent,
  appointments: readonly ChangedAppointment[],
): Array<[kind: StaffMailKind, own: ChangedAppointment[]]> {
  const kind = owedBy[event].staff as StaffMailKind | undefined;
  if (!kind) return [];
  const mails = appointments.flatMap((one): Array<[StaffMailKind, ChangedAppointment]> => {
    const { staffId, previousStaffId = staffId } = one;
    if (previousStaffId === staffId) return [[kind, one]];
    return [
      ["staff_booked", one],
      ["staff_cancelled", { ...one, staffId: previousStaffId }],
    ];
  });
  const each = Map.groupBy(mails, ([what, { staffId }]) => `${what} ${staffId}`);
  return [...each.values()].map((of) => [of[0]?.[0] ?? kind, of.map(([, one]) => one)]);
}

async function oweListed(
  owed: Partial<Record<NoticeKind, AppointmentMailKind>>,
  appointments: readonly ChangedAppointment[],
  now: Instant,
): Promise<void> {
  const [first] = appointments;
  if (first) await list(appointments, await oweByNotice(owed, first, now));
}

/** Writes down what a mail tells of, where that is more than one appointment. */
async function list(
  appointments: readonly ChangedAppointment[],
  deliveryIds: readonly number[],
): Promise<void> {
  if (appointments.length < 2 || deliveryIds.length === 0) return;
  await run(LIST, {
    businessId: appointments[0]?.businessId,
    deliveries: JSON.stringify(deliveryIds),
    appointments: JSON.stringify(
      appointments.map(({ id, startBefore = null }) => ({ id, startBefore })),
    ),
  });
}

const LISTED = isPostgres
  ? `json_array_elements_text($deliveries::json) AS d (id),
     json_to_recordset($appointments::json) AS a (id INTEGER, "startBefore" BIGINT)`
  : `(SELECT value AS id FROM json_each($deliveries)) d,
     (SELECT value ->> 'id' AS id, value ->> 'startBefore' AS "startBefore"
      FROM json_each($appointments)) a`;

const LIST = `INSERT INTO delivery_appointments
    (business_id, delivery_id, appointment_id, start_before)
  SELECT CAST($businessId AS INTEGER), CAST(d.id AS INTEGER), a.id, a."startBefore" FROM ${LISTED}`;

// Under no notice: the business asks for it by its settings.
async function oweVerification(
  appointments: readonly [ChangedAppointment, ...ChangedAppointment[]],
  now: Instant,
): Promise<void> {
  const [{ id: appointmentId, businessId, sequence }] = appointments;
  const owed = { businessId, kind: "verification", appointmentId, sequence, dueAt: now } as const;
  await list(appointments, await owe([owed], now));
}

// One statement for all kinds, settings included: it is part of every booking. A reminder is not
// owed for what is booked within its lead time; a customer without a mail address is owed nothing,
// and the log says why.
async function oweByNotice(
  owed: Partial<Record<NoticeKind, AppointmentMailKind>>,
  { id, businessId, staffId, startsAt, sequence }: ChangedAppointment,
  now: Instant,
): Promise<number[]> {
  if (Object.keys(owed).length === 0) return [];
  const whens = Object.entries(owed).map(([notice, kind]) => `WHEN '${notice}' THEN '${kind}'`);
  const kinds = Object.keys(owed).map((notice) => `'${notice}'`);
  const hasNoAddress = `n.kind <> 'staff' AND ${NO_ADDRESS}`;
  const reminderAt = `CAST($startsAt AS BIGINT) - r.lead_minutes * CAST(${MINUTE} AS BIGINT)`;
  const made = await rows<Due & { state: DeliveryState }>(
    `INSERT INTO deliveries
       (business_id, kind, appointment_id, staff_id, sequence, lead_minutes, due_at, created_at,
        state, reason, finished_at)
     SELECT n.business_id, CASE n.kind ${whens.join(" ")} END, CAST($id AS INTEGER),
       CASE n.kind WHEN 'staff' THEN CAST($staffId AS INTEGER) END, CAST($sequence AS INTEGER),
       r.lead_minutes, CASE n.kind WHEN 'reminder' THEN ${reminderAt} ELSE CAST($now AS BIGINT) END,
       CAST($now AS BIGINT), CASE WHEN ${hasNoAddress} THEN 'skipped' ELSE 'pending' END,
       CASE WHEN ${hasNoAddress} THEN 'no address' END,
       CASE WHEN ${hasNoAddress} THEN CAST($now AS BIGINT) END
     FROM notices n
     LEFT JOIN reminders r ON r.business_id = n.business_id AND n.kind = 'reminder'
     WHERE n.business_id = $businessId AND n.enabled AND n.kind IN (${kinds.join(", ")})
       AND (n.kind <> 'reminder' OR ${reminderAt} > $now)
     RETURNING id, due_at AS "dueAt", state`,
    { id, businessId, staffId, startsAt, sequence, now },
  );
  ring(
    made.filter(({ state }) => state === "pending"),
    now,
  );
  return made.map((one) => one.id);
}

const NO_ADDRESS = `NOT EXISTS (SELECT 1 FROM appointments a
  JOIN customers c ON c.business_id = a.business_id AND c.id = a.customer_id
  WHERE a.business_id = $businessId AND a.id = $id AND c.email IS NOT NULL)`;

// A mail that tells of others too is looked at as it is sent: they may stand.
async function overtake(
  event: AppointmentEvent,
  { id, businessId }: ChangedAppointment,
  now: Instant,
): Promise<void> {
  const { kinds, reason } = overtakenBy[event];
  // PostgreSQL knows no empty list.
  if (kinds.length === 0) return;
  await run(
    `UPDATE deliveries SET state = 'skipped', reason = $reason, finished_at = $now
     WHERE business_id = $businessId AND appointment_id = $id AND state = 'pending'
       AND kind IN (${kinds.map((kind) => `'${kind}'`).join(", ")})
       AND NOT EXISTS (SELECT 1 FROM delivery_appointments l
         WHERE l.business_id = deliveries.business_id AND l.delivery_id = deliveries.id)`,
    { id, businessId, reason, now },
  );
}
