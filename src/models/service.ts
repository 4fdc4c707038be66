import {
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
} from "sequelize";
import { freeSlug, slugOf } from "../domain/slug.ts";
import type { Instant } from "../domain/time.ts";
import { Conflict, NotFound } from "../errors.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import type { Business } from "./business.ts";
import { rows, run } from "./database.ts";
import { toId } from "./id.ts";
import { editionOf, inTurn, isChange, Refused } from "./set-up.ts";
import { id, instant, integer, optional, type Raw, table, text } from "./table.ts";

/** What the owner says of a service. A slug "" is made from the name. */
export type ServiceFields = Pick<
  Service,
  | "name"
  | "slug"
  | "minutes"
  | "price"
  | "step"
  | "bufferBefore"
  | "bufferAfter"
  | "bookingNotice"
  | "reschedulingNotice"
  | "cancellingNotice"
  | "horizonDays"
> & {
  /** Who provides it. */
  staffIds: number[];
};

/** A line of the owner's list. */
export type ServiceLine = {
  id: number;
  slug: string;
  name: string;
  minutes: number;
  price: number | null;
  archived: boolean;
  /** How many provide it and can be booked. */
  providers: number;
};

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
  static async find(business: { id: number }, serviceId: unknown): Promise<Service> {
    const where = { id: toId(serviceId), businessId: business.id };
    const service = await Service.findOne({ where });
    if (!service) throw new NotFound("service");
    return service;
  }

  static offeredBy(business: Business): Promise<Service[]> {
    const where = { businessId: business.id, archivedAt: null };
    return Service.findAll({ where, order: ["name", "id"] });
  }

  /** Those in use or those archived, by name, `limit` at most. */
  static async list(
    business: { id: number },
    { archived, limit, offset }: { archived: boolean; limit: number; offset: number },
  ): Promise<ServiceLine[]> {
    const lines = await rows<Raw<ServiceLine>>(
      `SELECT s.id, s.slug, s.name, s.minutes, s.price, s.archived_at IS NOT NULL AS archived,
         (SELECT COUNT(*) FROM staff_services l
          JOIN staff p ON p.business_id = l.business_id AND p.id = l.staff_id
          WHERE l.business_id = s.business_id AND l.service_id = s.id
            AND p.bookable AND p.archived_at IS NULL) AS providers
       FROM services s
       WHERE s.business_id = $businessId AND (s.archived_at IS NOT NULL) = $archived
       ORDER BY s.name, s.id LIMIT $limit OFFSET $offset`,
      { businessId: business.id, archived, limit, offset },
    );
    return lines.map((line) => ({ ...line, archived: Boolean(line.archived) }));
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
      const before = await sameAs(business, fields, others);
      if (before) return before;
      const { staffIds, ...columns } = withSlug(fields, others);
      const service = await Service.create({
        ...columns,
        businessId: business.id,
        createdAt: now,
      });
      await service.provideBy(staffIds);
      await service.tell("service.added", actor, now);
      return service;
    });
  }

  /** What the owner's form shows. */
  async fields(): Promise<ServiceFields> {
    const links = await rows<{ staffId: number }>(
      `SELECT l.staff_id AS "staffId" FROM staff_services l
       JOIN staff p ON p.business_id = l.business_id AND p.id = l.staff_id
       WHERE l.business_id = $businessId AND l.service_id = $serviceId AND p.archived_at IS NULL
       ORDER BY l.staff_id`,
      { businessId: this.businessId, serviceId: this.id },
    );
    return {
      name: this.name,
      slug: this.slug,
      minutes: this.minutes,
      price: this.price,
      step: this.step,
      bufferBefore: this.bufferBefore,
      bufferAfter: this.bufferAfter,
      bookingNotice: this.bookingNotice,
      reschedulingNotice: this.reschedulingNotice,
      cancellingNotice: this.cancellingNotice,
      horizonDays: this.horizonDays,
      staffIds: links.map(({ staffId }) => staffId),
    };
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
      const wanted = withSlug({ ...fields, slug: fields.slug || this.slug }, others);
      wanted.staffIds = wanted.staffIds.toSorted((a, b) => a - b);
      if (!isChange(await this.fields(), wanted, seen)) return;
      const { staffIds, ...columns } = wanted;
      await Service.update(columns, { where: { id: this.id, businessId: this.businessId } });
      await this.provideBy(staffIds);
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
      if (others.some(({ name, archived }) => !archived && isSameName(name, this.name)))
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

  // What archived people provided comes back with them.
  private async provideBy(staffIds: readonly number[]): Promise<void> {
    const bind = { businessId: this.businessId, serviceId: this.id };
    await run(
      `DELETE FROM staff_services WHERE business_id = $businessId AND service_id = $serviceId
         AND staff_id IN (SELECT id FROM staff
           WHERE business_id = $businessId AND archived_at IS NULL)`,
      bind,
    );
    for (const staffId of staffIds)
      await run(
        `INSERT INTO staff_services (business_id, staff_id, service_id)
         VALUES ($businessId, $staffId, $serviceId) ON CONFLICT DO NOTHING`,
        { ...bind, staffId },
      );
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

type Other = { id: number; name: string; slug: string; archived: boolean };

async function othersOf(businessId: number, serviceId: number): Promise<Other[]> {
  const others = await rows<Raw<Other>>(
    `SELECT id, name, slug, archived_at IS NOT NULL AS archived FROM services
     WHERE business_id = $businessId AND id <> $serviceId ORDER BY id`,
    { businessId, serviceId },
  );
  return others.map((other) => ({ ...other, archived: Boolean(other.archived) }));
}

/** A form sent twice asks for what there is already. */
async function sameAs(
  business: { id: number },
  fields: ServiceFields,
  others: readonly Other[],
): Promise<Service | undefined> {
  const twin = others.find(({ name, archived }) => !archived && isSameName(name, fields.name));
  if (!twin) return undefined;
  const service = await Service.find(business, twin.id);
  const stored = await service.fields();
  const wanted = { ...fields, slug: fields.slug || stored.slug };
  wanted.staffIds = wanted.staffIds.toSorted((a, b) => a - b);
  return editionOf(stored) === editionOf(wanted) ? service : undefined;
}

function withSlug(fields: ServiceFields, others: readonly Other[]): ServiceFields {
  const { name, slug } = fields;
  if (others.some((other) => !other.archived && isSameName(other.name, name)))
    throw new Refused("name", "There is a service with this name already");
  const isTaken = (candidate: string) => others.some((other) => other.slug === candidate);
  if (slug && isTaken(slug)) throw new Refused("slug", "Another service has this address");
  return { ...fields, slug: slug || freeSlug(slugOf(name, "service"), isTaken) };
}

function isSameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
