import { z } from "zod";
import {
  type Field,
  type FieldSubject,
  type FieldType,
  type Requirement,
  USUAL_RETENTION,
} from "../domain/fields.ts";
import { whySensitive } from "../domain/sensitive.ts";
import { isSlug } from "../domain/slug.ts";
import type { FieldFields } from "../models/field.ts";
import { box, type Form, line, list, paragraph, refused, whole } from "../web/form.ts";
import type { Labels, Option } from "./meanwhile.ts";

export const subjects: ReadonlyArray<readonly [FieldSubject, string]> = [
  ["customer", "the customer: known from then on"],
  ["appointment", "the appointment: asked each time"],
];
export const types: ReadonlyArray<readonly [FieldType, string]> = [
  ["text", "One line of text"],
  ["long_text", "Several lines of text"],
  ["number", "A number"],
  ["date", "A date"],
  ["choice", "One choice of a list"],
  ["choices", "Any number of choices of a list"],
  ["checkbox", "A box to tick"],
];
export const requirements: ReadonlyArray<readonly [Requirement, string]> = [
  ["optional", "Customers may leave it empty"],
  ["required", "Customers must fill it in"],
  ["hidden", "Customers do not see it: for staff only"],
];

const MOST_CHOICES = 50;

const choices = paragraph(5000).transform((text, context) => {
  const lines = text.split("\n").map((one) => one.trim());
  const different = [...new Set(lines.filter(Boolean))];
  const long = different.some((one) => one.length > 120);
  if (long || different.length > MOST_CHOICES) {
    const message = `Use ${MOST_CHOICES} choices at the most, each of 120 characters or fewer`;
    context.addIssue({ code: "custom", message });
  }
  return different;
});

const editable = {
  label: line("Enter a label, such as Date of birth", 80),
  purpose: line("Say what you need it for: your customers read it beside the field", 250),
  choices,
  requirement: z.enum(["optional", "required", "hidden"], "Choose one"),
  retention_days: whole("Enter the number of days", 1, 3650, "days"),
  services: list(
    z
      .string()
      .regex(/^\d{1,9}$/, "Choose from the list")
      .transform(Number),
  ),
  key: z
    .string()
    .trim()
    .toLowerCase()
    .default("")
    .refine((text) => text === "" || isSlug(text), "Use small letters, digits and single hyphens"),
  sensitive: box,
};

export const FieldForm = z.object(editable);
export const NewFieldForm = z.object({
  ...editable,
  subject: z.enum(["customer", "appointment"], "Choose one"),
  type: z.enum(
    ["text", "long_text", "number", "date", "choice", "choices", "checkbox"],
    "Choose one",
  ),
});
type Input = z.output<typeof FieldForm>;

/** What a new field starts with. */
export const defaults = {
  subject: "customer",
  type: "text",
  requirement: "optional",
  retention_days: USUAL_RETENTION.customer,
};

export const labels: Labels = {
  label: "Label",
  purpose: "Purpose",
  choices: "Choices",
  requirement: ["Asked of customers", requirements],
  retention_days: "Days kept",
  services: "Services",
  key: "Name in addresses and files",
};

/**
 * Choices belong to types with choices, and what is delicate needs a tick.
 * @param before the label the owner has decided about already
 */
export function checked<T extends Input>(
  form: Form<T>,
  type: FieldType,
  services: readonly Option[],
  before?: string,
): Form<T> {
  const { input } = form;
  if (!input) return form;
  if (hasChoices(type) && input.choices.length < 2)
    return refused(form, "choices", "Enter at least two choices, one on each line");
  const known = services.map(([id]) => id);
  if (input.services.some((id) => !known.includes(id)))
    return refused(form, "services", "Choose from the list");
  const why = input.label === before ? undefined : whySensitive(input.label);
  if (why && !input.sensitive) return refused(form, "sensitive", why);
  return form;
}

export function toFields(input: Input, type: FieldType): FieldFields & { sensitive: boolean } {
  return {
    key: input.key,
    label: input.label,
    choices: hasChoices(type) ? input.choices : [],
    requirement: input.requirement,
    purpose: input.purpose,
    retentionDays: input.retention_days,
    serviceIds: [...new Set(input.services)],
    sensitive: input.sensitive,
  };
}

export function toValues(field: FieldFields | Field): Record<string, unknown> {
  return {
    label: field.label,
    purpose: field.purpose,
    choices: field.choices.join("\n"),
    requirement: field.requirement,
    retention_days: field.retentionDays,
    services: field.serviceIds,
    key: field.key,
  };
}

export function hasChoices(type: FieldType): boolean {
  return type === "choice" || type === "choices";
}
