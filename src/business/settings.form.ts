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
    approve_first: box,
    confirm_first_email: box,
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
  bookings_open: ["Bookings", ticked("open", "closed")],
  language: "Language",
  other_languages: ["The customer’s own language", ticked("offered", "not offered")],
  approve_first: ["First bookings", ticked("wait for you", "stand at once")],
  confirm_first_email: ["New customers’ mail addresses", ticked("confirmed", "taken as they are")],
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
  return {
    name: input.name,
    slug: input.slug,
    address: input.address,
    phone: input.phone,
    email: input.email,
    zone: input.zone,
    currency: input.currency,
    language: input.language,
    otherLanguages: input.other_languages,
    bookingsOpen: input.bookings_open,
    approveFirst: input.approve_first,
    confirmFirstEmail: input.confirm_first_email,
    primaryName: input.primary_name,
    primaryEmail: input.primary_email,
    billingName: input.billing_name,
    billingEmail: input.billing_email,
  };
}

export function toValues(fields: SettingsFields): Record<string, unknown> {
  return {
    name: fields.name,
    slug: fields.slug,
    address: fields.address,
    phone: fields.phone,
    email: fields.email,
    zone: fields.zone,
    currency: fields.currency,
    language: fields.language,
    other_languages: fields.otherLanguages ? "1" : "",
    bookings_open: fields.bookingsOpen ? "1" : "",
    approve_first: fields.approveFirst ? "1" : "",
    confirm_first_email: fields.confirmFirstEmail ? "1" : "",
    primary_name: fields.primaryName,
    primary_email: fields.primaryEmail,
    billing_name: fields.billingName,
    billing_email: fields.billingEmail,
  };
}

/** What a box's tick means, and its absence. */
function ticked(yes: string, no: string): Option[] {
  return [
    ["1", yes],
    ["", no],
  ];
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
