// What appointments and holds take: of their provider's time, of rooms and equipment, of the seats
// of a group, of a limit a day or a week. Each is a subject of its own; the database refuses that
// two who are not in one group take the same.
import type { Instant } from "../domain/time.ts";
import { Conflict } from "../errors.ts";
import { enqueueAfterCommit } from "../jobs.ts";
import { isPostgres, rows, run } from "./database.ts";
import { LONGEST } from "./taken.ts";

/** All that one start takes; half-open, so touching is not overlapping. Buffers are included. */
export type Stretch = {
  businessId: number;
  staffId: number;
  locationId: number;
  from: Instant;
  until: Instant;
  /** So long before `from` as the way from another location takes; null: there is no other. */
  awayFrom: Instant | null;
  /** Rooms and equipment, one a need, in the order of the needs. */
  resourceIds: readonly number[];
  group: { key: string; seats: number; people: number } | null;
  limits: readonly Limit[];
};
/** `subject` names service, provider and day or week; there are places `0` to `most - 1` in it. */
export type Limit = { subject: string; at: Instant; most: number };
export type Claim = { appointmentId: number } | { holdId: number; expiresAt: Instant };

/** Somebody else has the time. */
export class TimeTaken extends Conflict {
  constructor() {
    super("That time has just been taken");
  }
}

export const Allocation = {
  /**
   * Takes all of it, or throws TimeTaken: the database's constraints decide. Holds that have
   * expired make way. Inside a transaction.
   */
  async take(stretch: Stretch, claim: Claim, now: Instant): Promise<void> {
    let hasDropped = false;
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const lines = await linesOf(stretch, now);
      const refused = await insert(stretch.businessId, lines, claim);
      if (refused.length === 0) return;
      await releaseClaim(stretch.businessId, claim);
      const dropped = await dropExpiredHolds(stretch, lines, now);
      // Who was quicker has that seat; there may be others.
      if (refused.every(({ numbered }) => numbered)) continue;
      if (hasDropped || dropped === 0) break;
      hasDropped = true;
    }
    throw new TimeTaken();
  },

  /** What a hold has taken becomes the appointment's. False if the hold has lost it. */
  async settle(businessId: number, holdId: number, appointmentId: number): Promise<boolean> {
    const settled = await run(
      `UPDATE allocations SET appointment_id = $appointmentId, hold_id = NULL, expires_at = NULL
       WHERE business_id = $businessId AND hold_id = $holdId`,
      { businessId, holdId, appointmentId },
    );
    return settled > 0;
  },

  /** What appointments had is free; whoever waits for it is offered it at once. */
  async release(businessId: number, ...appointmentIds: number[]): Promise<void> {
    if (appointmentIds.length === 0) return;
    for (const appointmentId of appointmentIds) await releaseClaim(businessId, { appointmentId });
    enqueueAfterCommit([{ name: "waiting.offer", payload: { businessId } }]);
  },

  releaseHold(businessId: number, holdId: number): Promise<void> {
    return releaseClaim(businessId, { holdId });
  },
};

type Line = {
  subject: string;
  staffId: number | null;
  resourceId: number | null;
  locationId: number | null;
  from: Instant;
  until: Instant;
  awayFrom: Instant | null;
  need: string | null;
  groupKey: string | null;
  /** One of several that would do as well. */
  numbered: boolean;
};

const MOST_TRIES = 60; // each time somebody else was quicker
const TICKET = 60_000; // how long a place within a limit lasts is of no importance: all last the same

/** The rows to insert, in the order in which all take them, so that no two wait for each other. */
async function linesOf(stretch: Stretch, now: Instant): Promise<Line[]> {
  const { staffId, resourceIds, from, until, locationId, awayFrom, group } = stretch;
  const place = { locationId, from, until, awayFrom, groupKey: group?.key ?? null };
  const whole = { ...place, staffId: null, resourceId: null, need: null, numbered: false };
  const lines: Line[] = [
    { ...whole, subject: `staff:${staffId}`, staffId },
    ...resourceIds.map((resourceId, i) => ({
      ...whole,
      subject: `resource:${resourceId}`,
      resourceId,
      need: group && `resource:${i}`,
      awayFrom: null,
    })),
    ...(await numberedLines(stretch, now)),
  ];
  return lines.toSorted((a, b) => (a.subject < b.subject ? -1 : 1));
}

/**
 * Seats and places within limits: any that nobody has. A group has one place, whoever joins it.
 * @throws TimeTaken when there are not enough
 */
async function numberedLines(stretch: Stretch, now: Instant): Promise<Line[]> {
  const { businessId, from, until, group, limits } = stretch;
  if (!group && limits.length === 0) return [];
  const groupKey = group?.key ?? null;
  const none = { staffId: null, resourceId: null, locationId: null, awayFrom: null };
  const lines: Line[] = [];
  for (const { subject, at, most } of limits) {
    const taken = await takenNumbers(businessId, subject, now);
    const ours = taken.find((one) => groupKey !== null && one.groupKey === groupKey);
    const [number] = ours ? [ours.number] : freeNumbers(taken, most, 1);
    lines.push({
      ...none,
      subject: `${subject}:${number}`,
      from: at,
      until: at + TICKET,
      need: group && subject,
      groupKey,
      numbered: !ours,
    });
  }
  if (!group) return lines;
  const seat = `seat:${group.key}`;
  const free = freeNumbers(await takenNumbers(businessId, seat, now), group.seats, group.people);
  const seats = free.map((number) => ({
    ...none,
    subject: `${seat}:${number}`,
    from,
    until,
    need: null,
    groupKey: `${seat}:${number}:${crypto.randomUUID()}`, // a seat is nobody else's
    numbered: true,
  }));
  return [...lines, ...seats];
}

function freeNumbers(taken: readonly { number: number }[], most: number, count: number): number[] {
  const numbers = new Set(taken.map(({ number }) => number));
  const free: number[] = [];
  for (let number = 0; number < most && free.length < count; number++)
    if (!numbers.has(number)) free.push(number);
  if (free.length < count) throw new TimeTaken();
  return free;
}

async function takenNumbers(
  businessId: number,
  subject: string,
  now: Instant,
): Promise<Array<{ number: number; groupKey: string }>> {
  const taken = await rows<{ subject: string; groupKey: string }>(
    `SELECT subject, group_key AS "groupKey" FROM allocations
     WHERE business_id = $businessId AND subject >= $first AND subject < $last
       AND (expires_at IS NULL OR expires_at > $now)`,
    { businessId, first: `${subject}:`, last: `${subject};`, now },
  );
  return taken.map(({ subject: whole, groupKey }) => ({
    number: Number(whole.slice(subject.length + 1)),
    groupKey,
  }));
}

const COLUMNS = {
  subject: "TEXT",
  staffId: "INTEGER",
  resourceId: "INTEGER",
  locationId: "INTEGER",
  from: "BIGINT",
  until: "BIGINT",
  awayFrom: "BIGINT",
  need: "TEXT",
  groupKey: "TEXT",
};
const LINES = isPostgres
  ? `json_to_recordset($lines::json) AS line (${named((name, type) => `"${name}" ${type}`)})`
  : `(SELECT ${named((name) => `value ->> '${name}' AS "${name}"`)} FROM json_each($lines)) line`;
const OWN_KEY = isPostgres ? "gen_random_uuid()::text" : "hex(randomblob(8))";
// On PostgreSQL, ON CONFLICT DO NOTHING meets the exclusion constraints without deadlocks, however
// many want one time; on SQLite the trigger aborts the statement.
const INSERT = `INSERT INTO allocations
    (business_id, subject, staff_id, resource_id, location_id, busy_from, busy_until, away_from,
     need, group_key, appointment_id, hold_id, expires_at)
  SELECT CAST($businessId AS INTEGER), subject, "staffId", "resourceId", "locationId", "from",
    "until", "awayFrom", need, COALESCE("groupKey", ${OWN_KEY}), CAST($appointmentId AS INTEGER),
    CAST($holdId AS INTEGER), CAST($expiresAt AS BIGINT)
  FROM ${LINES} WHERE TRUE
  ${isPostgres ? "ON CONFLICT DO NOTHING" : ""} RETURNING subject`;

function named(write: (name: string, type: string) => string): string {
  return Object.entries(COLUMNS)
    .map(([name, type]) => write(name, type))
    .join(", ");
}

/** @returns the lines that somebody else has; on SQLite all, whichever it is */
async function insert(businessId: number, lines: Line[], claim: Claim): Promise<Line[]> {
  const bind = {
    businessId,
    lines: JSON.stringify(lines),
    appointmentId: "appointmentId" in claim ? claim.appointmentId : null,
    holdId: "holdId" in claim ? claim.holdId : null,
    expiresAt: "expiresAt" in claim ? claim.expiresAt : null,
  };
  try {
    const taken = await rows<{ subject: string }>(INSERT, bind);
    if (taken.length === lines.length) return [];
    const subjects = new Set(taken.map(({ subject }) => subject));
    return lines.filter(({ subject }) => !subjects.has(subject));
  } catch (error) {
    // SQLite: Sequelize reports the trigger's abort as a broken unique constraint.
    if (isOverlap(error)) return lines;
    throw error;
  }
}

async function releaseClaim(
  businessId: number,
  claim: { appointmentId: number } | { holdId: number },
): Promise<void> {
  const [column, id] =
    "holdId" in claim ? ["hold_id", claim.holdId] : ["appointment_id", claim.appointmentId];
  await run(`DELETE FROM allocations WHERE business_id = $businessId AND ${column} = $id`, {
    businessId,
    id,
  });
}

async function dropExpiredHolds(
  { businessId, from, until, awayFrom }: Stretch,
  lines: readonly Line[],
  now: Instant,
): Promise<number> {
  const subjects = lines.map(({ subject }) => subject);
  const way = awayFrom === null ? 0 : from - awayFrom;
  const list = isPostgres
    ? "SELECT json_array_elements_text($subjects::json)"
    : "SELECT value FROM json_each($subjects)";
  return run(
    `DELETE FROM allocations
     WHERE business_id = $businessId AND subject IN (${list}) AND expires_at <= $now
       AND (busy_from < $until AND busy_from > $earliest AND busy_until > $from
         OR staff_id IS NULL AND resource_id IS NULL)`,
    {
      businessId,
      subjects: JSON.stringify(subjects),
      from: from - way,
      until: until + way,
      earliest: from - way - LONGEST,
      now,
    },
  );
}

function isOverlap(error: unknown): boolean {
  const { original } = error as { original?: { message?: string } };
  return original?.message?.includes("allocations_never_overlap") ?? false;
}
