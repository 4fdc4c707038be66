import { z } from "zod";
import { english, say, type Sentence, speaking, type Words } from "../language.ts";

/** What is wrong with a field: English text, or a sentence for every language. */
export type Message = string | Sentence;

export type Values = Record<string, string | string[]>;
export type Form<T> = {
  values: Values;
  errors: Record<string, string>;
  input: T | undefined;
};

/** A form before anything is typed, or with what is stored. */
export function blank(values: Record<string, unknown> = {}): Form<never> {
  return { values: texts(values), errors: {}, input: undefined };
}

/**
 * `values` is what was typed, for redisplay; `input` is what was meant, present only if valid.
 * @param words what the messages are said in
 */
export function parse<T>(schema: z.ZodType<T>, body: unknown, words: Words = english): Form<T> {
  const values = texts(body);
  return speaking(words, () => {
    const result = schema.safeParse(values);
    // zod words its issues when they are first looked at.
    const issues = result.error?.issues ?? [];
    return { values, errors: errorsOf(issues), input: result.data };
  });
}

/** The same form, refused for a reason found later, beside one field. */
export function refused<T>(form: Form<T>, name: string, message: string): Form<T> {
  return { ...form, errors: { ...form.errors, [name]: message }, input: undefined };
}

/** One line of text that must be given. */
export function line(missing: Message, max = 120) {
  return z
    .string(missing)
    .trim()
    .refine(isVisible, missing)
    .max(max, say("form.too_long", { max }))
    .refine(hasNoControls, say("form.one_line"));
}

/** One line of text that may be left empty, giving "". */
export function optionalLine(max = 120) {
  return z
    .string()
    .trim()
    .max(max, say("form.too_long", { max }))
    .refine(hasNoControls, say("form.one_line"))
    .default("");
}

/** Several lines that may be left empty; line ends become \n. */
export function paragraph(max = 2000) {
  return z
    .string()
    .transform((text) => text.replace(/\r\n?/g, "\n").trim())
    .refine((text) => text.length <= max, say("form.too_long", { max }))
    .refine((text) => hasNoControls(text.replace(/[\n\t]/g, " ")), say("form.plain_text"))
    .default("");
}

/** A mail address, folded to lower case. */
export function mailAddress(missing: Message = say("form.email_missing")) {
  return z
    .string(missing)
    .trim()
    .min(1, missing)
    .max(254, say("form.too_long", { max: 254 }))
    .toLowerCase()
    .pipe(z.email(say("form.email_wrong")));
}

/** A whole number between two bounds, both allowed; `unit` as in "minutes". */
export function whole(missing: string, min: number, max: number, unit = "") {
  const range = `Enter a whole number from ${min} to ${max} ${unit}`.trim();
  return z
    .string(missing)
    .trim()
    .min(1, missing)
    .regex(/^\d{1,9}$/, range)
    .transform(Number)
    .refine((n) => n >= min && n <= max, range);
}

/** A box that is ticked or not sent at all. */
export const box = z.preprocess((value) => value !== undefined && value !== "", z.boolean());

/** A field sent any number of times, giving a list. */
export function list<T>(item: z.ZodType<T>) {
  return z.preprocess((value) => (value === undefined ? [] : [value].flat()), z.array(item));
}

/** Something to see, not only joiners, spaces of no width and the like. */
function isVisible(text: string): boolean {
  return /[^\p{Z}\p{Cf}\p{M}]/u.test(text);
}

function hasNoControls(text: string): boolean {
  // Controls, line and paragraph separators, and marks that turn the direction of what follows.
  return !/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(text);
}

function errorsOf(issues: readonly z.core.$ZodIssue[]): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const { path, message } of issues) errors[String(path[0] ?? "form")] ??= message;
  return errors;
}

function texts(from: unknown): Values {
  if (typeof from !== "object" || from === null) return {};
  return Object.fromEntries(
    Object.entries(from).flatMap(([name, value]): Array<[string, string | string[]]> => {
      if (typeof value === "string") return [[name, value]];
      if (typeof value === "number") return [[name, String(value)]];
      if (Array.isArray(value)) return [[name, value.map(String)]];
      return [];
    }),
  );
}
