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
import { flag, id, instant, integer, optional, table, text } from "./table.ts";

export type Role = "owner" | "provider";
/** What a signed-in person is in one business. */
export type Member = { id: number; role: Role; name: string };

/** Somebody of a business. A provider can be booked, with or without a sign-in. */
export class Staff extends Model<InferAttributes<Staff>, InferCreationAttributes<Staff>> {
  declare id: CreationOptional<number>;
  declare businessId: number;
  declare personId: number | null;
  declare role: Role;
  declare name: string;
  declare email: string | null;
  declare bookable: CreationOptional<boolean>;
  declare position: CreationOptional<number>;
  declare archivedAt: CreationOptional<Instant | null>;
  declare createdAt: Instant;

  /** @throws NotFound for nobody's and somebody else's alike */
  static async find(business: Business, staffId: unknown): Promise<Staff> {
    const staff = await Staff.findOne({ where: { id: toId(staffId), businessId: business.id } });
    if (!staff) throw new NotFound("person");
    return staff;
  }

  /** What the person is in this business, if she works there. */
  static async memberOf(businessId: number, personId: number): Promise<Member | undefined> {
    const [member] = await rows<Member>(
      `SELECT id, role, name FROM staff
       WHERE business_id = $businessId AND person_id = $personId AND archived_at IS NULL`,
      { businessId, personId },
    );
    return member;
  }

  /** Those of a business who work there today, providers in their order. */
  static workingFor(business: Business): Promise<Staff[]> {
    const where = { businessId: business.id, archivedAt: null };
    return Staff.findAll({ where, order: ["position", "id"] });
  }

  static setup(): void {
    Staff.init(
      {
        id,
        businessId: integer,
        personId: optional(integer),
        role: text,
        name: text,
        email: optional(text),
        bookable: { ...flag, defaultValue: true },
        position: { ...integer, defaultValue: 0 },
        archivedAt: optional(instant),
        createdAt: instant,
      },
      table("staff"),
    );
  }
}
