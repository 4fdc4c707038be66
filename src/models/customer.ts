import {
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
} from "sequelize";
import type { Instant } from "../domain/time.ts";
import { NotFound } from "../errors.ts";
import type { Business } from "./business.ts";
import { rows } from "./database.ts";
import { toId } from "./id.ts";
import { id, instant, integer, optional, table, text } from "./table.ts";

export type CustomerDetails = { name: string; email: string | null; phone: string | null };

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

  /** @throws NotFound for nobody's and somebody else's alike */
  static async find(business: Business, customerId: unknown): Promise<Customer> {
    const where = { id: toId(customerId), businessId: business.id };
    const customer = await Customer.findOne({ where });
    if (!customer) throw new NotFound("customer");
    return customer;
  }

  /**
   * The id of the customer of this business with this mail address and name, made if there is none.
   * A phone number given now replaces the one known. Inside a transaction.
   */
  static async findOrMake(
    businessId: number,
    { name, email, phone }: CustomerDetails,
    now: Instant,
  ): Promise<number> {
    const [customer] = await rows<{ id: number }>(
      `INSERT INTO customers (business_id, identity, name, email, phone, created_at)
       VALUES ($businessId, $identity, $name, $email, $phone, $now)
       ON CONFLICT (business_id, identity)
         DO UPDATE SET phone = COALESCE(excluded.phone, customers.phone)
       RETURNING id`,
      { businessId, identity: identityOf(name, email), name, email, phone, now },
    );
    if (!customer) throw new Error("a customer was neither found nor made");
    return customer.id;
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
