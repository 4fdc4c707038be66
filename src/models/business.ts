import {
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
} from "sequelize";
import type { Instant, Zone } from "../domain/time.ts";
import { NotFound } from "../errors.ts";
import { transaction } from "./database.ts";
import { flag, id, instant, integer, optional, table, text } from "./table.ts";

export type BusinessSettings = Partial<
  Pick<
    Business,
    | "name"
    | "slug"
    | "address"
    | "phone"
    | "email"
    | "zone"
    | "currency"
    | "language"
    | "otherLanguages"
    | "bookingsOpen"
    | "approveFirst"
    | "confirmFirstEmail"
  >
>;

/** An organisation registered to use the service. */
export class Business extends Model<InferAttributes<Business>, InferCreationAttributes<Business>> {
  declare id: CreationOptional<number>;
  declare slug: string;
  declare name: string;
  declare address: string;
  declare phone: string;
  declare email: string;
  declare zone: Zone;
  declare currency: CreationOptional<string>;
  /** Of its pages and mails for customers. */
  declare language: CreationOptional<string>;
  /** Customers who prefer another language get it. */
  declare otherLanguages: CreationOptional<boolean>;
  declare bookingsOpen: CreationOptional<boolean>;
  /** Whose public holidays were chosen last, such as "DE-BY". */
  declare holidayRegion: CreationOptional<string | null>;
  /** A new customer's first booking is a request that the business answers. */
  declare approveFirst: CreationOptional<boolean>;
  /** A new customer's first booking stands once she has followed the link in a mail. */
  declare confirmFirstEmail: CreationOptional<boolean>;
  /** Whom mails come from, and where answers go, unless by way of us and to its own address. */
  declare senderName: CreationOptional<string | null>;
  declare replyTo: CreationOptional<string | null>;
  /** The local hour at which providers get the agenda of their day. */
  declare agendaHour: CreationOptional<number>;
  /** Whose pages may show its booking pages in a frame: a JSON list of origins. */
  declare frameOrigins: CreationOptional<string>;
  /** Goes up with every change of what can be booked, by trigger. */
  declare version: CreationOptional<number>;
  declare createdAt: Instant;

  static async withSlug(slug: string): Promise<Business> {
    const business = await Business.findOne({ where: { slug } });
    if (!business) throw new NotFound("business");
    return business;
  }

  async change(settings: BusinessSettings): Promise<void> {
    await transaction(() => Business.update(settings, { where: { id: this.id } }));
  }

  static setup(): void {
    Business.init(
      {
        id,
        slug: text,
        name: text,
        address: text,
        phone: text,
        email: text,
        zone: text,
        currency: { ...text, defaultValue: "USD" },
        language: { ...text, defaultValue: "en" },
        otherLanguages: { ...flag, defaultValue: true },
        bookingsOpen: { ...flag, defaultValue: true },
        holidayRegion: optional(text),
        approveFirst: { ...flag, defaultValue: false },
        confirmFirstEmail: { ...flag, defaultValue: false },
        senderName: optional(text),
        replyTo: optional(text),
        agendaHour: { ...integer, defaultValue: 6 },
        frameOrigins: { ...text, defaultValue: "[]" },
        version: { ...integer, defaultValue: 1 },
        createdAt: instant,
      },
      table("businesses"),
    );
  }
}
