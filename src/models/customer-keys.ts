// What the verbs keep beside a customer's name and phone so that she is found: folded by us, since
// SQLite's LOWER knows ASCII only. Whoever writes a name, an address, a phone number or an answer of
// a customer writes these too.
import { type Answer, answerText } from "../domain/fields.ts";
import { digitsOf, fold } from "../domain/fold.ts";
import { rows, run } from "./database.ts";

type Known = { name: string; email: string | null; phone: string | null };

export type CustomerKeys = {
  /** The name, folded: what lists are sorted by, and likely duplicates found by. */
  nameKey: string;
  /** The digits of the phone number. */
  phoneKey: string;
  /** All that a search looks through. */
  search: string;
};

export function keysOf(customer: Known, answers: readonly Answer[] = []): CustomerKeys {
  return keysWith(customer, answers.map(answerText).map(fold));
}

/** What makes two bookings one customer's; null (never equal) without a mail address. */
export function identityOf(name: string, email: string | null): string | null {
  if (!email) return null;
  return `${email.toLowerCase()} ${name.normalize("NFKC").toLowerCase().replace(/\s+/g, " ")}`;
}

/** Makes a customer's keys anew from what is stored. Inside a transaction. */
export async function refreshSearch(businessId: number, customerId: number): Promise<void> {
  const bind = { businessId, customerId };
  const [customer] = await rows<Known>(
    "SELECT name, email, phone FROM customers WHERE business_id = $businessId AND id = $customerId",
    bind,
  );
  if (!customer) return;
  const values = await rows<{ search: string }>(
    `SELECT search FROM customer_values
     WHERE business_id = $businessId AND customer_id = $customerId ORDER BY field_id`,
    bind,
  );
  const texts = values.map(({ search }) => search);
  await run(
    `UPDATE customers SET name_key = $nameKey, phone_key = $phoneKey, search = $search
     WHERE business_id = $businessId AND id = $customerId`,
    { ...bind, ...keysWith(customer, texts) },
  );
}

function keysWith({ name, email, phone }: Known, texts: readonly string[]): CustomerKeys {
  const [nameKey, phoneKey] = [fold(name), digitsOf(phone)];
  const search = [nameKey, fold(email ?? ""), phoneKey, ...texts].filter(Boolean).join(" ");
  return { nameKey, phoneKey, search };
}
