import {
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type NonAttribute,
  UniqueConstraintError,
} from "sequelize";
import { type Instant, MINUTE } from "../domain/time.ts";
import { NotFound } from "../errors.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import type { Business } from "./business.ts";
import { type Flag, rows, run, transaction } from "./database.ts";
import { toId } from "./id.ts";
import { Notice } from "./notice.ts";
import { searchFor } from "./search.ts";
import { ChangedMeanwhile, isChange, Refused } from "./set-up.ts";
import { id, instant, integer, optional, table, text } from "./table.ts";

export type CustomerContact = { name: string; email: string | null; confirmed: boolean };
export type CustomerDetails = { name: string; email: string | null; phone: string | null };
/** Details with what staff keep for themselves. */
export type CustomerRecord = CustomerDetails & { note: string };
export type CustomerLine = CustomerDetails & {
  id: number;
  /** The start of the last appointment, past or to come, that was not cancelled. */
  lastStart: Instant | null;
};

const PRESSED_TWICE = 10 * MINUTE; // the same customer added again within this time is one form's

/** Somebody who books with a business. */
export class Customer extends Model<InferAttributes<Customer>, InferCreationAttributes<Customer>> {
  declare id: CreationOptional<number>;
  declare businessId: number;
  declare identity: string | null;
  declare name: string;
  declare email: string | null;
  declare phone: string | null;
  /** For staff only. */
  declare note: CreationOptional<string>;
  declare createdAt: Instant;
  /** When everything of her was blanked. */
  declare erasedAt: CreationOptional<Instant | null>;

  /** @throws NotFound for nobody's and somebody else's alike */
  static async find(business: Business, customerId: unknown): Promise<Customer> {
    const where = { id: toId(customerId), businessId: business.id };
    const customer = await Customer.findOne({ where });
    if (!customer) throw new NotFound("customer");
    return customer;
  }

  /** What a customer's own page says of her, and whether a confirmation goes to her. */
  static async contact(businessId: number, customerId: number): Promise<CustomerContact> {
    const [contact] = await rows<Omit<CustomerContact, "confirmed"> & { confirmed: Flag | null }>(
      `SELECT c.name, c.email, n.enabled AS confirmed
       FROM customers c
       LEFT JOIN notices n ON n.business_id = c.business_id AND n.kind = 'confirmation'
       WHERE c.business_id = $businessId AND c.id = $customerId`,
      { businessId, customerId },
    );
    if (!contact) throw new NotFound("customer");
    return { ...contact, confirmed: Boolean(contact.confirmed) };
  }

  /**
   * The customer of this business with this mail address and name, made if there is none. Anybody
   * can book under a name, so a phone number that is known stays. Inside a transaction.
   */
  static async findOrMake(
    businessId: number,
    { name, email, phone }: CustomerDetails,
    now: Instant,
  ): Promise<{ id: number; phone: string | null }> {
    const [customer] = await rows<{ id: number; phone: string | null }>(
      `INSERT INTO customers (business_id, identity, name, email, phone, created_at)
       VALUES ($businessId, $identity, $name, $email, $phone, $now)
       ON CONFLICT (business_id, identity)
         DO UPDATE SET phone = COALESCE(customers.phone, excluded.phone)
       RETURNING id, phone`,
      { businessId, identity: identityOf(name, email), name, email, phone, now },
    );
    if (!customer) throw new Error("a customer was neither found nor made");
    return customer;
  }

  /** By name, those in whom each typed word is found. */
  static list(
    business: { id: number },
    typed: string,
    { limit, offset }: { limit: number; offset: number },
  ): Promise<CustomerLine[]> {
    const search = searchFor(typed);
    return rows<CustomerLine>(
      `SELECT c.id, c.name, c.email, c.phone,
         (SELECT MAX(a.starts_at) FROM appointments a WHERE a.business_id = c.business_id
            AND a.customer_id = c.id AND a.status <> 'cancelled') AS "lastStart"
       FROM customers c
       WHERE c.business_id = $businessId AND c.erased_at IS NULL ${search ? `AND ${search.condition}` : ""}
       ORDER BY LOWER(c.name), c.id LIMIT $limit OFFSET $offset`,
      { ...search?.bind, businessId: business.id, limit, offset },
    );
  }

  /**
   * The id of a new customer; the same form sent twice adds one.
   * @throws Refused when there is one with this name and mail address
   */
  static async add(
    business: { id: number },
    record: CustomerRecord,
    actor: Actor,
    now: Instant,
  ): Promise<number> {
    const bind = { ...record, businessId: business.id, now };
    return transaction(async () => {
      const [sent] = await rows<{ id: number }>(ADDED_BEFORE, {
        ...bind,
        ...textsOf(record),
        since: now - PRESSED_TWICE,
      });
      if (sent) return sent.id;
      const identity = identityOf(record.name, record.email);
      const [made] = await rows<{ id: number }>(ADD, { ...bind, identity });
      if (!made) throw isKnown();
      await writeAudit("customer.added", made.id, business, actor, now);
      return made.id;
    });
  }

  get record(): NonAttribute<CustomerRecord> {
    const { name, email, phone, note } = this;
    return { name, email, phone, note };
  }

  /**
   * @param seen the edition of what the form showed
   * @throws ChangedMeanwhile; Refused when another customer has this name and mail address
   */
  async change(record: CustomerRecord, seen: string, actor: Actor, now: Instant): Promise<void> {
    if (!isChange(this.record, record, seen)) return;
    const { id: customerId, businessId } = this;
    const identity = identityOf(record.name, record.email);
    const bind = { ...record, ...textsOf(this), identity, customerId, businessId };
    try {
      await transaction(async () => {
        if ((await run(CHANGE, bind)) === 0) throw new ChangedMeanwhile();
        if (record.email !== null && this.email === null) await Notice.catchUp(businessId, now);
        await writeAudit("customer.changed", customerId, { id: businessId }, actor, now);
      });
    } catch (error) {
      throw error instanceof UniqueConstraintError ? isKnown() : error;
    }
  }

  static setup(): void {
    Customer.init(
      {
        id,
        businessId: integer,
        identity: optional(text),
        name: text,
        email: optional(text),
        phone: optional(text),
        note: { ...text, defaultValue: "" },
        createdAt: instant,
        erasedAt: optional(instant),
      },
      table("customers"),
    );
  }
}

/** What makes two bookings one customer's; null (never equal) without a mail address. */
export function identityOf(name: string, email: string | null): string | null {
  if (!email) return null;
  return `${email.toLowerCase()} ${name.normalize("NFKC").toLowerCase().replace(/\s+/g, " ")}`;
}

const ADDED_BEFORE = `SELECT id FROM customers
  WHERE business_id = $businessId AND name = $oldName AND COALESCE(email, '') = $oldEmail
    AND COALESCE(phone, '') = $oldPhone AND note = $oldNote AND created_at > $since
  ORDER BY id LIMIT 1`;
const ADD = `INSERT INTO customers (business_id, identity, name, email, phone, note, created_at)
  VALUES ($businessId, $identity, $name, $email, $phone, $note, $now)
  ON CONFLICT (business_id, identity) DO NOTHING
  RETURNING id`;
const CHANGE = `UPDATE customers
  SET identity = $identity, name = $name, email = $email, phone = $phone, note = $note
  WHERE business_id = $businessId AND id = $customerId AND name = $oldName
    AND COALESCE(email, '') = $oldEmail AND COALESCE(phone, '') = $oldPhone AND note = $oldNote`;

function textsOf({ name, email, phone, note }: CustomerRecord) {
  return { oldName: name, oldEmail: email ?? "", oldPhone: phone ?? "", oldNote: note };
}

function isKnown(): Refused {
  return new Refused("email", "A customer with this name and e-mail address is known already");
}

function writeAudit(
  action: string,
  customerId: number,
  business: { id: number },
  actor: Actor,
  now: Instant,
): Promise<void> {
  return AuditEntry.write({ businessId: business.id, action, details: { customerId } }, actor, now);
}
