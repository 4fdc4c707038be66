import {
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
} from "sequelize";
import type { Instant } from "../domain/time.ts";
import { NotFound } from "../errors.ts";
import type { Business } from "./business.ts";
import { toId } from "./id.ts";
import { id, instant, integer, optional, table, text } from "./table.ts";

/** What can be booked. Lengths, steps, buffers and notices are minutes; the price is in cents. */
export class Service extends Model<InferAttributes<Service>, InferCreationAttributes<Service>> {
  declare id: CreationOptional<number>;
  declare businessId: number;
  declare slug: string;
  declare name: string;
  declare minutes: number;
  declare price: number | null;
  declare step: number;
  declare bufferBefore: number;
  declare bufferAfter: number;
  declare bookingNotice: number;
  declare reschedulingNotice: number;
  declare cancellingNotice: number;
  declare horizonDays: number;
  declare archivedAt: CreationOptional<Instant | null>;
  declare createdAt: Instant;

  /** @throws NotFound for nobody's and somebody else's alike */
  static async find(business: Business, serviceId: unknown): Promise<Service> {
    const where = { id: toId(serviceId), businessId: business.id };
    const service = await Service.findOne({ where });
    if (!service) throw new NotFound("service");
    return service;
  }

  static offeredBy(business: Business): Promise<Service[]> {
    const where = { businessId: business.id, archivedAt: null };
    return Service.findAll({ where, order: ["name", "id"] });
  }

  static setup(): void {
    Service.init(
      {
        id,
        businessId: integer,
        slug: text,
        name: text,
        minutes: integer,
        price: optional(integer),
        step: integer,
        bufferBefore: integer,
        bufferAfter: integer,
        bookingNotice: integer,
        reschedulingNotice: integer,
        cancellingNotice: integer,
        horizonDays: integer,
        archivedAt: optional(instant),
        createdAt: instant,
      },
      table("services"),
    );
  }
}
