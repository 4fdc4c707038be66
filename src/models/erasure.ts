// A customer's data is erased at her wish: names, addresses, phones, notes and texts are blanked
// wherever they are; times, prices and counts stay, so that what the business has done and earned
// still adds up.
import { keptFor } from "../domain/data-classes.ts";
import type { Instant } from "../domain/time.ts";
import { Conflict, Gone, NotFound } from "../errors.ts";
import { linkToken } from "../links.ts";
import { hashToken, newToken } from "../secrets.ts";
import { say } from "../language.ts";
import { Appointment, TooLate } from "./appointment.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import { type Catalogue, serviceById } from "./catalogue.ts";
import { type Flag, forgetTraces, rows, transaction } from "./database.ts";
import { Delivery } from "./delivery.ts";
import { among, forgetCustomers, forgetFiles, lockCustomers } from "./forgetting.ts";
import { stopIncoming } from "./transfer-stopping.ts";

/** What was erased, and nothing of whom. */
export type Receipt = {
  erasedAt: Instant;
  actor: "customer" | "staff";
  customers: number;
  appointments: number;
  /** A mail with this receipt is still on its way. */
  mailWaits: boolean;
};
export type Erasing = Extract<Actor, { kind: "customer" | "staff" }>;

/** Appointments are ahead that must be cancelled first. */
export class AppointmentsAhead extends Conflict {
  constructor() {
    super("There are appointments to come; they must be cancelled first");
  }
}

// As long as the mail with the receipt is tried.
const ADDRESS_KEPT = keptFor("receipt_address");

export const Erasure = {
  /**
   * Cancels what is to come, if asked to, and blanks these customers (of one mail address) for good.
   * Gives the token of the receipt. When it resolves, nothing of them is left in the database, but
   * for the address until the receipt is out.
   * @throws AppointmentsAhead, TooLate (the customer herself, within a service's notice), Gone for
   * those who are erased already
   */
  async erase(
    catalogue: Catalogue,
    customerIds: readonly number[],
    { cancelling, actor }: { cancelling: boolean; actor: Erasing },
    now: Instant,
  ): Promise<string> {
    const { id: businessId } = catalogue.business;
    if (cancelling) await cancelAhead(catalogue, customerIds, actor, now);
    const nonce = newToken();
    await transaction(async () => {
      await stopIncoming(businessId, now);
      await lockCustomers(businessId, customerIds);
      const ahead = await appointmentsAhead(businessId, customerIds, now);
      if (ahead.length > 0) throw new AppointmentsAhead();
      const concerned = await concernedBy(businessId, customerIds);
      await forgetCustomers(businessId, customerIds, now);
      await writeReceipt({ businessId, nonce, ...concerned }, actor, now);
    });
    // A file that was begun meanwhile has seen what was here before.
    await transaction(() => forgetFiles(businessId, now));
    await forgetTraces();
    return linkToken("erasure", nonce);
  },

  /** @throws NotFound */
  async receipt(business: { id: number }, token: string): Promise<Receipt> {
    const [found] = await rows<Omit<Receipt, "mailWaits"> & { mailWaits: Flag }>(
      `SELECT created_at AS "erasedAt", actor, customers, appointments,
         email IS NOT NULL AS "mailWaits"
       FROM erasures WHERE business_id = $businessId AND token_hash = $hash`,
      { businessId: business.id, hash: hashToken(token) },
    );
    if (!found) throw new NotFound("receipt");
    return { ...found, mailWaits: Boolean(found.mailWaits) };
  },
};

type Concerned = {
  email: string | null;
  /** What she booked in last. */
  language: string | null;
  customers: number;
  appointments: number;
};

function appointmentsAhead(businessId: number, customerIds: readonly number[], now: Instant) {
  return rows<{ id: number }>(
    `SELECT id FROM appointments
     WHERE business_id = $businessId AND customer_id IN ${among(customerIds)}
       AND status IN ('pending', 'requested', 'confirmed') AND ends_at > $now
     ORDER BY starts_at`,
    { businessId, now },
  );
}

async function cancelAhead(
  catalogue: Catalogue,
  customerIds: readonly number[],
  actor: Erasing,
  now: Instant,
): Promise<void> {
  const { business } = catalogue;
  const ahead = await Promise.all(
    (await appointmentsAhead(business.id, customerIds, now)).map(async ({ id }) => {
      const appointment = await Appointment.find(business, id);
      return { appointment, service: serviceById(catalogue, appointment.serviceId) };
    }),
  );
  // All of them or none.
  const late = ahead.some(
    ({ appointment, service }) =>
      !Appointment.mayChange(appointment, service.cancellingNotice, now),
  );
  if (late && actor.kind === "customer") throw new TooLate(say("my.too_late"));
  for (const { appointment, service } of ahead)
    await Appointment.cancel(appointment, service, actor, now);
}

async function concernedBy(businessId: number, customerIds: readonly number[]): Promise<Concerned> {
  const [found] = await rows<Concerned>(
    `SELECT MIN(email) AS email,
       (SELECT language FROM appointments
        WHERE business_id = $businessId AND customer_id IN ${among(customerIds)}
        ORDER BY language IS NULL, id DESC LIMIT 1) AS language, CAST(COUNT(*) AS INTEGER) AS customers,
       (SELECT CAST(COUNT(*) AS INTEGER) FROM appointments
        WHERE business_id = $businessId AND customer_id IN ${among(customerIds)}) AS appointments
     FROM customers
     WHERE business_id = $businessId AND id IN ${among(customerIds)} AND erased_at IS NULL`,
    { businessId },
  );
  if (!found?.customers) throw new Gone("This has been erased already");
  return found;
}

async function writeReceipt(
  receipt: Concerned & { businessId: number; nonce: string },
  actor: Erasing,
  now: Instant,
): Promise<void> {
  const { businessId, customers, appointments } = receipt;
  const [made] = await rows<{ id: number }>(RECEIPT, {
    ...receipt,
    actor: actor.kind,
    staffId: actor.kind === "staff" ? actor.staffId : null,
    hash: hashToken(linkToken("erasure", receipt.nonce)),
    now,
    expiresAt: now + ADDRESS_KEPT,
  });
  if (!made) throw new Error("an erasure was not inserted");
  const fact = { businessId, action: "customer.erased", details: { customers, appointments } };
  await AuditEntry.write(fact, actor, now);
  if (receipt.email !== null)
    await Delivery.owe([{ businessId, kind: "erasure", erasureId: made.id, dueAt: now }], now);
}

const RECEIPT = `INSERT INTO erasures (business_id, actor, staff_id, customers, appointments, email,
    language, nonce, token_hash, created_at, expires_at)
  VALUES ($businessId, $actor, $staffId, $customers, $appointments, $email, $language, $nonce, $hash, $now,
    $expiresAt)
  RETURNING id`;
