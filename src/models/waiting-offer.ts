// A time offered to somebody on the waiting list: a hold of half an hour, and a mail.
import type { Instant } from "../domain/time.ts";
import { hashToken } from "../secrets.ts";
import { rows, run } from "./database.ts";

export type OfferState = "open" | "taken" | "refused" | "expired";

export type NewOffer = {
  businessId: number;
  entryId: number;
  deliveryId: number;
  staffId: number;
  startsAt: Instant;
  endsAt: Instant;
  expiresAt: Instant;
  nonce: string;
  hash: string;
};

/** False if that time has been offered to the entry before. Inside the transaction of the hold. */
export async function insertOffer(offer: NewOffer, now: Instant): Promise<boolean> {
  const made = await rows(
    `INSERT INTO waiting_offers (business_id, waiting_entry_id, delivery_id, staff_id, starts_at,
       ends_at, expires_at, nonce, token_hash, created_at)
     VALUES ($businessId, $entryId, $deliveryId, $staffId, $startsAt, $endsAt, $expiresAt, $nonce,
       $hash, $now)
     ON CONFLICT DO NOTHING RETURNING id`,
    { ...offer, now },
  );
  return made.length > 0;
}

/** Its hold has become an appointment: who waited waits no more. Inside that transaction. */
export async function offerTaken(tokenHash: string, appointmentId: number): Promise<void> {
  await run("UPDATE waiting_offers SET state = 'taken' WHERE token_hash = $tokenHash", {
    tokenHash,
  });
  await run(
    `UPDATE waiting_entries
     SET state = 'booked',
       ended_at = (SELECT a.created_at FROM appointments a
         WHERE a.business_id = waiting_entries.business_id AND a.id = $appointmentId)
     WHERE ended_at IS NULL AND (business_id, id) IN
       (SELECT o.business_id, o.waiting_entry_id FROM waiting_offers o
        WHERE o.token_hash = $tokenHash)`,
    { tokenHash, appointmentId },
  );
}

/** Offers nobody answered are over with what they held, and who got them waits on. In a transaction. */
export async function expireOffers(businessId: number, now: Instant): Promise<void> {
  await run(
    `DELETE FROM allocations WHERE business_id = $businessId AND hold_id IN (
       SELECT h.id FROM waiting_offers o JOIN holds h ON h.token_hash = o.token_hash
       WHERE o.business_id = $businessId AND o.state = 'open' AND o.expires_at <= $now)`,
    { businessId, now },
  );
  const expired = await run(
    `UPDATE waiting_offers SET state = 'expired'
     WHERE business_id = $businessId AND state = 'open' AND expires_at <= $now`,
    { businessId, now },
  );
  if (expired === 0) return;
  await run(
    `UPDATE waiting_entries SET state = 'waiting'
     WHERE business_id = $businessId AND state = 'offered' AND NOT EXISTS (
       SELECT 1 FROM waiting_offers o WHERE o.business_id = waiting_entries.business_id
         AND o.waiting_entry_id = waiting_entries.id AND o.state = 'open')`,
    { businessId },
  );
}

/** What who was offered this hold has told of herself; its token came by mail to her alone. */
export async function contactOffered(
  token: string,
): Promise<{ name: string; email: string; phone: string | null } | undefined> {
  const [found] = await rows<{ name: string; email: string; phone: string | null }>(
    `SELECT e.name, e.email, e.phone FROM waiting_offers o
     JOIN waiting_entries e ON e.business_id = o.business_id AND e.id = o.waiting_entry_id
     WHERE o.token_hash = $hash AND e.ended_at IS NULL`,
    { hash: hashToken(token) },
  );
  return found;
}

/** The starts this entry has been offered. */
export async function offeredTo(businessId: number, entryId: number): Promise<Set<Instant>> {
  const found = await rows<{ startsAt: Instant }>(
    `SELECT starts_at AS "startsAt" FROM waiting_offers
     WHERE business_id = $businessId AND waiting_entry_id = $entryId`,
    { businessId, entryId },
  );
  return new Set(found.map(({ startsAt }) => startsAt));
}
