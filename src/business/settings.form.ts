import { z } from "zod";
import { isSlug } from "../domain/slug.ts";
import { isZone } from "../domain/time.ts";
import { languages, nameOf } from "../language.ts";
import { isReserved } from "../models/registration.ts";
import type { SettingsFields } from "../models/settings.ts";
import { box, line, mailAddress, optionalLine } from "../web/form.ts";
import type { Labels, Option } from "./meanwhile.ts";

/** Other rules for slug and currency than today's hold only for what is new. */
export function settingsForm(stored: { slug: string; currency: string }) {
  const currencies = currencyOptions(stored.currency).map(([code]) => code);
  return z.object({
    name: line("Enter the name of the business"),
    address: z
      .string("Enter the postal address")
      .transform((text) => text.trim().replace(/\s*[\r\n]+\s*/g, ", "))
      .pipe(line("Enter the postal address", 250)),
    phone: line("Enter the phone number", 40).regex(
      /^[+\d(][\d ()./-]{4,}$/,
      "Enter a phone number with digits, like 555 0100",
    ),
    email: mailAddress(),
    zone: z.string("Choose a time zone").refine(isZone, "Choose a time zone from the list"),
    bookings_open: box,
    language: z
      .string("Choose a language")
      .refine((tag) => languages.includes(tag), "Choose a language from the list"),
    other_languages: box,
    currency: z
      .string("Choose a currency")
      .refine((code) => currencies.includes(code), "Choose a currency from the list"),
    slug: line("Enter an address", 60)
      .toLowerCase()
      .refine(isSlug, "Use small letters, digits and single hyphens")
      .refine(
        (slug) => slug === stored.slug || !isReserved(slug),
        "This address is kept for pages of ours; choose another one",
      ),
    primary_name: line("Enter a name"),
    primary_email: mailAddress(),
    billing_name: line("Enter a name"),
    billing_email: mailAddress(),
  });
}

const told = optionalLine().transform((text) => text || null);

/** What a business need not tell. */
export const ProfileForm = z.object({ revenue: told, headcount: told, industry: told });

export const labels: Labels = {
  name: "Name",
  address: "Postal address",
  phone: "Phone",
  email: "E-mail",
  zone: "Time zone",
  bookings_open: [
    "Bookings",
    [
      ["1", "open"],
      ["", "closed"],
    ],
  ],
  language: "Language",
  other_languages: [
    "The customer’s own language",
    [
      ["1", "offered"],
      ["", "not offered"],
    ],
  ],
  currency: "Currency",
  slug: "Address of the booking page",
  primary_name: "Primary contact",
  primary_email: "E-mail of the primary contact",
  billing_name: "Billing contact",
  billing_email: "E-mail of the billing contact",
};

/** Fields that the page hides until they are asked for. */
export const advanced = [
  "currency",
  "slug",
  "primary_name",
  "primary_email",
  "billing_name",
  "billing_email",
];

export function toFields(input: z.output<ReturnType<typeof settingsForm>>): SettingsFields {
  const {
    bookings_open,
    other_languages,
    primary_name,
    primary_email,
    billing_name,
    billing_email,
    ...same
  } = input;
  return {
    ...same,
    bookingsOpen: bookings_open,
    otherLanguages: other_languages,
    primaryName: primary_name,
    primaryEmail: primary_email,
    billingName: billing_name,
    billingEmail: billing_email,
  };
}

export function toValues(fields: SettingsFields): Record<string, unknown> {
  const {
    bookingsOpen,
    otherLanguages,
    primaryName,
    primaryEmail,
    billingName,
    billingEmail,
    ...same
  } = fields;
  return {
    ...same,
    bookings_open: bookingsOpen ? "1" : "",
    other_languages: otherLanguages ? "1" : "",
    primary_name: primaryName,
    primary_email: primaryEmail,
    billing_name: billingName,
    billing_email: billingEmail,
  };
}

const USUAL_CURRENCIES =
  `AED AUD BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR JPY
  KES KRW MAD MXN MYR NGN NOK NZD PEN PHP PLN RON SAR SEK SGD THB TRY TWD UAH USD VND ZAR`.split(
    /\s+/,
  );
const currencyNames = new Intl.DisplayNames("en", { type: "currency" });

export function currencyOptions(stored: string): Option[] {
  const codes = [...new Set([...USUAL_CURRENCIES, stored])].toSorted();
  return codes.map((code) => [code, `${code}: ${currencyNames.of(code) ?? code}`]);
}

/** Each by its own name. */
export const languageOptions: Option[] = languages.map((tag) => [tag, nameOf(tag)]);
