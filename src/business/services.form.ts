import { z } from "zod";
import { durationText } from "../domain/duration.ts";
import { parseMoney, plainMoney } from "../domain/money.ts";
import { isSlug } from "../domain/slug.ts";
import { box, line, list, optionalLine, paragraph, whole } from "../web/form.ts";
import { dayName, weekdays } from "./hours.form.ts";
import type { Labels, Option } from "./meanwhile.ts";
import { ranges, times } from "./ranges.ts";

const LONGEST_NOTICE = 60 * 1440;

export const price = z
  .string()
  .trim()
  .default("")
  .refine((text) => text === "" || parseMoney(text) !== null, "Enter a price like 35 or 35.00")
  .transform((text) => (text === "" ? null : parseMoney(text)));

const ticked = list(
  z
    .string()
    .regex(/^\d{1,9}$/, "Choose from the list")
    .transform(Number),
);

/** The needs that a service can have. */
export const NEEDS = ["need_1", "need_2", "need_3"] as const;

export const depositPolicies: Option[] = [
  ["none", "None"],
  ["deposit", "An amount in advance"],
  ["full", "The whole price in advance"],
];

/** In the order of the page. */
export const ServiceForm = z
  .object({
    name: line("Enter a name, such as Haircut", 80),
    minutes: whole("Enter the length in minutes", 5, 1440, "minutes"),
    price,
    staff: ticked,
    category: optionalLine(60),
    description: paragraph(1000),
    position: whole("Enter a place in the list", 0, 9999),
    price_shown: box,
    private: box,
    slug: z
      .string()
      .trim()
      .toLowerCase()
      .default("")
      .refine(
        (text) => text === "" || isSlug(text),
        "Use small letters, digits and single hyphens",
      ),
    step: whole("Enter how far apart the times are", 5, 1440, "minutes"),
    ...eachDay("starts", times),
    ...eachDay("hours", ranges),
    buffer_before: whole("Enter the minutes, or 0", 0, 480, "minutes"),
    buffer_after: whole("Enter the minutes, or 0", 0, 480, "minutes"),
    booking_notice: whole("Choose a notice", 0, LONGEST_NOTICE, "minutes"),
    rescheduling_notice: whole("Choose a notice", 0, LONGEST_NOTICE, "minutes"),
    cancelling_notice: whole("Choose a notice", 0, LONGEST_NOTICE, "minutes"),
    horizon_days: whole("Enter the number of days", 1, 730, "days"),
    daily_limit: wholeOrNone(100),
    weekly_limit: wholeOrNone(500),
    approval: box,
    seats: whole("Enter how many people there is room for", 1, 500, "people"),
    party: whole("Enter how many one booking may bring", 1, 500, "people"),
    most_repeats: whole("Enter how many times, or 0", 0, 104, "times"),
    waiting_list: box,
    deposit_policy: z.enum(["none", "deposit", "full"], "Choose one"),
    deposit: price,
    locations: ticked,
    need_1: ticked,
    need_2: ticked,
    need_3: ticked,
    addons: ticked,
  })
  .superRefine((input, context) => {
    const refuse = (name: string, message: string) =>
      context.addIssue({ code: "custom", path: [name], message });
    if (input.party > input.seats) refuse("party", "There is not room for so many");
    const { deposit_policy: policy, deposit } = input;
    if (policy === "full" && input.price === null) refuse("price", "Enter the price to be paid");
    if (policy !== "deposit") return;
    if (!deposit) refuse("deposit", "Enter an amount like 10 or 10.00");
    else if (input.price !== null && deposit > input.price)
      refuse("deposit", "Enter no more than the price");
  });

/** What a new service starts with: the usual, so that its first fields are all it takes. */
export const defaults = {
  minutes: 30,
  position: 0,
  price_shown: "1",
  step: 30,
  buffer_before: 0,
  buffer_after: 0,
  booking_notice: 120,
  rescheduling_notice: 1440,
  cancelling_notice: 1440,
  horizon_days: 60,
  seats: 1,
  party: 1,
  most_repeats: 0,
  deposit_policy: "none",
};

const yesNo: Option[] = [
  ["1", "yes"],
  ["", "no"],
];

export const labels: Labels = {
  name: "Name",
  minutes: "Length in minutes",
  price: "Price",
  category: "Category",
  description: "Description",
  position: "Place in the list",
  price_shown: ["Price shown", yesNo],
  private: ["Private", yesNo],
  slug: "Address",
  step: "Minutes between two starts",
  ...Object.fromEntries(weekdays.map((day) => [`starts_${day}`, `Starts on ${dayName(day)}`])),
  ...Object.fromEntries(weekdays.map((day) => [`hours_${day}`, `Hours on ${dayName(day)}`])),
  buffer_before: "Minutes kept free before",
  buffer_after: "Minutes kept free after",
  booking_notice: "Notice for booking",
  rescheduling_notice: "Notice for moving",
  cancelling_notice: "Notice for cancelling",
  horizon_days: "Days ahead",
  daily_limit: "Most a day",
  weekly_limit: "Most a week",
  approval: ["You approve each booking", yesNo],
  seats: "People at a time",
  party: "Most people in one booking",
  most_repeats: "Repeats",
  waiting_list: ["Waiting list", yesNo],
  deposit_policy: ["Deposit", depositPolicies],
  deposit: "Amount of the deposit",
};

/** The folded parts of the form: an error in one of its fields opens a part. */
export const parts = {
  shown: ["category", "description", "position", "price_shown", "private", "slug"],
  when: [
    "step",
    ...weekdays.flatMap((day) => [`starts_${day}`, `hours_${day}`]),
    "buffer_before",
    "buffer_after",
    "booking_notice",
    "rescheduling_notice",
    "cancelling_notice",
    "horizon_days",
    "daily_limit",
    "weekly_limit",
  ],
  bookings: ["seats", "party", "most_repeats", "deposit_policy", "deposit"],
  needs: ["locations", ...NEEDS, "addons"],
} as const satisfies Record<string, readonly string[]>;

const USUAL_NOTICES = [0, 15, 30, 60, 120, 240, 720, 1440, 2880, 4320, 10_080, 20_160];

/** The notices to choose from, the one that is set included. */
export function noticeOptions(set: unknown): Option[] {
  const current = Number(set);
  const isNotice = Number.isInteger(current) && current >= 0 && current <= LONGEST_NOTICE;
  const minutes = new Set(isNotice ? [...USUAL_NOTICES, current] : USUAL_NOTICES);
  const sorted = [...minutes].toSorted((a, b) => a - b);
  return sorted.map((notice) => [notice, durationText(notice)]);
}

/** As the form shows an amount. */
export function moneyText(cents: number | null): string {
  return cents === null ? "" : plainMoney(cents);
}

function eachDay<P extends string, T>(prefix: P, field: T) {
  const fields = weekdays.map((day) => [`${prefix}_${day}`, field]);
  return Object.fromEntries(fields) as Record<`${P}_${(typeof weekdays)[number]}`, T>;
}

/** A whole number from 1 that may be left empty. */
export function wholeOrNone(most: number) {
  const range = `Enter a whole number from 1 to ${most}, or leave it empty`;
  return z
    .string()
    .trim()
    .default("")
    .refine((text) => text === "" || /^\d{1,9}$/.test(text), range)
    .transform((text) => (text === "" ? null : Number(text)))
    .refine((n) => n === null || (n >= 1 && n <= most), range);
}
