import {
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
} from "sequelize";
import type { Instant } from "../domain/time.ts";
import { Conflict, NotFound } from "../errors.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import type { Business } from "./business.ts";
import { rows, run } from "./database.ts";
import { toId } from "./id.ts";
import { type NamedService, namesake, othersOf, withSlug } from "./service-name.ts";
import { inOrder, rulesOf, type ServiceRules, writeRules } from "./service-rules.ts";
import { editionOf, inTurn, isChange } from "./set-up.ts";
import { flag, id, instant, integer, optional, type Raw, table, text } from "./table.ts";

export type DepositPolicy = "none" | "deposit" | "full";

const COLUMNS = [
  "name",
  "slug",
  "position",
  "description",
  "private",
  "minutes",
  "price",
  "priceShown",
  "step",
  "bufferBefore",
  "bufferAfter",
  "bookingNotice",
  "reschedulingNotice",
  "cancellingNotice",
  "horizonDays",
  "approval",
  "seats",
  "party",
  "dailyLimit",
  "weeklyLimit",
  "depositPolicy",
  "deposit",
  "mostRepeats",
  "waitingList",
] as const;
type Columns = Pick<Service, (typeof COLUMNS)[number]>;

/** What the owner says of a service. A slug "" is made from the name. */
export type ServiceFields = Columns & ServiceRules;

/** A line of the owner's list. */
export type ServiceLine = {
  id: number;
  slug: string;
  name: string;
  minutes: number;
  price: number | null;
  private: boolean;
  category: string | null;
  archived: boolean;
  /** How many provide it and can be booked. */
  providers: number;
};

/** What can be booked. Lengths, steps, buffers and notices are minutes; price and deposit are cents. */
export class Service extends Model<InferAttributes<Service>, InferCreationAttributes<Service>> {
  declare id: CreationOptional<number>;
  declare businessId: number;
  declare categoryId: CreationOptional<number | null>;
  /** Smaller ones come first in lists. */
  declare position: CreationOptional<number>;
  declare slug: string;
  declare name: string;
  declare description: CreationOptional<string>;
  /** Reached by its link only. */
  declare private: CreationOptional<boolean>;
  declare minutes: number;
  declare price: number | null;
  declare priceShown: CreationOptional<boolean>;
  declare step: number;
  declare bufferBefore: number;
  declare bufferAfter: number;
  declare bookingNotice: number;
  declare reschedulingNotice: number;
  declare cancellingNotice: number;
  declare horizonDays: number;
  /** A booking waits for the business's yes. */
  declare approval: CreationOptional<boolean>;
  /** How many people one start takes, and how many of them one booking may bring. */
  declare seats: CreationOptional<number>;
  declare party: CreationOptional<number>;
  /** Of one provider. */
  declare dailyLimit: CreationOptional<number | null>;
  declare weeklyLimit: CreationOptional<number | null>;
  declare depositPolicy: CreationOptional<DepositPolicy>;
  declare deposit: CreationOptional<number | null>;
  /** How many times a customer may repeat it in one booking. */
  declare mostRepeats: CreationOptional<number>;
  declare waitingList: CreationOptional<boolean>;
  declare archivedAt: CreationOptional<Instant | null>;
  declare createdAt: Instant;

  /** @throws NotFound for nobody's and somebody else's alike */
  static async find(business: { id: number }, serviceId: unknown): Promise<Service> {
    const where = { id: toId(serviceId), businessId: business.id };
    const service = await Service.findOne({ where });
    if (!service) throw new NotFound("service");
    return service;
  }

  static offeredBy(business: Business): Promise<Service[]> {
    const where = { businessId: business.id, archivedAt: null };
    return Service.findAll({ where, order: ["position", "name", "id"] });
  }

  /** Those in use or those archived, in the business's order, `limit` at most. */
  static async list(
    business: { id: number },
    { archived, limit, offset }: { archived: boolean; limit: number; offset: number },
  ): Promise<ServiceLine[]> {
    const lines = await rows<Raw<ServiceLine>>(
      `SELECT s.id, s.slug, s.name, s.minutes, s.price, s.private, s.archived_at IS NOT NULL AS archived,
         (SELECT c.name FROM categories c
          WHERE c.business_id = s.business_id AND c.id = s.category_id) AS category,
         (SELECT COUNT(*) FROM staff_services l
          JOIN staff p ON p.business_id = l.business_id AND p.id = l.staff_id
          WHERE l.business_id = s.business_id AND l.service_id = s.id
            AND p.bookable AND p.archived_at IS NULL) AS providers
       FROM services s
       WHERE s.business_id = $businessId AND (s.archived_at IS NOT NULL) = $archived
       ORDER BY s.position, s.name, s.id LIMIT $limit OFFSET $offset`,
      { businessId: business.id, archived, limit, offset },
    );
    return lines.map((line) => ({
      ...line,
      private: Boolean(line.private),
      archived: Boolean(line.archived),
    }));
  }

  /**
   * The same service sent twice is added once.
   * @throws Refused for a name or a slug that another service has
   */
  static add(
    business: { id: number },
    fields: ServiceFields,
    actor: Actor,
    now: Instant,
  ): Promise<Service> {
    return inTurn(business, async () => {
      const others = await othersOf(business.id, 0);
      const wanted = await inOrder(business.id, fields);
      const before = await sameAs(business, wanted, others);
      if (before) return before;
      const columns = columnsOf(withSlug(wanted, others));
      const service = await Service.create({
        ...columns,
        businessId: business.id,
        createdAt: now,
      });
      await writeRules(service, wanted);
      await service.tell("service.added", actor, now);
      return service;
    });
  }

  /** What the owner's form shows. */
  async fields(): Promise<ServiceFields> {
    return { ...columnsOf(this), ...(await rulesOf(this)) };
  }

  /**
   * Appointments that are booked keep their length and price.
   * @param seen the edition of the fields the owner changed
   * @throws ChangedMeanwhile; Refused for a name or a slug that another service has
   */
  change(fields: ServiceFields, seen: string, actor: Actor, now: Instant): Promise<void> {
    return inTurn({ id: this.businessId }, async () => {
      await this.reload();
      const others = await othersOf(this.businessId, this.id);
      const wanted = withSlug(await inOrder(this.businessId, fields), others, this);
      if (!isChange(await this.fields(), wanted, seen)) return;
      const where = { id: this.id, businessId: this.businessId };
      await Service.update(columnsOf(wanted), { where });
      await writeRules(this, wanted);
      await this.tell("service.changed", actor, now);
    });
  }

  /** It is no longer offered; its appointments stand. Archiving twice is archiving once. */
  archive(actor: Actor, now: Instant): Promise<void> {
    return this.setArchived(now, "service.archived", actor, now);
  }

  /** @throws Conflict when another service has taken its name */
  takeBack(actor: Actor, now: Instant): Promise<void> {
    return inTurn({ id: this.businessId }, async () => {
      const others = await othersOf(this.businessId, this.id);
      if (namesake(this.name, others))
        throw new Conflict("Another service has this name now: change its name first");
      await this.setArchived(null, "service.restored", actor, now);
    });
  }

  private setArchived(
    archivedAt: Instant | null,
    action: string,
    actor: Actor,
    now: Instant,
  ): Promise<void> {
    return inTurn({ id: this.businessId }, async () => {
      const changed = await run(
        `UPDATE services SET archived_at = CAST($archivedAt AS BIGINT)
         WHERE business_id = $businessId AND id = $id
           AND (archived_at IS NULL) = (CAST($archivedAt AS BIGINT) IS NOT NULL)`,
        { businessId: this.businessId, id: this.id, archivedAt },
      );
      if (changed === 1) await this.tell(action, actor, now);
    });
  }

  private tell(action: string, actor: Actor, now: Instant): Promise<void> {
    const { businessId, id: serviceId } = this;
    return AuditEntry.write({ businessId, action, details: { serviceId } }, actor, now);
  }

  static setup(): void {
    Service.init(
      {
        id,
        businessId: integer,
        categoryId: optional(integer),
        position: { ...integer, defaultValue: 0 },
        slug: text,
        name: text,
        description: { ...text, defaultValue: "" },
        private: { ...flag, defaultValue: false },
        minutes: integer,
        price: optional(integer),
        priceShown: { ...flag, defaultValue: true },
        step: integer,
        bufferBefore: integer,
        bufferAfter: integer,
        bookingNotice: integer,
        reschedulingNotice: integer,
        cancellingNotice: integer,
        horizonDays: integer,
        approval: { ...flag, defaultValue: false },
        seats: { ...integer, defaultValue: 1 },
        party: { ...integer, defaultValue: 1 },
        dailyLimit: optional(integer),
        weeklyLimit: optional(integer),
        depositPolicy: { ...text, defaultValue: "none" },
        deposit: optional(integer),
        mostRepeats: { ...integer, defaultValue: 0 },
        waitingList: { ...flag, defaultValue: false },
        archivedAt: optional(instant),
        createdAt: instant,
      },
      table("services"),
    );
  }
}

function columnsOf(fields: Columns): Columns {
  return Object.fromEntries(COLUMNS.map((name) => [name, fields[name]])) as Columns;
}

/** A form sent twice asks for what there is already. */
async function sameAs(
  business: { id: number },
  fields: ServiceFields,
  others: readonly NamedService[],
): Promise<Service | undefined> {
  const twin = namesake(fields.name, others);
  if (!twin) return undefined;
  const service = await Service.find(business, twin.id);
  const rest = others.filter(({ id: other }) => other !== twin.id);
  const wanted = withSlug(fields, rest, twin);
  return editionOf(await service.fields()) === editionOf(wanted) ? service : undefined;
}
