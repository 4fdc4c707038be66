// Addresses that a mail server refused for good, noted on the customers of the business who have one.
import type { Instant } from "../domain/time.ts";
import { run, transaction } from "./database.ts";

/** What a mail showed of its address: that mails come back, or that they arrive after all. */
export type Shown = { deliveryId: number; address: string; comesBack: boolean };

export async function noteBounce(shown: Shown, now: Instant): Promise<void> {
  const { deliveryId, address, comesBack } = shown;
  await transaction(() =>
    run(
      `UPDATE customers SET bounced_at = $at WHERE email = $address
         AND business_id = (SELECT business_id FROM deliveries WHERE id = $deliveryId)`,
      { deliveryId, address, at: comesBack ? now : null },
    ),
  );
}
