import type { Instant } from "../domain/time.ts";
import { rows, run } from "./database.ts";
import { Delivery } from "./delivery.ts";

/** Owes the mail to the person herself; to nobody who works for no business. Inside a transaction. */
export async function oweNewSignIn(personId: number, signInId: number, now: Instant) {
  const businessId = await businessFor(personId);
  if (businessId === undefined) return;
  const owed = { businessId, kind: "new_sign_in", dueAt: now } as const;
  const [deliveryId] = await Delivery.owe([owed], now);
  await run(
    `INSERT INTO security_mails (business_id, delivery_id, person_id, sign_in_id)
     VALUES ($businessId, $deliveryId, $personId, $signInId)`,
    { businessId, deliveryId, personId, signInId },
  );
}

// The mail goes out on behalf of one of the person's businesses; which one does not show in it.
async function businessFor(personId: number): Promise<number | undefined> {
  const [found] = await rows<{ businessId: number }>(
    `SELECT business_id AS "businessId" FROM staff WHERE person_id = $personId
     ORDER BY archived_at IS NOT NULL, id LIMIT 1`,
    { personId },
  );
  return found?.businessId;
}
