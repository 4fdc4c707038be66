// What is asked of somebody who registers a business: this list makes the form, its validation and
// what is stored of it (privacy statement, section 1).
import { z } from "zod";
import { isSlug } from "../domain/slug.ts";
import { isZone } from "../domain/time.ts";
import { noticeKinds } from "../models/notice.ts";
import { isReserved } from "../models/registration.ts";
import { line, mailAddress, optionalLine } from "../web/form.ts";
import { chosenPassword } from "./password.field.ts";

const address = z
  .string("Enter your postal address")
  .transform((text) => text.trim().replace(/\s*[\r\n]+\s*/g, ", "))
  .pipe(line("Enter your postal address", 250));

const phone = line("Enter your phone number", 40).regex(
  /^[+\d(][\d ()./-]{4,}$/,
  "Enter a phone number with digits, like 555 0100",
);

const zone = z
  .string("Choose your time zone")
  .min(1, "Choose your time zone")
  .refine(isZone, "Choose a time zone from the list");

const slug = optionalLine(60)
  .transform((text) => text.toLowerCase())
  .refine((text) => text === "" || isSlug(text), "Use small letters, digits and single hyphens")
  .refine((text) => !isReserved(text), "This address is kept for pages of ours; choose another one")
  .transform((text) => text || undefined);

// A form without these boxes turns all notices on; the boxes come with an empty value, so that
// leaving all of them empty turns all off.
const notices = z.preprocess(
  (value) => (value === undefined ? undefined : [value].flat().filter((kind) => kind !== "")),
  z.array(z.enum(noticeKinds as [string, ...string[]])).optional(),
) as z.ZodType<(typeof noticeKinds)[number][] | undefined>;

const optional = optionalLine().transform((text) => text || null);

/**
 * `column` is where it is stored. What is `required` is all that must be told; nobody who is signed
 * in is asked again for what `once` marks.
 */
export const fields = {
  name: {
    label: "Your name",
    column: "people.name",
    required: true,
    once: true,
    autocomplete: "name",
    schema: line("Enter your name"),
  },
  company: {
    label: "Name of the business",
    column: "businesses.name",
    required: true,
    autocomplete: "organization",
    schema: line("Enter the name of your business"),
  },
  address: {
    label: "Postal address",
    hint: "Your customers see it, so that they find you.",
    column: "businesses.address",
    required: true,
    rows: 2,
    autocomplete: "address-line1",
    schema: address,
  },
  phone: {
    label: "Phone",
    column: "businesses.phone",
    required: true,
    type: "tel",
    autocomplete: "tel",
    schema: phone,
  },
  email: {
    label: "E-mail",
    hint: "You sign in with it. Your customers' answers go there too, until you say otherwise.",
    column: "businesses.email",
    required: true,
    once: true,
    type: "email",
    autocomplete: "email",
    schema: mailAddress(),
  },
  password: {
    label: "Password",
    hint: "10 characters or more. A few words together are easy to remember.",
    column: "people.password_hash",
    required: true,
    once: true,
    type: "password",
    autocomplete: "new-password",
    schema: chosenPassword,
  },
  zone: { label: "Time zone", column: "businesses.zone", schema: zone },
  slug: { label: "Address of your booking page", column: "businesses.slug", schema: slug },
  notices: { label: "Mails we send for you", column: "notices.kind", schema: notices },
  revenue: { label: "Revenue a year", column: "business_profiles.revenue", schema: optional },
  headcount: { label: "People", column: "business_profiles.headcount", schema: optional },
  industry: { label: "Industry", column: "business_profiles.industry", schema: optional },
} as const;

type Fields = typeof fields;
type Shape = { [Name in keyof Fields]: Fields[Name]["schema"] };

const shape = Object.fromEntries(
  Object.entries(fields).map(([name, { schema }]) => [name, schema]),
) as Shape;

export const RegistrationForm = z.object(shape);
/** For somebody who has an account. */
export const AnotherRegistrationForm = RegistrationForm.omit({
  name: true,
  email: true,
  password: true,
});

export type NewRegistration = z.infer<typeof RegistrationForm>;
export type AnotherRegistration = z.infer<typeof AnotherRegistrationForm>;
