// Forgetting customers: names, addresses, phones, notes and texts are blanked wherever they are, at
// their own wish (erasure.ts) or because they have been kept for long enough (retention.ts).
import type { Instant } from "../domain/time.ts";
import { ApiRequest } from "./api-request.ts";
import { isPostgres, rows, run } from "./database.ts";
import { type Erased, tenantTables } from "./tenant-tables.ts";
import { remake } from "./transfer-stopping.ts";
import { forgetWaiting } from "./waiting-leaving.ts";
import { oweCalls } from "./webhook-owed.ts";

/** Inside a transaction in which they are locked, and have nothing ahead. */
export async function forgetCustomers(
  businessId: number,
  customerIds: readonly number[],
  now: Instant,
): Promise<void> {
  const emails = await addressesOf(businessId, customerIds);
  await stopMails(businessId, customerIds, now);
  await forgetWaiting(businessId, customerIds);
  await blank(businessId, customerIds, now);
  await forgetLinks(businessId, emails);
  await ApiRequest.forgetAll(businessId);
  await forgetFiles(businessId, now);
  await forgetAgendas(businessId);
  await tellPrograms(businessId, customerIds, now);
}

/** Ids from the database itself, for an IN. */
export function among(ids: readonly number[]): string {
  return `(${ids.map(Number).join(", ") || "NULL"})`;
}

/** One at a time: of a form sent twice at once, the second finds nobody left. */
export async function lockCustomers(
  businessId: number,
  customerIds: readonly number[],
): Promise<void> {
  const theirs = `business_id = $businessId AND id IN ${among(customerIds)}`;
  if (isPostgres) await rows(`SELECT id FROM customers WHERE ${theirs} FOR UPDATE`, { businessId });
}

// What is being sent is not written down when it is out: its lease is ended. The provider is still
// told what was cancelled, and programs are told again, of somebody without a name.
async function stopMails(businessId: number, customerIds: readonly number[], now: Instant) {
  const theirs = `business_id = $businessId AND ${theirRows("appointment_id", customerIds)}`;
  await run(
    `UPDATE deliveries
     SET state = 'skipped', reason = 'erased', finished_at = $now, claimed_at = NULL
     WHERE (${theirs} AND (state = 'sending' OR (state = 'pending' AND staff_id IS NULL)))
       OR (business_id = $businessId AND kind = 'agenda' AND state = 'sending')`,
    { businessId, now },
  );
  await run(
    `UPDATE webhook_calls SET state = 'pending', claimed_at = NULL
     WHERE ${theirs} AND state = 'sending'`,
    { businessId },
  );
}

const APPOINTMENTS_OF =
  "SELECT id FROM appointments WHERE business_id = $businessId AND customer_id IN";

async function blank(businessId: number, customerIds: readonly number[], now: Instant) {
  for (const [table, { erased }] of Object.entries(tenantTables)) {
    if (!erased) continue;
    const changes = Object.entries(erased.become ?? {}).map(
      ([name, value]) => `${name} = ${value}`,
    );
    const verb = erased.become
      ? `UPDATE ${table} SET ${changes.join(", ")}`
      : `DELETE FROM ${table}`;
    const theirs = theirRows(erased.by, customerIds);
    await run(`${verb} WHERE business_id = $businessId AND ${theirs}`, { businessId, now });
  }
}

/** A condition on the rows of a table that are of these customers of the business `$businessId`. */
export function theirRows(by: Erased["by"], customerIds: readonly number[]): string {
  const list = among(customerIds);
  return by === "appointment_id"
    ? `appointment_id IN (${APPOINTMENTS_OF} ${list})`
    : `${by} IN ${list}`;
}

/** What came by the addresses goes with them, unless it still leads to somebody. */
async function forgetLinks(businessId: number, emails: readonly string[]): Promise<void> {
  for (const email of emails)
    await run(
      `DELETE FROM my_links WHERE business_id = $businessId AND email = $email
         AND NOT EXISTS (SELECT 1 FROM customers c
           WHERE c.business_id = my_links.business_id AND c.email = my_links.email)`,
      { businessId, email },
    );
}

async function addressesOf(businessId: number, customerIds: readonly number[]): Promise<string[]> {
  const found = await rows<{ email: string }>(
    `SELECT DISTINCT email FROM customers
     WHERE business_id = $businessId AND id IN ${among(customerIds)} AND email IS NOT NULL`,
    { businessId },
  );
  return found.map(({ email }) => email);
}

/** What was told of them goes; that they are no longer there is told, by their numbers. */
async function tellPrograms(businessId: number, customerIds: readonly number[], now: Instant) {
  await run(
    `DELETE FROM webhook_calls
     WHERE business_id = $businessId AND customer_id IN ${among(customerIds)}`,
    { businessId },
  );
  for (const goneCustomer of customerIds)
    await oweCalls({ businessId, goneCustomer }, "customer.deleted", now);
}

/**
 * Files with all customers that wait to be taken away still name her; and those that are being made
 * tell what was here when they were begun.
 */
export async function forgetFiles(businessId: number, now: Instant): Promise<void> {
  await run(
    `DELETE FROM transfer_parts WHERE business_id = $businessId AND transfer_id IN
       (SELECT id FROM transfers WHERE business_id = $businessId AND finished_at IS NOT NULL)`,
    { businessId },
  );
  await remake(businessId, now);
}

/** Whom a day was about is not known of its mail but by its text: those of all days go. */
async function forgetAgendas(businessId: number): Promise<void> {
  await run(
    `UPDATE deliveries SET recipient = NULL, mail_subject = NULL, mail_text = NULL
     WHERE business_id = $businessId AND kind = 'agenda' AND mail_text IS NOT NULL`,
    { businessId },
  );
}
