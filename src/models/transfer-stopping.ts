// What becomes of files on their way when a customer is erased: they may name her.
import type { Instant } from "../domain/time.ts";
import { enqueueAfterCommit } from "../jobs.ts";
import { rows, run } from "./database.ts";
import { bell, MOST_TRIES, Transfers } from "./transfer.ts";

/** Makes the files that are being made anew, from what is here now. Inside a transaction. */
export async function remake(businessId: number, now: Instant): Promise<void> {
  const remade = await rows<{ id: number }>(REMAKE, { businessId });
  for (const { id } of remade) await Transfers.dropPieces({ businessId, id });
  enqueueAfterCommit(remade.map((one) => bell(one, now)));
}

/**
 * Ends what comes in: its files may name somebody who is being erased, whatever her line looks
 * like. What a file of everything has stored already is put back by whoever takes it next. Inside
 * a transaction.
 */
export async function stopIncoming(businessId: number, now: Instant): Promise<void> {
  const stopped = await rows<{ id: number; report: string }>(STOP, { businessId, now });
  const undone = await rows<{ id: number; report: string }>(TO_UNDO, { businessId });
  for (const { id, report } of [...stopped, ...undone]) {
    const erased = JSON.stringify({ ...(JSON.parse(report) as object), refusal: "erased" });
    await run("UPDATE transfers SET report = $erased WHERE id = $id", { id, erased });
    await run(
      `DELETE FROM transfer_parts
       WHERE business_id = $businessId AND transfer_id = $id AND part >= 0`,
      { businessId, id },
    );
  }
  enqueueAfterCommit(undone.map((one) => bell(one, now)));
}

// Whoever is at it finds the lease gone.
const REMAKE = `UPDATE transfers SET claimed_at = NULL, tries = 0, done = 0
  WHERE business_id = $businessId AND kind = 'all_out' AND state = 'running' RETURNING id`;
const STOP = `UPDATE transfers SET finished_at = $now, claimed_at = NULL,
    state = CASE WHEN kind = 'all_in' THEN 'refused' ELSE 'failed' END
  WHERE business_id = $businessId AND finished_at IS NULL
    AND (kind = 'customers_in' OR (kind = 'all_in' AND state = 'draft'))
  RETURNING id, report`;
const TO_UNDO = `UPDATE transfers SET claimed_at = NULL, tries = ${MOST_TRIES}
  WHERE business_id = $businessId AND kind = 'all_in' AND state = 'running'
  RETURNING id, report`;
