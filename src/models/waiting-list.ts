// A business's waiting list as its staff see it, and a customer's own places on it.
import type { Instant } from "../domain/time.ts";
import type { WaitingWish } from "../domain/waiting.ts";
import { NotFound } from "../errors.ts";
import { linkToken } from "../links.ts";
import type { Book } from "./appointment-list.ts";
import type { Actor } from "./audit-entry.ts";
import { rows } from "./database.ts";
import { toId } from "./id.ts";
import { ENTRY, entryFrom, type StoredEntry, type WaitingEntry } from "./waiting-entry.ts";
import { leaveList } from "./waiting-leaving.ts";
import type { OfferState } from "./waiting-offer.ts";

export type OfferLine = {
  startsAt: Instant;
  expiresAt: Instant;
  staffName: string;
  state: OfferState;
  createdAt: Instant;
  /** Who of the staff chose it; null where it was her turn. */
  offeredBy: string | null;
};

/** A line of the business's page. */
export type WaitingLine = Pick<
  WaitingEntry,
  keyof WaitingWish | "id" | "staffId" | "people" | "state"
> & {
  name: string;
  email: string;
  phone: string | null;
  serviceName: string;
  staffName: string | null;
  createdAt: Instant;
  /** Who of the staff put her there; null for herself and programs. */
  addedBy: string | null;
  /** What she has been offered, the last first. */
  offers: OfferLine[];
};

/** What a customer waits for. */
export type MyPlace = WaitingWish & {
  id: number;
  serviceName: string;
  staffName: string | null;
  /** Until when a time is kept for her; null if none is. */
  keptUntil: Instant | null;
  /** Of its page; undefined when the key that made it has gone. */
  token: string | undefined;
};

export const WaitingList = {
  /** Those that wait, in the order in which times are offered to them. */
  async list(
    book: Book,
    { limit, offset }: { limit: number; offset: number },
  ): Promise<WaitingLine[]> {
    const bind = { businessId: book.id, only: book.only ?? 0, limit, offset };
    const lines = await rows<Omit<WaitingLine, "offers" | "addedBy">>(LINES, bind);
    const offers = await offersTo(
      book.id,
      lines.map(({ id }) => id),
    );
    const by = await staffBehind(book.id, [...lines, ...offers]);
    return lines.map((line) => ({
      ...line,
      addedBy: by("waiting.added", line.id, line.createdAt),
      offers: offers
        .filter(({ entryId }) => entryId === line.id)
        .map((offer) => ({
          ...offer,
          offeredBy: by("waiting.offered", line.id, offer.createdAt),
        })),
    }));
  },

  /** Somebody who waits. @throws NotFound for somebody else's, nobody's, and who waits no more */
  async find(book: Book, id: unknown): Promise<WaitingEntry & { name: string }> {
    const [found] = await rows<StoredEntry & { name: string }>(
      `SELECT ${ENTRY}, e.name FROM waiting_entries e
       WHERE e.business_id = $businessId AND e.id = $id AND e.ended_at IS NULL AND ${SEEN}`,
      { businessId: book.id, only: book.only ?? 0, id: toId(id) },
    );
    if (!found) throw new NotFound("place on a waiting list");
    return { ...entryFrom(found), name: found.name };
  },

  /** The business takes somebody off its list. @throws NotFound */
  async remove(book: Book, id: unknown, actor: Actor, now: Instant): Promise<void> {
    await leaveList(await WaitingList.find(book, id), actor, now);
  },

  /** What the one with this address waits for at a business. */
  async ofAddress({ id: businessId }: { id: number }, email: string, now: Instant) {
    const found = await rows<MyPlace & { uid: string; tokenHash: string }>(PLACES, {
      businessId,
      email,
      now,
    });
    return found.map(({ uid, tokenHash, ...place }) => ({
      ...place,
      token: tokenOf(uid, tokenHash),
    }));
  },

  /** She leaves it herself. @throws NotFound for a place with another address */
  async leave(business: { id: number }, email: string, id: unknown, now: Instant): Promise<void> {
    const place = { businessId: business.id, id: toId(id) };
    const found = await rows(
      `SELECT id FROM waiting_entries
       WHERE business_id = $businessId AND id = $id AND email = $email`,
      { ...place, email },
    );
    if (found.length === 0) throw new NotFound("place on a waiting list");
    await leaveList(place, { kind: "customer" }, now);
  },
};

// Who sees only her own appointments sees who waits for her, or for anyone.
const SEEN = "($only = 0 OR COALESCE(e.staff_id, $only) = $only)";

const WISH = `e.from_date AS "fromDate", e.to_date AS "toDate", e.from_minute AS "fromMinute",
    e.to_minute AS "toMinute"`;
const OF = `FROM waiting_entries e
  JOIN services s ON s.business_id = e.business_id AND s.id = e.service_id
  LEFT JOIN staff p ON p.business_id = e.business_id AND p.id = e.staff_id`;

const LINES = `SELECT e.id, e.staff_id AS "staffId", e.people, e.state, ${WISH}, e.name, e.email,
    e.phone, e.created_at AS "createdAt", s.name AS "serviceName", p.name AS "staffName"
  ${OF}
  WHERE e.business_id = $businessId AND e.ended_at IS NULL AND ${SEEN}
  ORDER BY e.created_at, e.id LIMIT $limit OFFSET $offset`;

const PLACES = `SELECT e.id, ${WISH}, s.name AS "serviceName", p.name AS "staffName", e.uid,
    e.token_hash AS "tokenHash",
    (SELECT o.expires_at FROM waiting_offers o WHERE o.business_id = e.business_id
       AND o.waiting_entry_id = e.id AND o.state = 'open' AND o.expires_at > $now) AS "keptUntil"
  ${OF}
  WHERE e.business_id = $businessId AND e.email = $email AND e.ended_at IS NULL
  ORDER BY e.created_at, e.id`;

function offersTo(businessId: number, ids: readonly number[]) {
  return rows<Omit<OfferLine, "offeredBy"> & { entryId: number }>(
    `SELECT o.waiting_entry_id AS "entryId", o.starts_at AS "startsAt",
       o.expires_at AS "expiresAt", o.state, o.created_at AS "createdAt", p.name AS "staffName"
     FROM waiting_offers o
     JOIN staff p ON p.business_id = o.business_id AND p.id = o.staff_id
     WHERE o.business_id = $businessId
       AND o.waiting_entry_id IN (${ids.map(Number).join(", ") || "NULL"})
     ORDER BY o.id DESC`,
    { businessId },
  );
}

/** Who did what to a place, by the history, which was written in the same moment. One query. */
async function staffBehind(businessId: number, done: ReadonlyArray<{ createdAt: Instant }>) {
  const moments = [...new Set(done.map(({ createdAt }) => createdAt))];
  const found = await rows<{ action: string; at: Instant; details: string; name: string }>(
    `SELECT a.action, a.at, a.details, s.name
     FROM audit_entries a
     JOIN staff s ON s.business_id = a.business_id AND s.id = a.staff_id
     WHERE a.business_id = $businessId AND a.at IN (${moments.join(", ") || "NULL"})
       AND a.action IN ('waiting.added', 'waiting.offered')`,
    { businessId },
  );
  const names = new Map(
    found.map(({ action, at, details, name }) => {
      const { waitingId } = JSON.parse(details) as { waitingId: number };
      return [`${action} ${waitingId} ${at}`, name];
    }),
  );
  return (action: string, id: number, at: Instant) => names.get(`${action} ${id} ${at}`) ?? null;
}

function tokenOf(uid: string, tokenHash: string): string | undefined {
  try {
    return linkToken("waiting", uid, tokenHash);
  } catch {
    return undefined;
  }
}
