import type { TroubleMailKind } from "../domain/deliveries.ts";
import type { Instant } from "../domain/time.ts";
import { rows } from "./database.ts";
import { Delivery } from "./delivery.ts";

/** Owes a mail to each owner, and to one of the staff besides. Inside a transaction. */
export async function oweOwners(
  businessId: number,
  kind: TroubleMailKind,
  now: Instant,
  alsoStaffId = 0,
): Promise<void> {
  const staff = await rows<{ staffId: number }>(
    `SELECT id AS "staffId" FROM staff
     WHERE business_id = $businessId AND archived_at IS NULL
       AND (role = 'owner' OR id = $alsoStaffId)
     ORDER BY id`,
    { businessId, alsoStaffId },
  );
  await Delivery.owe(
    staff.map(({ staffId }) => ({ businessId, kind, staffId, dueAt: now })),
    now,
  );
}
