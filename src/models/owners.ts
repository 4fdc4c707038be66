// Owners: there is always one who can sign in, and only an owner makes, unmakes or replaces one.
import type { Role } from "../domain/rights.ts";
import type { Actor } from "./audit-entry.ts";
import { rows } from "./database.ts";

type Someone = { id: number; businessId: number; role: Role };

export const OWNER_NEEDED = "A business must have an owner who can sign in";
export const OWNERS_ONLY = "Only an owner decides who is an owner";

/** Somebody must be left who can sign in and set the business up. Inside `inTurn`. */
export async function isLastOwner({ id, businessId, role }: Someone): Promise<boolean> {
  if (role !== "owner") return false;
  const others = await rows(
    `SELECT id FROM staff WHERE business_id = $businessId AND id <> $id AND role = 'owner'
       AND person_id IS NOT NULL AND archived_at IS NULL LIMIT 1`,
    { businessId, id },
  );
  return others.length === 0;
}

/** Whether who asks may decide about owners: an owner, or the program itself. Inside `inTurn`. */
export async function decidesAboutOwners(actor: Actor, businessId: number): Promise<boolean> {
  if (actor.kind !== "staff") return true;
  const owner = await rows(
    `SELECT id FROM staff WHERE business_id = $businessId AND id = $id AND role = 'owner'
       AND archived_at IS NULL`,
    { businessId, id: actor.staffId },
  );
  return owner.length > 0;
}
