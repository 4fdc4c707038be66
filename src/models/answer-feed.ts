// The answers to a business's own fields of many customers or appointments at once, for programs and
// spreadsheets.
import {
  type Answer,
  answerText,
  type Field,
  type FieldSubject,
  type Value,
} from "../domain/fields.ts";
import { rows } from "./database.ts";

/** By the id of whose they are, in the order of the fields; one query, none where nothing is asked. */
export async function answersOfMany(
  businessId: number,
  subject: FieldSubject,
  ids: readonly number[],
  fields: readonly Field[],
): Promise<Map<number, Answer[]>> {
  const own = fields.filter((field) => field.subject === subject);
  if (own.length === 0 || ids.length === 0) return new Map();
  const bind = Object.fromEntries(ids.map((id, i) => [`id${i}`, id]));
  const stored = await rows<Value & { fieldId: number; ownerId: number }>(
    `SELECT ${subject}_id AS "ownerId", field_id AS "fieldId", value_text AS text,
       value_number AS number, value_date AS date
     FROM ${subject}_values WHERE business_id = $businessId
       AND ${subject}_id IN (${ids.map((_, i) => `$id${i}`).join(", ")})`,
    { businessId, ...bind },
  );
  const byOwner = Map.groupBy(stored, ({ ownerId }) => ownerId);
  return new Map(
    ids.map((id) => {
      const found = byOwner.get(id) ?? [];
      const answers = own.flatMap((field) => {
        const value = found.find(({ fieldId }) => fieldId === field.id);
        if (!value) return [];
        return [{ field, text: value.text, number: value.number, date: value.date }];
      });
      return [id, answers];
    }),
  );
}

/** The same as texts: each field's by its id. */
export async function answerTexts(
  businessId: number,
  subject: FieldSubject,
  ids: readonly number[],
  fields: readonly Field[],
): Promise<Map<number, Map<number, string>>> {
  const answers = await answersOfMany(businessId, subject, ids, fields);
  return new Map(
    [...answers].map(([id, own]) => [
      id,
      new Map(own.map((one) => [one.field.id, answerText(one)])),
    ]),
  );
}
