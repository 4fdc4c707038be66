// What a business keeps a short list of, by name: rooms and equipment, add-ons, locations. All of
// them are found, added, changed, archived and restored in the same way.
import { fold } from "../domain/fold.ts";
import type { Instant } from "../domain/time.ts";
import { Conflict, NotFound } from "../errors.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import { rows, run } from "./database.ts";
import { toId } from "./id.ts";
import { editionOf, inTurn, isChange, Refused } from "./set-up.ts";
import type { Raw } from "./table.ts";

/** Whatever can be stored in a column. */
export type Fields = { name: string; position: number } & Record<string, string | number | null>;
export type Kept<F> = F & { id: number; archived: boolean };
type Tenant = { id: number };

export type Kind<F extends Fields> = {
  table: "addons" | "locations" | "resources";
  /** As messages and the audit log call it, such as "location". */
  noun: string;
  /** The column of each field. */
  columns: Readonly<Record<keyof F & string, string>>;
  /** What is asked before one is written: may fill in fields. @throws Refused */
  prepare?: (fields: F, others: ReadonlyArray<Kept<F>>, before?: F) => F;
  /** What else changes with one that is changed, in the same transaction. */
  changed?: (business: Tenant, to: F & { id: number }, from: F, now: Instant) => Promise<void>;
  /** What must hold when one is back, in the same transaction. @throws Conflict */
  restored?: (business: Tenant, now: Instant) => Promise<void>;
  /** @throws Conflict when one cannot be spared */
  spare?: (others: ReadonlyArray<Kept<F>>) => void;
};

export class Shelf<F extends Fields> {
  readonly noun: string;
  #kind: Kind<F>;
  #names: Array<keyof F & string>;

  constructor(kind: Kind<F>) {
    this.noun = kind.noun;
    this.#kind = kind;
    this.#names = Object.keys(kind.columns);
  }

  /** What its form shows and changes. */
  fieldsOf(from: F): F {
    return Object.fromEntries(this.#names.map((name) => [name, from[name]])) as unknown as F;
  }

  /** All of a business, in its order, archived ones too. One query. */
  async of({ id: businessId }: Tenant): Promise<Array<Kept<F>>> {
    const aliased = this.#names
      .map((name) => `${this.#kind.columns[name]} AS "${name}"`)
      .join(", ");
    const found = await rows<Raw<Kept<F>>>(
      `SELECT id, ${aliased}, archived_at IS NOT NULL AS archived FROM ${this.#kind.table}
       WHERE business_id = $businessId ORDER BY position, name, id`,
      { businessId },
    );
    return found.map((row) => ({ ...row, archived: Boolean(row.archived) }) as Kept<F>);
  }

  /** @throws NotFound for nobody's and somebody else's alike */
  async find(business: Tenant, id: unknown): Promise<Kept<F>> {
    const found = (await this.of(business)).find((one) => one.id === toId(id));
    if (!found) throw new NotFound(this.noun);
    return found;
  }

  /**
   * The same sent twice is added once.
   * @throws Refused for a name that another one has
   */
  add(business: Tenant, fields: F, actor: Actor, now: Instant): Promise<number> {
    return inTurn(business, async () => {
      const others = await this.of(business);
      const twin = namesake(fields.name, others);
      if (twin && isSame(this.fieldsOf(this.#prepared(fields, [], twin)), this.fieldsOf(twin)))
        return twin.id;
      const bind = { ...this.#prepared(fields, others), businessId: business.id, now };
      const [made] = await rows<{ id: number }>(
        `INSERT INTO ${this.#kind.table} (business_id, ${this.#columns().join(", ")}, created_at)
         VALUES ($businessId, ${this.#names.map((name) => `$${name}`).join(", ")}, $now) RETURNING id`,
        bind,
      );
      const id = made?.id ?? 0;
      await this.#tell("added", business, id, actor, now);
      return id;
    });
  }

  /**
   * @param seen the edition of the fields that were changed
   * @throws ChangedMeanwhile; Refused for a name that another one has
   */
  change(
    business: Tenant,
    id: number,
    fields: F,
    seen: string,
    actor: Actor,
    now: Instant,
  ): Promise<void> {
    return inTurn(business, async () => {
      const all = await this.of(business);
      const before = await this.find(business, id);
      const others = all.filter((other) => other.id !== id);
      const wanted = this.fieldsOf(this.#prepared(fields, others, before));
      if (!isChange(this.fieldsOf(before), wanted, seen)) return;
      const put = this.#names.map((name) => `${this.#kind.columns[name]} = $${name}`).join(", ");
      await run(
        `UPDATE ${this.#kind.table} SET ${put} WHERE business_id = $businessId AND id = $id`,
        {
          ...wanted,
          businessId: business.id,
          id,
        },
      );
      await this.#kind.changed?.(business, { ...wanted, id }, before, now);
      await this.#tell("changed", business, id, actor, now);
    });
  }

  /** It can no longer be chosen; what is booked stands. Archiving twice is archiving once. */
  archive(business: Tenant, id: number, actor: Actor, now: Instant): Promise<void> {
    return inTurn(business, async () => {
      const others = (await this.of(business)).filter((one) => one.id !== id && !one.archived);
      this.#kind.spare?.(others);
      await this.#setArchived(business, id, now, actor, now);
    });
  }

  /** @throws Conflict when another one has taken its name */
  restore(business: Tenant, id: number, actor: Actor, now: Instant): Promise<void> {
    return inTurn(business, async () => {
      const others = (await this.of(business)).filter((one) => one.id !== id);
      const { name } = await this.find(business, id);
      if (namesake(name, others))
        throw new Conflict(`Another ${this.noun} has this name now: change its name first`);
      await this.#setArchived(business, id, null, actor, now);
      await this.#kind.restored?.(business, now);
    });
  }

  async #setArchived(
    business: Tenant,
    id: number,
    archivedAt: Instant | null,
    actor: Actor,
    now: Instant,
  ): Promise<void> {
    const changed = await run(
      `UPDATE ${this.#kind.table} SET archived_at = CAST($archivedAt AS BIGINT)
       WHERE business_id = $businessId AND id = $id
         AND (archived_at IS NULL) = (CAST($archivedAt AS BIGINT) IS NOT NULL)`,
      { businessId: business.id, id, archivedAt },
    );
    const verb = archivedAt === null ? "restored" : "archived";
    if (changed === 1) await this.#tell(verb, business, id, actor, now);
  }

  #prepared(fields: F, others: ReadonlyArray<Kept<F>>, before?: F): F {
    if (namesake(fields.name, others))
      throw new Refused("name", `There is another ${this.noun} with this name`);
    return this.#kind.prepare?.(fields, others, before) ?? fields;
  }

  #tell(verb: string, business: Tenant, id: number, actor: Actor, now: Instant) {
    const fact = { businessId: business.id, action: `${this.noun}.${verb}`, details: { id } };
    return AuditEntry.write(fact, actor, now);
  }

  #columns(): string[] {
    return this.#names.map((name) => this.#kind.columns[name]);
  }
}

function namesake<T extends { name: string; archived: boolean }>(
  name: string,
  others: readonly T[],
): T | undefined {
  return others.find((other) => !other.archived && fold(other.name) === fold(name));
}

function isSame(a: object, b: object): boolean {
  return editionOf(a) === editionOf(b);
}
