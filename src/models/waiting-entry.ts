// Who waits for a time to become free, and how long.
import { keptFor } from "../domain/data-classes.ts";
import type { Instant } from "../domain/time.ts";
import type { WaitingWish } from "../domain/waiting.ts";
import { Conflict, NotFound } from "../errors.ts";
import { say } from "../language.ts";
import { linkToken } from "../links.ts";
import { hashToken } from "../secrets.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import { rows, run, transaction } from "./database.ts";
import { Delivery } from "./delivery.ts";
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
  /** Null where the business writes to her as it writes to all. */
  language: string | null;
  /** Tells one form from another: sent twice, it joins once. */
  uid: string;
};

/** This address waits for this service already. */
export class AlreadyWaiting extends Conflict {
  constructor() {
    super(say("waiting.already"));
  }
}

const REMEMBERED = keptFor("waiting"); // after its end

export const WaitingEntries = {
  /**
   * Gives the token of its page.
   * @throws AlreadyWaiting
   */
  async join(
    question: Question,
    details: WaitingDetails,
    actor: Actor,
    now: Instant,
  ): Promise<string> {
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
    const joined = await transaction(async () => {
      const [made] = await rows<{ id: number }>(JOIN, bind);
      if (!made) return false;
      await oweMail(bind.businessId, made.id, now);
      await tell("waiting.added", { businessId: bind.businessId, ...made }, actor, now);
      return true;
    });
    if (!joined && !(await isSent(bind.businessId, details))) throw new AlreadyWaiting();
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

  /** Forgets those that ended long ago, with what they were offered. */
  async forget(now: Instant): Promise<void> {
    await transaction(() =>
      run("DELETE FROM waiting_entries WHERE ended_at < $before", { before: now - REMEMBERED }),
    );
  },
};

/** Into the history, with the number of the place. Inside the transaction of the change. */
export function tell(
  action: "waiting.added" | "waiting.offered" | "waiting.removed",
  { businessId, id }: { businessId: number; id: number },
  actor: Actor,
  now: Instant,
): Promise<void> {
  return AuditEntry.write({ businessId, action, details: { waitingId: id } }, actor, now);
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

/** Tells her that she is on the list, if the business has that notice turned on. */
async function oweMail(businessId: number, id: number, now: Instant): Promise<void> {
  const on = await rows(
    "SELECT kind FROM notices WHERE business_id = $businessId AND kind = 'waiting' AND enabled",
    { businessId },
  );
  if (on.length === 0) return;
  const [deliveryId] = await Delivery.owe(
    [{ businessId, kind: "waiting_joined", dueAt: now }],
    now,
  );
  await run(
    `UPDATE waiting_entries SET delivery_id = $deliveryId
     WHERE business_id = $businessId AND id = $id`,
    { businessId, id, deliveryId },
  );
}

async function isSent(businessId: number, { uid, email }: WaitingDetails): Promise<boolean> {
  const found = await rows(
    `SELECT id FROM waiting_entries
     WHERE business_id = $businessId AND uid = $uid AND email = $email`,
    { businessId, uid, email },
  );
  return found.length > 0;
}
