// Who waits for a time to become free, and how long.
import { DAY, type Instant } from "../domain/time.ts";
import type { WaitingWish } from "../domain/waiting.ts";
import { Conflict, NotFound } from "../errors.ts";
import { enqueueAfterCommit } from "../jobs.ts";
import { say } from "../language.ts";
import { linkToken } from "../links.ts";
import { hashToken } from "../secrets.ts";
import type { Book } from "./appointment-list.ts";
import { rows, run, transaction } from "./database.ts";
import { toId } from "./id.ts";
import type { Question } from "./starts.ts";

export type WaitingState = "waiting" | "offered" | "booked" | "left" | "over";

export type WaitingEntry = WaitingWish & {
  id: number;
  businessId: number;
  serviceId: number;
  /** Null: anyone. */
  staffId: number | null;
  locationId: number;
  people: number;
  addonIds: number[];
  email: string;
  language: string | null;
  state: WaitingState;
};

/** What she is offered at the moment. */
export type OpenOffer = { token: string; startsAt: Instant; expiresAt: Instant };

export type WaitingDetails = WaitingWish & {
  name: string;
  email: string;
  phone: string | null;
  language: string;
  /** Tells one form from another: sent twice, it joins once. */
  uid: string;
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
  /** How many times she has been offered, the last of them, and until when that is kept. */
  offers: number;
  lastStart: Instant | null;
  lastExpires: Instant | null;
};

/** This address waits for this service already. */
export class AlreadyWaiting extends Conflict {
  constructor() {
    super(say("waiting.already"));
  }
}

const REMEMBERED = 30 * DAY; // after its end

export const WaitingEntries = {
  /**
   * Gives the token of its page.
   * @throws AlreadyWaiting
   */
  async join(question: Question, details: WaitingDetails, now: Instant): Promise<string> {
    const { catalogue, service, staffId, people = 1, addons = [] } = question;
    const token = linkToken("waiting", details.uid);
    const bind = {
      ...details,
      businessId: catalogue.business.id,
      serviceId: service.id,
      staffId: staffId ?? null,
      locationId: catalogue.location.id,
      people,
      addonIds: JSON.stringify(addons.map(({ id }) => id)),
      hash: hashToken(token),
      now,
    };
    const made = await transaction(() => rows(JOIN, bind));
    if (made.length === 0 && !(await isSent(bind.businessId, details))) throw new AlreadyWaiting();
    return token;
  },

  /** @throws NotFound */
  async withToken(token: string): Promise<WaitingEntry> {
    const [found] = await rows<StoredEntry>(
      `SELECT ${ENTRY} FROM waiting_entries e
      WHERE e.token_hash = $hash`,
      { hash: hashToken(token) },
    );
    if (!found) throw new NotFound("place on a waiting list");
    return entryFrom(found);
  },

  async openOffer({ businessId, id }: WaitingEntry, now: Instant): Promise<OpenOffer | undefined> {
    const [found] = await rows<Omit<OpenOffer, "token"> & { nonce: string; tokenHash: string }>(
      `SELECT nonce, token_hash AS "tokenHash", starts_at AS "startsAt", expires_at AS "expiresAt"
       FROM waiting_offers WHERE business_id = $businessId AND waiting_entry_id = $id
         AND state = 'open' AND expires_at > $now`,
      { businessId, id, now },
    );
    if (!found) return undefined;
    const { nonce, tokenHash, ...offer } = found;
    return { ...offer, token: linkToken("waiting_offer", nonce, tokenHash) };
  },

  /** Takes name and address along; a time kept for her goes to the next. Twice is once. */
  async leave({ businessId, id }: { businessId: number; id: number }, now: Instant): Promise<void> {
    await transaction(async () => {
      const left = await run(LEAVE, { businessId, id, now });
      if (left === 0) return;
      await run(FREE_OFFERED, { businessId, id });
      await run(
        `UPDATE waiting_offers SET state = 'refused'
         WHERE business_id = $businessId AND waiting_entry_id = $id AND state = 'open'`,
        { businessId, id },
      );
      enqueueAfterCommit([{ name: "waiting.offer", payload: { businessId } }]);
    });
  },

  /** The business takes somebody off its list. @throws NotFound for somebody else's and nobody's */
  async remove(book: Book, id: unknown, now: Instant): Promise<void> {
    const bind = { businessId: book.id, only: book.only ?? 0, id: toId(id) };
    const [found] = await rows<{ id: number }>(
      `SELECT e.id FROM waiting_entries e
       WHERE e.business_id = $businessId AND e.id = $id AND ${SEEN}`,
      bind,
    );
    if (!found) throw new NotFound("place on a waiting list");
    await WaitingEntries.leave({ businessId: book.id, id: found.id }, now);
  },

  /** Those that wait, in the order in which times are offered to them. */
  list(book: Book, { limit, offset }: { limit: number; offset: number }): Promise<WaitingLine[]> {
    return rows<WaitingLine>(LIST, { businessId: book.id, only: book.only ?? 0, limit, offset });
  },

  /** Forgets those that ended long ago, with what they were offered. */
  async forget(now: Instant): Promise<void> {
    await transaction(() =>
      run("DELETE FROM waiting_entries WHERE ended_at < $before", { before: now - REMEMBERED }),
    );
  },
};

/** Whoever has this address waits no more, and nothing is left of her. Inside a transaction. */
export async function forgetWaiting(businessId: number, email: string | null): Promise<void> {
  const hers = "business_id = $businessId AND email = $email";
  await run(
    `DELETE FROM deliveries WHERE business_id = $businessId AND id IN (
       SELECT o.delivery_id FROM waiting_offers o WHERE o.business_id = $businessId
         AND o.waiting_entry_id IN (SELECT id FROM waiting_entries WHERE ${hers}))`,
    { businessId, email },
  );
  await run(`DELETE FROM waiting_entries WHERE ${hers}`, { businessId, email });
}

export type StoredEntry = Omit<WaitingEntry, "addonIds"> & { addonIds: string };

export function entryFrom({ addonIds, ...entry }: StoredEntry): WaitingEntry {
  return { ...entry, addonIds: JSON.parse(addonIds) as number[] };
}

/** The columns of an entry, of the table `e`. */
export const ENTRY = `e.id, e.business_id AS "businessId", e.service_id AS "serviceId",
  e.staff_id AS "staffId", e.location_id AS "locationId", e.people, e.addon_ids AS "addonIds",
  e.email, e.language, e.state, e.from_date AS "fromDate", e.to_date AS "toDate",
  e.from_minute AS "fromMinute", e.to_minute AS "toMinute"`;

const JOIN = `INSERT INTO waiting_entries
    (business_id, service_id, staff_id, location_id, people, addon_ids, name, email, phone,
     language, from_date, to_date, from_minute, to_minute, uid, token_hash, created_at)
  VALUES ($businessId, $serviceId, $staffId, $locationId, $people, $addonIds, $name, $email, $phone,
     $language, $fromDate, $toDate, $fromMinute, $toMinute, $uid, $hash, $now)
  ON CONFLICT DO NOTHING RETURNING id`;

const LEAVE = `UPDATE waiting_entries
  SET state = 'left', ended_at = $now, name = '', email = '', phone = NULL
  WHERE business_id = $businessId AND id = $id AND ended_at IS NULL`;

const FREE_OFFERED = `DELETE FROM allocations WHERE business_id = $businessId AND hold_id IN (
    SELECT h.id FROM waiting_offers o JOIN holds h ON h.token_hash = o.token_hash
    WHERE o.business_id = $businessId AND o.waiting_entry_id = $id AND o.state = 'open')`;

// Who sees only her own appointments sees who waits for her, or for anyone.
const SEEN = "($only = 0 OR COALESCE(e.staff_id, $only) = $only)";

const OFFERS = "waiting_offers o WHERE o.business_id = e.business_id AND o.waiting_entry_id = e.id";
const LAST = `(SELECT MAX(o.id) FROM ${OFFERS})`;
const LIST = `SELECT e.id, e.staff_id AS "staffId", e.people, e.state, e.from_date AS "fromDate", e.to_date AS "toDate",
    e.from_minute AS "fromMinute", e.to_minute AS "toMinute", e.name, e.email, e.phone,
    e.created_at AS "createdAt", s.name AS "serviceName", p.name AS "staffName",
    (SELECT COUNT(*) FROM ${OFFERS}) AS offers,
    l.starts_at AS "lastStart", l.expires_at AS "lastExpires"
  FROM waiting_entries e
  JOIN services s ON s.business_id = e.business_id AND s.id = e.service_id
  LEFT JOIN staff p ON p.business_id = e.business_id AND p.id = e.staff_id
  LEFT JOIN waiting_offers l ON l.business_id = e.business_id AND l.id = ${LAST}
  WHERE e.business_id = $businessId AND e.ended_at IS NULL AND ${SEEN}
  ORDER BY e.created_at, e.id LIMIT $limit OFFSET $offset`;

async function isSent(businessId: number, { uid, email }: WaitingDetails): Promise<boolean> {
  const found = await rows(
    `SELECT id FROM waiting_entries
     WHERE business_id = $businessId AND uid = $uid AND email = $email`,
    { businessId, uid, email },
  );
  return found.length > 0;
}
