import type { Instant } from "../domain/time.ts";
import { forgetTraces, run, transaction } from "./database.ts";

/**
 * Forgets where the receipts of erasures went, once they are out or given up; at the latest when
 * their time is over.
 */
export async function forgetErased(now: Instant): Promise<void> {
  if ((await transaction(() => run(FORGET, { now }))) > 0) await forgetTraces();
}

const FORGET = `UPDATE erasures SET email = NULL
  WHERE email IS NOT NULL AND (expires_at <= $now OR NOT EXISTS (SELECT 1 FROM deliveries d
    WHERE d.business_id = erasures.business_id AND d.erasure_id = erasures.id
      AND d.finished_at IS NULL))`;
