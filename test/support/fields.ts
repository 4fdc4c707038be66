// Fields of a business, for tests.
import type { Field } from "../../src/domain/fields.ts";
import { rows } from "../../src/models/database.ts";
import { Fields } from "../../src/models/field.ts";
import type { Business } from "../../src/models/index.ts";

type Wanted = Parameters<typeof Fields.add>[1];

/** An optional line of text of the customer's, unless told otherwise. */
export async function asks(
  business: Business,
  label: string,
  more: Partial<Wanted> = {},
): Promise<Field> {
  const field: Wanted = {
    key: "",
    label,
    subject: "customer",
    type: "text",
    choices: [],
    requirement: "optional",
    purpose: `Why we ask: ${label}`,
    retentionDays: 365,
    serviceIds: [],
    sensitive: false,
    ...more,
  };
  const id = await Fields.add(business, field, { kind: "system" }, Date.now());
  return Fields.find(business, id);
}

/** What is stored of a subject, in the order of its fields: "label: value" each. */
export async function stored(subject: Field["subject"]): Promise<string[]> {
  const found = await rows<{ label: string; value: string | number }>(
    `SELECT f.label, COALESCE(v.value_text, v.value_date, CAST(v.value_number AS TEXT)) AS value
     FROM ${subject}_values v JOIN fields f ON f.id = v.field_id
     ORDER BY v.${subject}_id, f.position, f.id`,
  );
  return found.map(({ label, value }) => `${label}: ${value}`);
}
