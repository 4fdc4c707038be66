// A provider's appointments as a calendar that other programs subscribe to, at a secret link.
import { DAY, type Instant, type Zone } from "../domain/time.ts";
import { NotFound } from "../errors.ts";
import { linkToken } from "../links.ts";
import { hashToken, newToken } from "../secrets.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import { type Flag, rows, run } from "./database.ts";
import { inTurn } from "./set-up.ts";

export type CalendarFeed = {
  /** Undefined when our key to it is gone: it still works where it is known. */
  token: string | undefined;
  /** Whether it says who comes. */
  namesCustomers: boolean;
  createdAt: Instant;
};

export type OpenedFeed = {
  businessId: number;
  staffId: number;
  staffName: string;
  namesCustomers: boolean;
  slug: string;
  businessName: string;
  businessEmail: string;
};

export type FeedLine = {
  id: number;
  uid: string;
  sequence: number;
  startsAt: Instant;
  endsAt: Instant;
  zone: Zone;
  status: string;
  serviceName: string;
  customerName: string;
  address: string;
};

type Staff = { id: number; businessId: number };

const BACK = 30 * DAY;
const AHEAD = 366 * DAY;
const MOST = 5000; // appointments: twenty a working day

export const CalendarFeed = {
  async ofStaff({ businessId, id }: Staff): Promise<CalendarFeed | undefined> {
    const [row] = await rows<{ nonce: string; hash: string; names: Flag; createdAt: Instant }>(
      `SELECT nonce, token_hash AS hash, names_customers AS names, created_at AS "createdAt"
       FROM calendar_feeds WHERE business_id = $businessId AND staff_id = $id`,
      { businessId, id },
    );
    if (!row) return undefined;
    const { nonce, hash, names, createdAt } = row;
    return { token: tokenOf(nonce, hash), namesCustomers: Boolean(names), createdAt };
  },

  /** A new link; the one before stops working. */
  make(
    { businessId, id }: Staff,
    namesCustomers: boolean,
    actor: Actor,
    now: Instant,
  ): Promise<void> {
    const nonce = newToken();
    const hash = hashToken(linkToken("calendar", nonce));
    return inTurn({ id: businessId }, async () => {
      await run(
        `INSERT INTO calendar_feeds
           (business_id, staff_id, nonce, token_hash, names_customers, created_at)
         VALUES ($businessId, $id, $nonce, $hash, $namesCustomers, $now)
         ON CONFLICT (business_id, staff_id) DO UPDATE SET nonce = excluded.nonce,
           token_hash = excluded.token_hash, names_customers = excluded.names_customers,
           created_at = excluded.created_at`,
        { businessId, id, nonce, hash, namesCustomers, now },
      );
      await write("calendar_feed.made", businessId, id, actor, now);
    });
  },

  /** The link stops working. Twice is once. */
  revoke({ businessId, id }: Staff, actor: Actor, now: Instant): Promise<void> {
    return inTurn({ id: businessId }, async () => {
      const revoked = await run(
        "DELETE FROM calendar_feeds WHERE business_id = $businessId AND staff_id = $id",
        { businessId, id },
      );
      if (revoked > 0) await write("calendar_feed.revoked", businessId, id, actor, now);
    });
  },

  /** @throws NotFound */
  async withToken(token: string): Promise<OpenedFeed> {
    const [feed] = await rows<Omit<OpenedFeed, "namesCustomers"> & { namesCustomers: Flag }>(
      `SELECT f.business_id AS "businessId", f.staff_id AS "staffId", s.name AS "staffName",
         f.names_customers AS "namesCustomers", b.slug, b.name AS "businessName",
         b.email AS "businessEmail"
       FROM calendar_feeds f
       JOIN businesses b ON b.id = f.business_id
       JOIN staff s ON s.business_id = f.business_id AND s.id = f.staff_id
       WHERE f.token_hash = $hash AND s.archived_at IS NULL`,
      { hash: hashToken(token) },
    );
    if (!feed) throw new NotFound("calendar");
    return { ...feed, namesCustomers: Boolean(feed.namesCustomers) };
  },

  /** From 30 days back to a year ahead, in order; those that were cancelled in the last 30 days too. */
  lines({ businessId, staffId }: OpenedFeed, now: Instant): Promise<FeedLine[]> {
    return rows<FeedLine>(
      `SELECT a.id, a.uid, a.sequence, a.starts_at AS "startsAt", a.ends_at AS "endsAt", a.zone,
         a.status, s.name AS "serviceName", c.name AS "customerName",
         COALESCE(l.address, b.address) AS address
       FROM appointments a
       JOIN businesses b ON b.id = a.business_id
       JOIN services s ON s.business_id = a.business_id AND s.id = a.service_id
       JOIN customers c ON c.business_id = a.business_id AND c.id = a.customer_id
       JOIN locations l ON l.business_id = a.business_id AND l.id = a.location_id
       WHERE a.business_id = $businessId AND a.staff_id = $staffId
         AND a.starts_at > $from AND a.starts_at < $until
         AND (a.cancelled_at IS NULL OR a.cancelled_at > $from)
       ORDER BY a.starts_at, a.id LIMIT ${MOST}`,
      { businessId, staffId, from: now - BACK, until: now + AHEAD },
    );
  },
};

function tokenOf(nonce: string, hash: string): string | undefined {
  try {
    return linkToken("calendar", nonce, hash);
  } catch {
    return undefined;
  }
}

function write(action: string, businessId: number, staffId: number, actor: Actor, now: Instant) {
  return AuditEntry.write({ businessId, action, details: { staffId } }, actor, now);
}
