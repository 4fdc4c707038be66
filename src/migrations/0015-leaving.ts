import { ddl, INSTANT } from "./sql.ts";

/** What people take away and bring along. */
export async function up(): Promise<void> {
  // An erased customer's row stays, with nobody's name in it, for what was booked and paid.
  await ddl(`ALTER TABLE customers ADD COLUMN erased_at ${INSTANT}`);
}
