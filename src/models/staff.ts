import {
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
} from "sequelize";
import type { Role } from "../domain/rights.ts";
import type { Instant } from "../domain/time.ts";
import { Forbidden, NotFound } from "../errors.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import type { Business } from "./business.ts";
import { rows, run } from "./database.ts";
import { toId } from "./id.ts";
import { decidesAboutOwners, isLastOwner, OWNER_NEEDED, OWNERS_ONLY } from "./owners.ts";
import { editionOf, inTurn, isChange, Refused } from "./set-up.ts";
import { flag, id, instant, integer, optional, type Raw, table, text } from "./table.ts";

export type { Role };
/** What a signed-in person is in one business. */
export type Member = {
  id: number;
  role: Role;
  name: string;
  /** False: a provider who sees only her own appointments and their customers. */
  seesAll: boolean;
};

/** What the owner says of somebody; `position` orders the lists. */
export type StaffFields = Pick<
  Staff,
  "name" | "email" | "bookable" | "role" | "seesAll" | "position"
> & {
  /** What she provides. */
  serviceIds: number[];
};

/** A line of the owner's list. */
export type StaffLine = {
  id: number;
  name: string;
  role: Role;
  bookable: boolean;
  archived: boolean;
  signsIn: boolean;
  /** How many of the services in use she provides. */
  services: number;
  hasHours: boolean;
};

/** Somebody of a business. A provider can be booked, with or without a sign-in. */
export class Staff extends Model<InferAttributes<Staff>, InferCreationAttributes<Staff>> {
  declare id: CreationOptional<number>;
  declare businessId: number;
  declare personId: number | null;
  declare role: Role;
  declare name: string;
  declare email: string | null;
  declare bookable: CreationOptional<boolean>;
  /** Of a provider: everybody's appointments, or only her own. */
  declare seesAll: CreationOptional<boolean>;
  /** A mail each morning with the appointments of her day. */
  declare wantsAgenda: CreationOptional<boolean>;
  declare position: CreationOptional<number>;
  declare archivedAt: CreationOptional<Instant | null>;
  declare createdAt: Instant;

  /** @throws NotFound for nobody's and somebody else's alike */
  static async find(business: { id: number }, staffId: unknown): Promise<Staff> {
    const staff = await Staff.findOne({ where: { id: toId(staffId), businessId: business.id } });
    if (!staff) throw new NotFound("person");
    return staff;
  }

  /** What the person is in this business, if she works there. */
  static async memberOf(businessId: number, personId: number): Promise<Member | undefined> {
    const [member] = await rows<Raw<Member>>(
      `SELECT id, role, name, sees_all AS "seesAll" FROM staff
       WHERE business_id = $businessId AND person_id = $personId AND archived_at IS NULL`,
      { businessId, personId },
    );
    return member && { ...member, seesAll: Boolean(member.seesAll) };
  }

  /** Those of a business who work there today, providers in their order. */
  static workingFor(business: Business): Promise<Staff[]> {
    const where = { businessId: business.id, archivedAt: null };
    return Staff.findAll({ where, order: ["position", "id"] });
  }

  /** Those who work there or those archived, in their order, `limit` at most. */
  static async list(
    business: { id: number },
    { archived, limit, offset }: { archived: boolean; limit: number; offset: number },
  ): Promise<StaffLine[]> {
    const lines = await rows<Raw<StaffLine>>(LINES, {
      businessId: business.id,
      archived,
      limit,
      offset,
    });
    return lines.map((line) => ({
      ...line,
      bookable: Boolean(line.bookable),
      archived: Boolean(line.archived),
      signsIn: Boolean(line.signsIn),
      hasHours: Boolean(line.hasHours),
    }));
  }

  /** The position after everybody else's. */
  static async nextPosition(business: { id: number }): Promise<number> {
    const [last] = await rows<{ position: number }>(
      "SELECT COALESCE(MAX(position), 0) AS position FROM staff WHERE business_id = $businessId",
      { businessId: business.id },
    );
    return (last?.position ?? 0) + 1;
  }

  /**
   * The same form sent twice within a minute adds one person.
   * @throws Refused for an owner added by somebody else than an owner
   */
  static add(
    business: { id: number },
    fields: StaffFields,
    actor: Actor,
    now: Instant,
  ): Promise<Staff> {
    return inTurn(business, async () => {
      const before = await justAdded(business, fields, now);
      if (before) return before;
      if (fields.role === "owner" && !(await decidesAboutOwners(actor, business.id)))
        throw new Refused("role", OWNERS_ONLY);
      const { serviceIds, ...columns } = fields;
      const staff = await Staff.create({ ...columns, businessId: business.id, createdAt: now });
      await staff.provide(serviceIds);
      await staff.tell("staff.added", actor, now);
      return staff;
    });
  }

  /** What the owner's form shows. */
  async fields(): Promise<StaffFields> {
    const { name, email, bookable, role, seesAll, position } = this;
    const flags = { bookable: Boolean(bookable), seesAll: Boolean(seesAll) };
    const links = await rows<{ serviceId: number }>(
      `SELECT l.service_id AS "serviceId" FROM staff_services l
       JOIN services s ON s.business_id = l.business_id AND s.id = l.service_id
       WHERE l.business_id = $businessId AND l.staff_id = $staffId AND s.archived_at IS NULL
       ORDER BY l.service_id`,
      { businessId: this.businessId, staffId: this.id },
    );
    const serviceIds = links.map(({ serviceId }) => serviceId);
    return { name, email, ...flags, role, position, serviceIds };
  }

  /**
   * @param seen the edition of the fields the owner changed
   * @throws ChangedMeanwhile; Refused for a role that may not change
   */
  change(fields: StaffFields, seen: string, actor: Actor, now: Instant): Promise<void> {
    return inTurn({ id: this.businessId }, async () => {
      await this.reload();
      const wanted = { ...fields, serviceIds: inOrder(fields.serviceIds) };
      if (!isChange(await this.fields(), wanted, seen)) return;
      if (wanted.role !== this.role) await this.requireFreeRole(wanted.role, actor);
      const { serviceIds, ...columns } = wanted;
      await Staff.update(columns, { where: { id: this.id, businessId: this.businessId } });
      await this.provide(serviceIds);
      await this.tell("staff.changed", actor, now);
    });
  }

  /**
   * She can no longer sign in here or be booked; her appointments stand. Twice is once.
   * @throws Forbidden for oneself, for the last owner, and for owners unless by an owner
   */
  archive(actor: Actor, now: Instant): Promise<void> {
    return inTurn({ id: this.businessId }, async () => {
      await this.reload();
      if (this.archivedAt !== null) return;
      if (isSame(actor, this)) throw new Forbidden("Nobody can archive themselves");
      await this.requireOwnerFor(this.role, actor);
      if (await isLastOwner(this)) throw new Forbidden(OWNER_NEEDED);
      await this.setArchived(now);
      await this.tell("staff.archived", actor, now);
    });
  }

  takeBack(actor: Actor, now: Instant): Promise<void> {
    return inTurn({ id: this.businessId }, async () => {
      await this.reload();
      if (this.archivedAt === null) return;
      await this.requireOwnerFor(this.role, actor);
      await this.setArchived(null);
      await this.tell("staff.restored", actor, now);
    });
  }

  // Whoever gives her own rights away by mistake could not take them back.
  private async requireFreeRole(wanted: Role, actor: Actor): Promise<void> {
    if (isSame(actor, this))
      throw new Refused("role", "Nobody can change their own role: ask another owner");
    const about = [wanted, this.role].includes("owner");
    if (about && !(await decidesAboutOwners(actor, this.businessId)))
      throw new Refused("role", OWNERS_ONLY);
    if (await isLastOwner(this)) throw new Refused("role", OWNER_NEEDED);
  }

  private async requireOwnerFor(role: Role, actor: Actor): Promise<void> {
    if (role === "owner" && !(await decidesAboutOwners(actor, this.businessId)))
      throw new Forbidden(OWNERS_ONLY);
  }

  private async setArchived(archivedAt: Instant | null): Promise<void> {
    await Staff.update({ archivedAt }, { where: { id: this.id, businessId: this.businessId } });
  }

  // What she provided of the archived services comes back with them.
  private async provide(serviceIds: readonly number[]): Promise<void> {
    const bind = { businessId: this.businessId, staffId: this.id };
    await run(
      `DELETE FROM staff_services WHERE business_id = $businessId AND staff_id = $staffId
         AND service_id IN (SELECT id FROM services
           WHERE business_id = $businessId AND archived_at IS NULL)`,
      bind,
    );
    for (const serviceId of serviceIds)
      await run(
        `INSERT INTO staff_services (business_id, staff_id, service_id)
         VALUES ($businessId, $staffId, $serviceId) ON CONFLICT DO NOTHING`,
        { ...bind, serviceId },
      );
  }

  private tell(action: string, actor: Actor, now: Instant): Promise<void> {
    const fact = { businessId: this.businessId, action, details: { staffId: this.id } };
    return AuditEntry.write(fact, actor, now);
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
        seesAll: { ...flag, defaultValue: true },
        wantsAgenda: { ...flag, defaultValue: false },
        position: { ...integer, defaultValue: 0 },
        archivedAt: optional(instant),
        createdAt: instant,
      },
      table("staff"),
    );
  }
}

const A_MINUTE = 60_000;

const LINES = `SELECT p.id, p.name, p.role, p.bookable, p.archived_at IS NOT NULL AS archived,
    p.person_id IS NOT NULL AS "signsIn",
    (SELECT COUNT(*) FROM staff_services l
     JOIN services s ON s.business_id = l.business_id AND s.id = l.service_id
     WHERE l.business_id = p.business_id AND l.staff_id = p.id
       AND s.archived_at IS NULL) AS services,
    EXISTS (SELECT 1 FROM hours h
     WHERE h.business_id = p.business_id AND h.staff_id = p.id) AS "hasHours"
  FROM staff p
  WHERE p.business_id = $businessId AND (p.archived_at IS NOT NULL) = $archived
  ORDER BY p.position, p.id LIMIT $limit OFFSET $offset`;

async function justAdded(
  business: { id: number },
  fields: StaffFields,
  now: Instant,
): Promise<Staff | undefined> {
  const { name } = fields;
  const [last] = await Staff.findAll({
    where: { businessId: business.id, name },
    order: [["id", "DESC"]],
    limit: 1,
  });
  if (!last || last.createdAt < now - A_MINUTE) return undefined;
  const wanted = { ...fields, position: last.position, serviceIds: inOrder(fields.serviceIds) };
  return editionOf(await last.fields()) === editionOf(wanted) ? last : undefined;
}

function inOrder(ids: readonly number[]): number[] {
  return ids.toSorted((a, b) => a - b);
}

function isSame(actor: Actor, { id: staffId }: Staff): boolean {
  return actor.kind === "staff" && actor.staffId === staffId;
}
