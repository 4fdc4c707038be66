// A business's own fields in a form: inputs named field_<key>, of the right type each.
import { z } from "zod";
import {
  type Answer,
  chosenValue,
  EMPTY,
  type Field,
  type FieldType,
  LONGEST,
  numberIn,
  typedValue,
  type Value,
} from "../domain/fields.ts";
import { isLocalDate } from "../domain/time.ts";
import { english, say, type Sentence, type Words } from "../language.ts";
import { box, type Form, line, list, optionalLine, paragraph, parse } from "./form.ts";

export type Answered<T> = T & { answers: Answer[] };

/** What a field's input is named. */
export function inputName({ key }: Pick<Field, "key">): string {
  return `field_${key}`;
}

/** As `parse`, with an answer to each of the fields; one that was left empty is an answer, too. */
export function parseAnswered<T extends object>(
  schema: z.ZodType<T>,
  fields: readonly Field[],
  body: unknown,
  words: Words = english,
): Form<Answered<T>> {
  const form = parse(schema, body, words);
  const own = parse(schemaOf(fields), body, words);
  const errors = { ...form.errors, ...own.errors };
  if (!form.input || !own.input) return { values: form.values, errors, input: undefined };
  const values = own.input;
  const answers = fields.map((field) => ({ field, ...(values[inputName(field)] ?? EMPTY) }));
  return { values: form.values, errors, input: { ...form.input, answers } };
}

/** What is stored, for the form that shows it. */
export function typedAnswers(answers: readonly Answer[]): Record<string, unknown> {
  return Object.fromEntries(answers.map((one) => [inputName(one.field), typedValue(one)]));
}

/** A field's input and label, for pages that name what has changed. */
export function labelled(field: Field): [name: string, label: string] {
  return [inputName(field), field.label];
}

function schemaOf(fields: readonly Field[]): z.ZodType<Record<string, Value>> {
  return z.object(
    Object.fromEntries(fields.map((field) => [inputName(field), SCHEMAS[field.type](field)])),
  );
}

const SCHEMAS: Record<FieldType, (field: Field) => z.ZodType<Value>> = {
  text: (field) => oneLine(field, LONGEST.text).transform(asText),
  long_text: (field) =>
    paragraph(LONGEST.long_text).refine(isEnough(field), missing(field)).transform(asText),
  number: (field) =>
    oneLine(field, 30)
      .refine((text) => text === "" || numberIn(text) !== undefined, say("fields.number_wrong"))
      .transform((text) => ({ ...EMPTY, number: numberIn(text) ?? null })),
  date: (field) =>
    oneLine(field, 10)
      .refine((text) => text === "" || isLocalDate(text), say("fields.date_wrong"))
      .transform((text) => ({ ...EMPTY, date: text || null })),
  choice: (field) =>
    oneLine(field, 200)
      .refine((text) => text === "" || field.choices.includes(text), say("fields.choice_wrong"))
      .transform(asText),
  choices: (field) =>
    list(z.string())
      .refine(
        (chosen) => chosen.every((one) => field.choices.includes(one)),
        say("fields.choice_wrong"),
      )
      .refine((chosen) => isEnough(field)(chosen.join("")), missing(field))
      .transform((chosen) => chosenValue([...new Set(chosen)])),
  checkbox: (field) =>
    box
      .refine((ticked) => isEnough(field)(ticked ? "1" : ""), missing(field))
      .transform((ticked) => ({ ...EMPTY, number: ticked ? 1 : null })),
};

function oneLine(field: Field, max: number) {
  return field.requirement === "required" ? line(missing(field), max) : optionalLine(max);
}

function isEnough({ requirement }: Field) {
  return (text: string) => text !== "" || requirement !== "required";
}

function missing({ label, type }: Field): Sentence {
  if (type === "checkbox") return say("fields.missing_tick", { label });
  if (type === "choice" || type === "choices") return say("fields.missing_choice", { label });
  return say("fields.missing", { label });
}

function asText(text: string): Value {
  return { ...EMPTY, text: text || null };
}
