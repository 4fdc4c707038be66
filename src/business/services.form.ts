import { z } from "zod";
import { durationText } from "../domain/duration.ts";
import { parseMoney, plainMoney } from "../domain/money.ts";
import { isSlug } from "../domain/slug.ts";
import type { ServiceFields } from "../models/service.ts";
import { line, list, whole } from "../web/form.ts";
import type { Labels, Option } from "./meanwhile.ts";

const LONGEST_NOTICE = 60 * 1440;

export const ServiceForm = z.object({
  name: line("Enter a name, such as Haircut", 80),
  minutes: whole("Enter the length in minutes", 5, 1440, "minutes"),
  price: z
    .string()
    .trim()
    .default("")
    .refine((text) => text === "" || parseMoney(text) !== null, "Enter a price like 35 or 35.00")
    .transform((text) => (text === "" ? null : parseMoney(text))),
  staff: list(
    z
      .string()
      .regex(/^\d{1,9}$/, "Choose from the list")
      .transform(Number),
  ),
  step: whole("Enter how far apart the times are", 5, 1440, "minutes"),
  buffer_before: whole("Enter the minutes, or 0", 0, 480, "minutes"),
  buffer_after: whole("Enter the minutes, or 0", 0, 480, "minutes"),
  booking_notice: whole("Choose a notice", 0, LONGEST_NOTICE, "minutes"),
  rescheduling_notice: whole("Choose a notice", 0, LONGEST_NOTICE, "minutes"),
  cancelling_notice: whole("Choose a notice", 0, LONGEST_NOTICE, "minutes"),
  horizon_days: whole("Enter the number of days", 1, 730, "days"),
  slug: z
    .string()
    .trim()
    .toLowerCase()
    .default("")
    .refine((text) => text === "" || isSlug(text), "Use small letters, digits and single hyphens"),
});

/** What a new service starts with: the usual, so that its first fields are all it takes. */
export const defaults = {
  minutes: 30,
  step: 30,
  buffer_before: 0,
  buffer_after: 0,
  booking_notice: 120,
  rescheduling_notice: 1440,
  cancelling_notice: 1440,
  horizon_days: 60,
};

export const labels: Labels = {
  name: "Name",
  minutes: "Length in minutes",
  price: "Price",
  staff: "Who provides it",
  step: "Minutes between two starts",
  buffer_before: "Minutes kept free before",
  buffer_after: "Minutes kept free after",
  booking_notice: "Notice for booking",
  rescheduling_notice: "Notice for moving",
  cancelling_notice: "Notice for cancelling",
  horizon_days: "Days ahead",
  slug: "Address",
};

/** The advanced fields: errors in these open the part of the form that hides them. */
export const advanced = Object.keys(defaults)
  .filter((name) => name !== "minutes")
  .concat("slug");

export function toFields(input: z.output<typeof ServiceForm>): ServiceFields {
  return {
    name: input.name,
    slug: input.slug,
    minutes: input.minutes,
    price: input.price,
    step: input.step,
    bufferBefore: input.buffer_before,
    bufferAfter: input.buffer_after,
    bookingNotice: input.booking_notice,
    reschedulingNotice: input.rescheduling_notice,
    cancellingNotice: input.cancelling_notice,
    horizonDays: input.horizon_days,
    staffIds: [...new Set(input.staff)],
  };
}

export function toValues(fields: ServiceFields): Record<string, unknown> {
  return {
    name: fields.name,
    slug: fields.slug,
    minutes: fields.minutes,
    price: fields.price === null ? "" : plainMoney(fields.price),
    step: fields.step,
    buffer_before: fields.bufferBefore,
    buffer_after: fields.bufferAfter,
    booking_notice: fields.bookingNotice,
    rescheduling_notice: fields.reschedulingNotice,
    cancelling_notice: fields.cancellingNotice,
    horizon_days: fields.horizonDays,
    staff: fields.staffIds,
  };
}

const USUAL_NOTICES = [0, 15, 30, 60, 120, 240, 720, 1440, 2880, 4320, 10_080, 20_160];

/** The notices to choose from, the one that is set included. */
export function noticeOptions(set: unknown): Option[] {
  const current = Number(set);
  const isNotice = Number.isInteger(current) && current >= 0 && current <= LONGEST_NOTICE;
  const minutes = new Set(isNotice ? [...USUAL_NOTICES, current] : USUAL_NOTICES);
  const sorted = [...minutes].toSorted((a, b) => a - b);
  return sorted.map((notice) => [notice, durationText(notice)]);
}
