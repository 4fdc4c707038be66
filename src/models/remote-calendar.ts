// Calendars elsewhere whose busy times count here. They are only read; nothing is sent there.
import { DAY, type Instant, MINUTE } from "../domain/time.ts";
import { NotFound } from "../errors.ts";
import { enqueueAfterCommit, type Job } from "../jobs.ts";
import { hmac, seal, unseal } from "../secrets.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import { rows, run } from "./database.ts";
import { toId } from "./id.ts";
import { inTurn, Refused } from "./set-up.ts";

/** What a page shows of one. */
export type RemoteCalendar = {
  id: number;
  businessId: number;
  staffId: number;
  name: string;
  /** The address without its secret part. */
  host: string;
  agreedBy: string;
  createdAt: Instant;
  /** When it was last read in full, or found to be the same. */
  readAt: Instant | null;
  /** Until then what is known of it is good; after it, its provider has no times to offer. */
  trustedUntil: Instant;
  /** Why it could not be read the last time: a code. */
  reason: string | null;
  status: number | null;
  dueAt: Instant;
};

type Staff = { id: number; businessId: number };
type Member = Extract<Actor, { kind: "staff" }>;

/** How long what is known stays good when a calendar can no longer be read. */
export const TRUSTED_FOR = DAY;
const AGAIN = MINUTE; // what was read so lately is not asked for again, however often somebody presses
const MOST = 5;
/** The purpose that addresses are sealed for. */
export const ADDRESS = "calendar address";

export const RemoteCalendar = {
  async ofStaff({ businessId, id }: Staff): Promise<RemoteCalendar[]> {
    const found = await rows<RemoteCalendar & { url: string }>(
      `SELECT r.id, r.business_id AS "businessId", r.staff_id AS "staffId", r.name, r.url,
         s.name AS "agreedBy", r.created_at AS "createdAt", r.read_at AS "readAt",
         r.trusted_until AS "trustedUntil", r.reason, r.status, r.due_at AS "dueAt"
       FROM remote_calendars r
       JOIN staff s ON s.business_id = r.business_id AND s.id = r.agreed_by
       WHERE r.business_id = $businessId AND r.staff_id = $id ORDER BY r.id`,
      { businessId, id },
    );
    return found.map(({ url, ...row }) => ({ ...row, host: hostOf(url) }));
  },

  /** How many a provider of the business has, and how many of them cannot be read, by provider. */
  async counts(business: { id: number }): Promise<Map<number, { all: number; failing: number }>> {
    const found = await rows<{ staffId: number; all: number; failing: number }>(
      `SELECT staff_id AS "staffId", CAST(COUNT(*) AS INTEGER) AS "all",
         CAST(COUNT(reason) AS INTEGER) AS failing
       FROM remote_calendars WHERE business_id = $businessId GROUP BY staff_id`,
      { businessId: business.id },
    );
    return new Map(found.map(({ staffId, ...counts }) => [staffId, counts]));
  },

  /**
   * Read from now on, with the agreement of who adds it.
   * @throws Refused for an address that is there already, and for one too many
   */
  add(
    staff: Staff,
    { name, url }: { name: string; url: string },
    actor: Member,
    now: Instant,
  ): Promise<void> {
    const { businessId, id: staffId } = staff;
    return inTurn({ id: businessId }, async () => {
      const known = await hashesOf(staff);
      const hash = hmac(ADDRESS, url);
      if (known.includes(hash)) throw new Refused("url", "This calendar is read already");
      if (known.length >= MOST)
        throw new Refused("url", `${MOST} calendars are the most; remove one first`);
      const [made] = await rows<{ id: number }>(
        `INSERT INTO remote_calendars (business_id, staff_id, name, url, url_hash, agreed_by,
           trusted_until, due_at, created_at)
         VALUES ($businessId, $staffId, $name, $url, $hash, $agreedBy, $trustedUntil, $now, $now)
         RETURNING id`,
        {
          businessId,
          staffId,
          name,
          url: seal(ADDRESS, url),
          hash,
          agreedBy: actor.staffId,
          trustedUntil: now + TRUSTED_FOR,
          now,
        },
      );
      await write("calendar.added", businessId, made?.id ?? 0, actor, now);
      if (made) enqueueAfterCommit([readingBell(made)]);
    });
  },

  /** Asks for it to be read at once. @throws NotFound */
  async readSoon(staff: Staff, id: unknown, now: Instant): Promise<void> {
    await inTurn({ id: staff.businessId }, async () => {
      const asked = await rows<{ id: number }>(
        `UPDATE remote_calendars SET due_at = CASE
           WHEN read_at > CAST($now AS BIGINT) - ${AGAIN} THEN due_at ELSE CAST($now AS BIGINT) END
         WHERE business_id = $businessId AND staff_id = $staffId AND id = $id RETURNING id`,
        { businessId: staff.businessId, staffId: staff.id, id: toId(id), now },
      );
      if (asked.length === 0) throw new NotFound("calendar");
      enqueueAfterCommit(asked.map(readingBell));
    });
  },

  /** What was known of it goes with it. @throws NotFound */
  async remove(staff: Staff, id: unknown, actor: Member, now: Instant): Promise<void> {
    const { businessId } = staff;
    await inTurn({ id: businessId }, async () => {
      const removed = await run(
        `DELETE FROM remote_calendars
         WHERE business_id = $businessId AND staff_id = $staffId AND id = $id`,
        { businessId, staffId: staff.id, id: toId(id) },
      );
      if (removed === 0) throw new NotFound("calendar");
      await write("calendar.removed", businessId, toId(id), actor, now);
    });
  },
};

/** Undefined when no key of ours opens it any more. */
export function addressOf(sealed: string): string | undefined {
  return unseal(ADDRESS, sealed);
}

// Ringing while a bell still waits adds nothing: a job's id is unique while it waits.
export function readingBell({ id }: { id: number }): Job {
  return { name: "calendar.read", payload: { calendarId: id }, id: `calendar-${id}` };
}

function hostOf(sealed: string): string {
  const url = addressOf(sealed);
  return url === undefined ? "an address that can no longer be read" : new URL(url).host;
}

async function hashesOf({ businessId, id }: Staff): Promise<string[]> {
  const found = await rows<{ hash: string }>(
    `SELECT url_hash AS hash FROM remote_calendars
     WHERE business_id = $businessId AND staff_id = $id`,
    { businessId, id },
  );
  return found.map(({ hash }) => hash);
}

function write(action: string, businessId: number, calendarId: number, actor: Actor, now: Instant) {
  return AuditEntry.write({ businessId, action, details: { calendarId } }, actor, now);
}
