// What is done to several appointments of a series at once: each is changed and written down like
// one alone, in one transaction, and one mail tells of all.
import { isOpen } from "../domain/status.ts";
import { type Instant, MINUTE } from "../domain/time.ts";
import { Conflict, NotFound } from "../errors.ts";
import { say } from "../language.ts";
import { Allocation } from "./allocation.ts";
import { CHANGEABLE, COLUMNS, type StoredAppointment } from "./appointment-row.ts";
import { tellTogether } from "./appointment-steps.ts";
import type { Actor } from "./audit-entry.ts";
import type { CatalogueService } from "./catalogue.ts";
import { isPostgres, rows, run, transaction } from "./database.ts";

export type Member = StoredAppointment & { staffName: string };
/** Who does it, and with whose appointments only; undefined: everybody's. */
export type By = { actor: Actor; only?: number | undefined };

/**
 * All of the series, the cancelled too, in the order of their starts.
 * @throws NotFound for an appointment that is in none
 */
export async function membersOf({
  businessId,
  seriesId,
}: Pick<StoredAppointment, "businessId" | "seriesId">): Promise<Member[]> {
  if (seriesId === null) throw new NotFound("series");
  return rows<Member>(
    `SELECT ${COLUMNS}, (SELECT s.name FROM staff s
       WHERE s.business_id = appointments.business_id AND s.id = staff_id) AS "staffName"
     FROM appointments WHERE business_id = $businessId AND series_id = $seriesId
     ORDER BY starts_at, id`,
    { businessId, seriesId },
  );
}

/** Those of them from an instant on that can still be changed and have not begun. */
export function membersIn(members: readonly Member[], from: Instant, now: Instant): Member[] {
  const begin = Math.max(from, now);
  return members.filter(({ status, startsAt }) => isOpen(status) && startsAt >= begin);
}

/**
 * Those from an instant on. What has begun stands, and so does what a customer can no longer cancel
 * by the service's notice; staff may, and the history says so. Twice is once.
 * @returns how many it cancelled
 * @throws NotFound for an appointment that is in no series
 */
export function cancelSeries(
  appointment: StoredAppointment,
  service: CatalogueService,
  begin: Instant,
  { actor, only }: By,
  now: Instant,
): Promise<number> {
  const inTime = now + service.cancellingNotice * MINUTE;
  const from = Math.max(begin, actor.kind === "customer" ? inTime : now);
  return transaction(async () => {
    await lockSeries(appointment);
    const cancelled = await changed(
      appointment,
      `UPDATE appointments
       SET status = 'cancelled', cancelled_at = $now, pending_until = NULL, sequence = sequence + 1
       WHERE ${MEMBERS} AND status IN (${CHANGEABLE}) AND starts_at >= $from`,
      { now, from, only },
    );
    await release(appointment, cancelled);
    const changes = cancelled.map((row) => ({ row, details: { override: row.startsAt < inTime } }));
    await tellTogether("cancelled", changes, actor, now);
    return cancelled.length;
  });
}

/**
 * All that wait for the business's yes get it. Twice is once.
 * @throws Conflict when all have been declined or cancelled meanwhile
 */
export function approveSeries(
  appointment: StoredAppointment,
  { actor, only }: By,
  now: Instant,
): Promise<number> {
  const { businessId, customerId } = appointment;
  return transaction(async () => {
    await lockSeries(appointment);
    const approved = await changed(
      appointment,
      `UPDATE appointments SET status = 'confirmed' WHERE ${MEMBERS} AND status = 'requested'`,
      { only },
    );
    if (approved.length === 0) return requireAnswered(appointment, false);
    // Who has once been said yes to is no longer new.
    await run(
      `UPDATE customers SET approved_at = COALESCE(approved_at, $now)
       WHERE business_id = $businessId AND id = $customerId`,
      { businessId, customerId, now },
    );
    return told("approved", approved, actor, now);
  });
}

/**
 * All that wait for the business's yes give their time back. Twice is once.
 * @throws Conflict when all have been approved meanwhile
 */
export function declineSeries(
  appointment: StoredAppointment,
  { actor, only }: By,
  now: Instant,
): Promise<number> {
  return transaction(async () => {
    await lockSeries(appointment);
    const declined = await changed(
      appointment,
      `UPDATE appointments SET status = 'cancelled', cancelled_at = $now, sequence = sequence + 1
       WHERE ${MEMBERS} AND status = 'requested'`,
      { now, only },
    );
    if (declined.length === 0) return requireAnswered(appointment, true);
    await release(appointment, declined);
    return told("declined", declined, actor, now);
  });
}

/** What is done to a series waits for what is being done to it: the rows are locked in one order. */
export async function lockSeries({ businessId, seriesId }: StoredAppointment): Promise<void> {
  const lock = isPostgres ? " FOR UPDATE" : "";
  const [series] = await rows(
    `SELECT id FROM series WHERE business_id = $businessId AND id = $seriesId${lock}`,
    { businessId, seriesId: seriesId ?? 0 },
  );
  if (!series) throw new NotFound("series");
}

const MEMBERS = `business_id = $businessId AND series_id = $seriesId
  AND ($only = 0 OR staff_id = $only)`;

/** In the order of their starts. */
async function changed(
  { businessId, seriesId }: StoredAppointment,
  update: string,
  { only = 0, ...bind }: { only?: number | undefined } & Record<string, unknown>,
): Promise<StoredAppointment[]> {
  const found = await rows<StoredAppointment>(`${update} RETURNING ${COLUMNS}`, {
    ...bind,
    businessId,
    seriesId,
    only,
  });
  return found.toSorted((a, b) => a.startsAt - b.startsAt);
}

function release({ businessId }: StoredAppointment, gone: StoredAppointment[]): Promise<void> {
  return Allocation.release(businessId, ...gone.map(({ id }) => id));
}

async function told(
  event: "approved" | "declined",
  changes: readonly StoredAppointment[],
  actor: Actor,
  now: Instant,
): Promise<number> {
  await tellTogether(
    event,
    changes.map((row) => ({ row })),
    actor,
    now,
  );
  return changes.length;
}

/** Somebody was quicker; if she said the same of one of them, all is well. */
async function requireAnswered(appointment: StoredAppointment, asCancelled: boolean) {
  const members = await membersOf(appointment);
  if (!members.some(({ status }) => (status === "cancelled") === asCancelled))
    throw new Conflict(say("refusal.changed"));
  return 0;
}
