// How a place on a waiting list ends, and what is given back of a time kept for it.
import type { Instant } from "../domain/time.ts";
import { enqueueAfterCommit } from "../jobs.ts";
import type { Actor } from "./audit-entry.ts";
import { rows, run, transaction } from "./database.ts";
import { tell } from "./waiting-entry.ts";

/** A place on a waiting list. */
export type Place = { businessId: number; id: number };

/** Takes name, address and mails along; a time kept for her goes to the next. Twice is once. */
export async function leaveList(place: Place, actor: Actor, now: Instant): Promise<void> {
  await transaction(async () => {
    if (!(await end(place, "left", now))) return;
    await tell("waiting.removed", place, actor, now);
    await giveBack(place);
  });
}

/** Not this time: it goes to the next at once, and she waits on. Twice is once. */
export async function refuseOffer(place: Place): Promise<void> {
  await transaction(async () => {
    const bind = { businessId: place.businessId, id: place.id };
    const refused = await run(
      `UPDATE waiting_entries SET state = 'waiting'
       WHERE business_id = $businessId AND id = $id AND state = 'offered'`,
      bind,
    );
    if (refused > 0) await giveBack(place);
  });
}

/** Her days are over, and nothing is kept of her. */
export async function endWait(place: Place, now: Instant): Promise<void> {
  await transaction(() => end(place, "over", now));
}

/**
 * These customers wait no more, and nothing is left of it: of places under their name and address,
 * and under their address alone if no other customer has it. Before they are blanked, inside that
 * transaction.
 */
export async function forgetWaiting(
  businessId: number,
  customerIds: readonly number[],
): Promise<void> {
  const ids = customerIds.map(Number).join(", ");
  const hers = await rows<{ id: number }>(
    `SELECT e.id FROM waiting_entries e
     WHERE e.business_id = $businessId
       AND EXISTS (SELECT 1 FROM customers c WHERE c.business_id = e.business_id
         AND c.id IN (${ids}) AND c.email = e.email
         AND (LOWER(c.name) = LOWER(e.name)
           OR NOT EXISTS (SELECT 1 FROM customers o WHERE o.business_id = e.business_id
             AND o.email = e.email AND o.id NOT IN (${ids}))))`,
    { businessId },
  );
  for (const { id } of hers) {
    await run(`DELETE FROM deliveries WHERE ${MAILS}`, { businessId, id });
    await run("DELETE FROM waiting_entries WHERE business_id = $businessId AND id = $id", {
      businessId,
      id,
    });
  }
}

/** False if it has ended before. */
async function end(
  { businessId, id }: Place,
  state: "left" | "over",
  now: Instant,
): Promise<boolean> {
  const open = state === "left" ? "ended_at IS NULL" : "state = 'waiting'";
  const ended = await run(
    `UPDATE waiting_entries
     SET state = $state, ended_at = $now, name = '', email = '', phone = NULL
     WHERE business_id = $businessId AND id = $id AND ${open}`,
    { businessId, id, state, now },
  );
  if (ended === 0) return false;
  // What is being sent is not written down when it is out: its lease is ended.
  await run(
    `UPDATE deliveries
     SET state = 'skipped', reason = 'erased', finished_at = $now, claimed_at = NULL
     WHERE ${MAILS} AND state IN ('pending', 'sending')`,
    { businessId, id, now },
  );
  await run(
    `UPDATE deliveries SET recipient = NULL, mail_subject = NULL, mail_text = NULL WHERE ${MAILS}`,
    { businessId, id },
  );
  return true;
}

async function giveBack({ businessId, id }: Place): Promise<void> {
  const bind = { businessId, id };
  await run(
    `DELETE FROM allocations WHERE business_id = $businessId AND hold_id IN (
       SELECT h.id FROM waiting_offers o JOIN holds h ON h.token_hash = o.token_hash
       WHERE o.business_id = $businessId AND o.waiting_entry_id = $id AND o.state = 'open')`,
    bind,
  );
  await run(
    `UPDATE waiting_offers SET state = 'refused'
     WHERE business_id = $businessId AND waiting_entry_id = $id AND state = 'open'`,
    bind,
  );
  enqueueAfterCommit([{ name: "waiting.offer", payload: { businessId } }]);
}

/** All mails that went to the place `$id`. */
const MAILS = `business_id = $businessId AND id IN (
  SELECT o.delivery_id FROM waiting_offers o
  WHERE o.business_id = $businessId AND o.waiting_entry_id = $id
  UNION ALL
  SELECT e.delivery_id FROM waiting_entries e
  WHERE e.business_id = $businessId AND e.id = $id AND e.delivery_id IS NOT NULL)`;
