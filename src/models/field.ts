// The fields of a business: what it asks beyond name, mail address and phone.
import { type Field, type FieldSubject, type FieldType, MOST_FIELDS } from "../domain/fields.ts";
import { fold } from "../domain/fold.ts";
import { freeSlug, slugOf } from "../domain/slug.ts";
import type { Instant } from "../domain/time.ts";
import { Conflict, NotFound } from "../errors.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import { type Flag, rows, run } from "./database.ts";
import { toId } from "./id.ts";
import { editionOf, inTurn, isChange, Refused } from "./set-up.ts";

/** What an owner says of a field; a key "" is made from the label. */
export type FieldFields = Pick<
  Field,
  "key" | "label" | "choices" | "requirement" | "purpose" | "retentionDays" | "serviceIds"
>;
/** What a field is, which it stays: there may be answers of that type. */
export type FieldKind = { subject: FieldSubject; type: FieldType };
type Versioned = { id: number; version: number };

const KEPT = 500; // businesses a process remembers; the least recently used make way
const cache = new Map<number, { version: number; fields: Field[] }>();

export const Fields = {
  /** All of a business, in its order, archived ones too. One query when they have changed. */
  async of({ id, version }: Versioned): Promise<Field[]> {
    const known = cache.get(id);
    const fields = known?.version === version ? known.fields : await load(id);
    cache.delete(id);
    // The version was read first, so what changes meanwhile is noticed at the next request.
    cache.set(id, { version, fields });
    const [oldest] = cache.keys();
    if (cache.size > KEPT && oldest !== undefined) cache.delete(oldest);
    return fields;
  },

  /** @throws NotFound for nobody's and somebody else's alike */
  async find(business: { id: number }, fieldId: unknown): Promise<Field> {
    const found = (await load(business.id)).find(({ id }) => id === toId(fieldId));
    if (!found) throw new NotFound("field");
    return found;
  },

  /**
   * The same field sent twice is added once.
   * @param sensitive whether the owner has confirmed that she may ask for something so delicate
   * @throws Refused for a label or a key that another field has, and for one field too many
   */
  add(
    business: { id: number },
    fields: FieldFields & FieldKind & { sensitive: boolean },
    actor: Actor,
    now: Instant,
  ): Promise<number> {
    return inTurn(business, async () => {
      const others = await load(business.id);
      const { sensitive, ...wanted } = fields;
      const twin = twinOf(wanted, others);
      if (twin && isSame(wanted, twin)) return twin.id;
      if (others.filter(({ archived }) => !archived).length >= MOST_FIELDS) throw tooMany();
      const bind = { ...withKey(wanted, others), businessId: business.id, now };
      const [made] = await rows<{ id: number }>(ADD, stored(bind));
      const fieldId = made?.id ?? 0;
      await askAt(business.id, fieldId, fields.serviceIds);
      await tell("field.added", business.id, fieldId, actor, now, { sensitive });
      return fieldId;
    });
  },

  /**
   * Answers that were given stay, whatever can be chosen from now on.
   * @param seen the edition of the fields the owner changed
   * @throws ChangedMeanwhile; Refused as when it is added
   */
  change(
    business: { id: number },
    fieldId: number,
    fields: FieldFields & { sensitive: boolean },
    seen: string,
    actor: Actor,
    now: Instant,
  ): Promise<void> {
    return inTurn(business, async () => {
      const all = await load(business.id);
      const before = await Fields.find(business, fieldId);
      const { sensitive, ...rest } = fields;
      const others = all.filter(({ id }) => id !== fieldId);
      const wanted = withKey({ ...rest, key: rest.key || before.key }, others);
      if (!isChange(fieldsOf(before), fieldsOf(wanted), seen)) return;
      await run(CHANGE, stored({ ...wanted, businessId: business.id, fieldId }));
      await askAt(business.id, fieldId, wanted.serviceIds);
      await tell("field.changed", business.id, fieldId, actor, now, { sensitive });
    });
  },

  /** It is no longer asked; what was answered is kept as long as was said. */
  archive(business: { id: number }, fieldId: number, actor: Actor, now: Instant): Promise<void> {
    return setArchived(business, fieldId, now, actor, now);
  },

  /** @throws Conflict when another field has taken its label, or there are enough */
  restore(business: { id: number }, fieldId: number, actor: Actor, now: Instant): Promise<void> {
    return inTurn(business, async () => {
      const all = await load(business.id);
      const field = await Fields.find(business, fieldId);
      const asked = all.filter(({ archived, id }) => !archived && id !== fieldId);
      if (asked.some(({ label }) => isSameLabel(label, field.label)))
        throw new Conflict("Another field has this label now: change its label first");
      if (asked.length >= MOST_FIELDS) throw tooMany();
      await setArchived(business, fieldId, null, actor, now);
    });
  },

  /**
   * Puts a field at a place among those that are asked, the first being 0; putting it there again
   * changes nothing.
   */
  place(
    business: { id: number },
    fieldId: number,
    to: number,
    actor: Actor,
    now: Instant,
  ): Promise<void> {
    return inTurn(business, async () => {
      const asked = (await load(business.id)).filter(({ archived }) => !archived);
      const field = asked.find(({ id }) => id === fieldId);
      if (!field || asked.indexOf(field) === to) return;
      const order = asked.filter(({ id }) => id !== fieldId).toSpliced(to, 0, field);
      for (const [position, { id }] of order.entries())
        await run(
          `UPDATE fields SET position = $position
           WHERE business_id = $businessId AND id = $id AND position <> $position`,
          { businessId: business.id, id, position },
        );
      await tell("field.placed", business.id, fieldId, actor, now, {});
    });
  },
};

/** What its form shows and changes. */
export function fieldsOf(field: FieldFields): FieldFields {
  const { key, label, choices, requirement, purpose, retentionDays, serviceIds } = field;
  const ordered = serviceIds.toSorted((a, b) => a - b);
  return { key, label, choices, requirement, purpose, retentionDays, serviceIds: ordered };
}

type Row = Omit<Field, "choices" | "archived" | "serviceIds"> & {
  choices: string;
  archived: Flag;
  serviceId: number | null;
};

async function load(businessId: number): Promise<Field[]> {
  const found = await rows<Row>(SELECT, { businessId });
  const byField = Map.groupBy(found, ({ id }) => id);
  return [...byField.values()].flatMap((lines) => {
    const [line] = lines;
    if (!line) return [];
    const { serviceId: _, choices, archived, ...rest } = line;
    const serviceIds = lines.flatMap(({ serviceId }) => serviceId ?? []);
    const list = JSON.parse(choices) as string[];
    return [{ ...rest, choices: list, archived: Boolean(archived), serviceIds }];
  });
}

const SELECT = `SELECT f.id, f.key, f.label, f.subject, f.type, f.choices, f.requirement, f.purpose,
    f.retention_days AS "retentionDays", f.archived_at IS NOT NULL AS archived,
    s.service_id AS "serviceId"
  FROM fields f
  LEFT JOIN service_fields s ON s.business_id = f.business_id AND s.field_id = f.id
  WHERE f.business_id = $businessId
  ORDER BY f.position, f.id, s.service_id`;
const ADD = `INSERT INTO fields (business_id, key, label, subject, type, choices, requirement,
    purpose, retention_days, position, created_at)
  VALUES ($businessId, $key, $label, $subject, $type, $choices, $requirement, $purpose,
    $retentionDays,
    (SELECT COALESCE(MAX(position) + 1, 0) FROM fields WHERE business_id = $businessId), $now)
  RETURNING id`;
const CHANGE = `UPDATE fields SET key = $key, label = $label, choices = $choices,
    requirement = $requirement, purpose = $purpose, retention_days = $retentionDays
  WHERE business_id = $businessId AND id = $fieldId`;

function stored<T extends { choices: readonly string[] }>(bind: T) {
  return { ...bind, choices: JSON.stringify(bind.choices) };
}

async function askAt(businessId: number, fieldId: number, serviceIds: readonly number[]) {
  const bind = { businessId, fieldId };
  await run(
    "DELETE FROM service_fields WHERE business_id = $businessId AND field_id = $fieldId",
    bind,
  );
  for (const serviceId of serviceIds)
    await run(
      `INSERT INTO service_fields (business_id, service_id, field_id)
       VALUES ($businessId, $serviceId, $fieldId) ON CONFLICT DO NOTHING`,
      { ...bind, serviceId },
    );
}

function setArchived(
  business: { id: number },
  fieldId: number,
  archivedAt: Instant | null,
  actor: Actor,
  now: Instant,
): Promise<void> {
  return inTurn(business, async () => {
    const changed = await run(
      `UPDATE fields SET archived_at = CAST($archivedAt AS BIGINT)
       WHERE business_id = $businessId AND id = $fieldId
         AND (archived_at IS NULL) = (CAST($archivedAt AS BIGINT) IS NOT NULL)`,
      { businessId: business.id, fieldId, archivedAt },
    );
    const action = archivedAt === null ? "field.restored" : "field.archived";
    if (changed === 1) await tell(action, business.id, fieldId, actor, now, {});
  });
}

function withKey<T extends FieldFields>(fields: T, others: readonly Field[]): T {
  const { key, label } = fields;
  if (twinOf(fields, others))
    throw new Refused("label", "There is a field with this label already");
  const isTaken = (candidate: string) => others.some((other) => other.key === candidate);
  if (key && isTaken(key)) throw new Refused("key", "Another field has this name");
  return { ...fields, key: key || freeSlug(slugOf(label, "field"), isTaken) };
}

function twinOf({ label }: { label: string }, others: readonly Field[]): Field | undefined {
  return others.find((other) => !other.archived && isSameLabel(other.label, label));
}

function isSame(wanted: FieldFields & FieldKind, field: Field): boolean {
  const fields = fieldsOf({ ...wanted, key: wanted.key || field.key });
  const kind = wanted.subject === field.subject && wanted.type === field.type;
  return kind && editionOf(fields) === editionOf(fieldsOf(field));
}

function isSameLabel(a: string, b: string): boolean {
  return fold(a) === fold(b);
}

function tooMany(): Refused {
  const message = `A business asks ${MOST_FIELDS} things at the most: archive one first`;
  return new Refused("label", message);
}

function tell(
  action: string,
  businessId: number,
  fieldId: number,
  actor: Actor,
  now: Instant,
  details: Record<string, boolean>,
): Promise<void> {
  return AuditEntry.write({ businessId, action, details: { fieldId, ...details } }, actor, now);
}
