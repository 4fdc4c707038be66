import type { Busy } from "../domain/availability.ts";
import type { Instant } from "../domain/time.ts";
import { Conflict } from "../errors.ts";
import { isPostgres, rows, run } from "./database.ts";

/** Time taken from one provider, buffers included: half-open, so touching is not overlapping. */
export type Stretch = { businessId: number; staffId: number; from: Instant; until: Instant };
export type Range = { from: Instant; until: Instant };
export type Claim = { appointmentId: number } | { holdId: number; expiresAt: Instant };

/** Somebody else has the time. */
export class TimeTaken extends Conflict {
  constructor() {
    super("That time has just been taken");
  }
}

// No allocation is longer (a check constraint), so an overlap is found in a short index range.
const LONGEST = 48 * 60 * 60 * 1000;

export const Allocation = {
  /**
   * Takes the time, or throws TimeTaken: the database's constraint decides. Holds that have
   * expired make way. Inside a transaction.
   */
  async take(stretch: Stretch, claim: Claim, now: Instant): Promise<void> {
    if (await insert(stretch, claim)) return;
    const dropped = await dropExpiredHolds(stretch, now);
    if (dropped === 0 || !(await insert(stretch, claim))) throw new TimeTaken();
  },

  /** A hold's time becomes the appointment's. False if the hold has lost it. */
  async settle(businessId: number, holdId: number, appointmentId: number): Promise<boolean> {
    const settled = await run(
      `UPDATE allocations SET appointment_id = $appointmentId, hold_id = NULL, expires_at = NULL
       WHERE business_id = $businessId AND hold_id = $holdId`,
      { businessId, holdId, appointmentId },
    );
    return settled > 0;
  },

  async release(businessId: number, appointmentId: number): Promise<void> {
    await run(
      `DELETE FROM allocations
       WHERE business_id = $businessId AND appointment_id = $appointmentId`,
      { businessId, appointmentId },
    );
  },

  async releaseHold(businessId: number, holdId: number): Promise<void> {
    await run("DELETE FROM allocations WHERE business_id = $businessId AND hold_id = $holdId", {
      businessId,
      holdId,
    });
  },

  /**
   * What is taken in a range of time, by provider, live holds included, in one query.
   * @param staffId only of this provider
   * @param except an appointment that is about to move: its own time does not stand in its way
   */
  async busy(
    businessId: number,
    { from, until }: Range,
    { now, staffId, except = 0 }: { now: Instant; staffId?: number | undefined; except?: number },
  ): Promise<Map<number, Busy[]>> {
    const only = staffId === undefined ? "" : " AND staff_id = $staffId";
    const taken = await rows<Taken>(
      `SELECT staff_id AS "staffId", busy_from AS "from", busy_until AS "until",
         expires_at AS "expiresAt"
       FROM allocations
       WHERE business_id = $businessId AND busy_from < $until
         AND busy_from > $earliest AND busy_until > $from
         AND (expires_at IS NULL OR expires_at > $now)
         AND (appointment_id IS NULL OR appointment_id <> $except)${only}
       ORDER BY busy_from`,
      { businessId, from, until, earliest: from - LONGEST, now, except, staffId },
    );
    return grouped(taken);
  },
};

type Taken = { staffId: number; from: Instant; until: Instant; expiresAt: Instant | null };

function dropExpiredHolds({ businessId, staffId, from, until }: Stretch, now: Instant) {
  return run(
    `DELETE FROM allocations
     WHERE business_id = $businessId AND subject = $subject AND expires_at <= $now
       AND busy_from < $until AND busy_from > $earliest AND busy_until > $from`,
    { businessId, subject: subject(staffId), from, until, earliest: from - LONGEST, now },
  );
}

/**
 * On PostgreSQL, ON CONFLICT DO NOTHING meets the exclusion constraint without deadlocks, however
 * many want one time; on SQLite the trigger aborts the statement, which Sequelize reports as a
 * broken unique constraint.
 */
async function insert(stretch: Stretch, claim: Claim): Promise<boolean> {
  const { businessId, staffId, from, until } = stretch;
  const hold = "holdId" in claim ? claim : undefined;
  const sql = `INSERT INTO allocations
      (business_id, subject, staff_id, busy_from, busy_until, appointment_id, hold_id, expires_at)
    VALUES
      ($businessId, $subject, $staffId, $from, $until, $appointmentId, $holdId, $expiresAt)`;
  const bind = {
    businessId,
    subject: subject(staffId),
    staffId,
    from,
    until,
    appointmentId: "appointmentId" in claim ? claim.appointmentId : null,
    holdId: hold?.holdId ?? null,
    expiresAt: hold?.expiresAt ?? null,
  };
  if (isPostgres) return (await run(`${sql} ON CONFLICT DO NOTHING`, bind)) === 1;
  return run(sql, bind).then(
    () => true,
    (error: unknown) => {
      if (isOverlap(error)) return false;
      throw error;
    },
  );
}

function isOverlap(error: unknown): boolean {
  const { original } = error as { original?: { message?: string } };
  return original?.message?.includes("allocations_never_overlap") ?? false;
}

function subject(staffId: number): string {
  return `staff:${staffId}`;
}

function grouped(taken: Taken[]): Map<number, Busy[]> {
  const busy = new Map<number, Busy[]>();
  for (const { staffId, from, until, expiresAt } of taken) {
    const stretch: Busy = {
      start: from,
      end: until,
      kind: expiresAt === null ? "appointment" : "hold",
    };
    const others = busy.get(staffId);
    if (others) others.push(stretch);
    else busy.set(staffId, [stretch]);
  }
  return busy;
}
