// What a business asks its customers beyond name, mail address and phone, and what was answered.
import type { LocalDate } from "./time.ts";

export type FieldSubject = "customer" | "appointment";
export type FieldType =
  | "text"
  | "long_text"
  | "number"
  | "date"
  | "choice"
  | "choices"
  | "checkbox";
export type Requirement = "hidden" | "optional" | "required";

export type Field = {
  id: number;
  /** Its name in forms is `field_` and this. */
  key: string;
  label: string;
  subject: FieldSubject;
  type: FieldType;
  /** What can be chosen, for the types choice and choices. */
  choices: string[];
  /** Hidden: from customers. Staff see and fill in every field. */
  requirement: Requirement;
  /** Why it is asked, told to whoever is asked. */
  purpose: string;
  /** How long an answer is kept after the appointment, or after the customer's last one. */
  retentionDays: number;
  archived: boolean;
  /** Asked at these services only; none: at all. */
  serviceIds: number[];
};

/** An answer as it is stored: one of the three, or none where it was left empty. */
export type Value = { text: string | null; number: number | null; date: LocalDate | null };
export type Answer = { field: Field } & Value;

export const EMPTY: Value = { text: null, number: null, date: null };
/** A business asks no more than that. */
export const MOST_FIELDS = 30;
/** Days, where the business says nothing else. */
export const USUAL_RETENTION: Record<FieldSubject, number> = { customer: 730, appointment: 365 };

/** Characters of a line and of a long text. */
export const LONGEST = { text: 200, long_text: 2000 };

const NUMBER = /^-?\d{1,12}([.,]\d{1,6})?$/;

/** With a point or a comma; undefined for what is no number. */
export function numberIn(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text.replace(",", ".")) : undefined;
}

/** What customers are asked when they book this service. */
export function askedWhenBooking(fields: readonly Field[], serviceId: number): Field[] {
  return knownToCustomers(askedAt(fields, serviceId));
}

/** What staff can fill in when they book this service: everything, and nothing must be known. */
export function askedOfStaff(fields: readonly Field[], serviceId?: number): Field[] {
  const asked = serviceId === undefined ? current(fields) : askedAt(fields, serviceId);
  return asked.map((field) => ({ ...field, requirement: "optional" }));
}

/** Those that customers know of: the others are for staff. */
export function knownToCustomers(fields: readonly Field[]): Field[] {
  return fields.filter(({ requirement }) => requirement !== "hidden");
}

/**
 * What a customer can correct of herself. What she once had to tell she may take back: whoever needs
 * it asks again when she books.
 */
export function askedOfCustomer(fields: readonly Field[]): Field[] {
  const own = about("customer", current(knownToCustomers(fields)));
  return own.map((field) => ({ ...field, requirement: "optional" }));
}

export function about(subject: FieldSubject, fields: readonly Field[]): Field[] {
  return fields.filter((field) => field.subject === subject);
}

export function isGiven({ text, number, date }: Value): boolean {
  return text !== null || number !== null || date !== null;
}

/** As a form holds it: a text, or the list of what was chosen. */
export function typedValue({ field, text, number, date }: Answer): string | string[] {
  if (field.type === "choices") return chosenIn(text);
  return text ?? date ?? (number === null ? "" : String(number));
}

/** As it is read and searched. Of a box that is ticked, its label is what is looked for. */
export function answerText(answer: Answer): string {
  const { field } = answer;
  if (field.type === "checkbox") return answer.number === null ? "" : field.label;
  return [typedValue(answer)].flat().join(", ");
}

export function chosenValue(chosen: readonly string[]): Value {
  return chosen.length === 0 ? EMPTY : { ...EMPTY, text: JSON.stringify(chosen) };
}

function askedAt(fields: readonly Field[], serviceId: number): Field[] {
  return current(fields).filter(
    ({ serviceIds }) => serviceIds.length === 0 || serviceIds.includes(serviceId),
  );
}

function current(fields: readonly Field[]): Field[] {
  return fields.filter(({ archived }) => !archived);
}

function chosenIn(text: string | null): string[] {
  return text === null ? [] : (JSON.parse(text) as string[]);
}
