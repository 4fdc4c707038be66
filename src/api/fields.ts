// What a business asks its customers beyond name and address: by the keys it gave its questions.
import { z } from "zod";
import {
  about,
  type Answer,
  askedOfStaff,
  type Field,
  type FieldSubject,
  typedValue,
} from "../domain/fields.ts";
import { answersOfMany } from "../models/answer-feed.ts";
import { Fields } from "../models/field.ts";
import { parseAnswered } from "../web/answers.ts";
import type { Caller } from "./endpoint.ts";
import { invalid, type ProblemError } from "./problem.ts";

const Value = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);
type Values = Record<string, z.output<typeof Value>>;

export const FieldValues = z.record(z.string(), Value).meta({
  description: "Answers to the business’s own questions, by their keys",
});

export const GivenValues = z.record(z.string().max(100), Value.nullable()).default({}).meta({
  description: "Answers to the business’s own questions, by their keys; null takes one away",
});

/** All fields of the business, from memory unless they have changed. */
export function fieldsOf({ catalogue }: Caller): Promise<Field[]> {
  return Fields.of(catalogue.business);
}

/**
 * The answers to those questions that the program speaks of. As of staff, none is required.
 * @param asked which may be answered here
 * @throws Problem by the pointer of each that is not right
 */
export function answersIn(given: z.output<typeof GivenValues>, asked: readonly Field[]): Answer[] {
  const keys = Object.keys(given);
  const fields = asked.filter(({ key }) => keys.includes(key));
  const known = new Set(fields.map(({ key }) => key));
  const typed = Object.entries(given).map(([key, value]) => [`field_${key}`, typedOf(value)]);
  const form = parseAnswered(z.object({}), fields, Object.fromEntries(typed));
  const errors: ProblemError[] = [
    ...keys
      .filter((key) => !known.has(key))
      .map((key) => ({ pointer: `#/fields/${key}`, detail: "There is no such question here" })),
    ...Object.entries(form.errors).map(([name, detail]) => ({
      pointer: `#/fields/${name.slice("field_".length)}`,
      detail,
    })),
  ];
  if (errors.length > 0) throw invalid(errors);
  return form.input?.answers ?? [];
}

/** Which may be answered when this service is booked; of a customer, all of hers. */
export function askable(fields: readonly Field[], serviceId?: number): Field[] {
  const asked = askedOfStaff(fields, serviceId);
  return serviceId === undefined ? about("customer", asked) : asked;
}

/** What is stored of each of them. */
export async function valuesOf(
  caller: Caller,
  subject: FieldSubject,
  ids: readonly number[],
): Promise<(id: number) => Values> {
  const fields = await fieldsOf(caller);
  const found = await answersOfMany(caller.key.businessId, subject, ids, fields);
  return (id) =>
    Object.fromEntries((found.get(id) ?? []).map((one) => [one.field.key, shown(one)]));
}

function shown(answer: Answer): z.output<typeof Value> {
  const { field, number } = answer;
  if (field.type === "checkbox") return number !== null;
  return field.type === "number" && number !== null ? number : typedValue(answer);
}

/** As a form would send it. */
function typedOf(value: z.output<typeof Value> | null): string | string[] {
  if (Array.isArray(value)) return value;
  if (typeof value === "boolean") return value ? "1" : "";
  return value === null ? "" : String(value);
}
