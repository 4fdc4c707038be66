// A service as its model has it, to and from the fields of its form.
import type { z } from "zod";
import { formatRanges, formatTimes } from "../domain/hours-text.ts";
import type { ServiceFields } from "../models/service.ts";
import { weekdays } from "./hours.form.ts";
import { moneyText, NEEDS, type ServiceForm } from "./services.form.ts";

export function toFields(input: z.output<typeof ServiceForm>): ServiceFields {
  return {
    name: input.name,
    slug: input.slug,
    position: input.position,
    description: input.description,
    private: input.private,
    minutes: input.minutes,
    price: input.price,
    priceShown: input.price_shown,
    step: input.step,
    bufferBefore: input.buffer_before,
    bufferAfter: input.buffer_after,
    bookingNotice: input.booking_notice,
    reschedulingNotice: input.rescheduling_notice,
    cancellingNotice: input.cancelling_notice,
    horizonDays: input.horizon_days,
    approval: input.approval,
    seats: input.seats,
    party: input.party,
    dailyLimit: input.daily_limit,
    weeklyLimit: input.weekly_limit,
    depositPolicy: input.deposit_policy,
    deposit: input.deposit_policy === "deposit" ? input.deposit : null,
    mostRepeats: input.most_repeats,
    waitingList: input.waiting_list,
    category: input.category,
    staffIds: input.staff,
    locationIds: input.locations,
    addonIds: input.addons,
    needs: NEEDS.map((name) => input[name]),
    hours: weekdays.map((day) => input[`hours_${day}`]),
    starts: weekdays.map((day) => input[`starts_${day}`]),
  };
}

export function toValues(fields: ServiceFields): Record<string, unknown> {
  return {
    name: fields.name,
    slug: fields.slug,
    position: fields.position,
    description: fields.description,
    private: fields.private ? "1" : "",
    minutes: fields.minutes,
    price: moneyText(fields.price),
    price_shown: fields.priceShown ? "1" : "",
    step: fields.step,
    buffer_before: fields.bufferBefore,
    buffer_after: fields.bufferAfter,
    booking_notice: fields.bookingNotice,
    rescheduling_notice: fields.reschedulingNotice,
    cancelling_notice: fields.cancellingNotice,
    horizon_days: fields.horizonDays,
    approval: fields.approval ? "1" : "",
    seats: fields.seats,
    party: fields.party,
    daily_limit: fields.dailyLimit ?? "",
    weekly_limit: fields.weeklyLimit ?? "",
    deposit_policy: fields.depositPolicy,
    deposit: moneyText(fields.deposit),
    most_repeats: fields.mostRepeats,
    waiting_list: fields.waitingList ? "1" : "",
    category: fields.category,
    staff: fields.staffIds,
    locations: fields.locationIds,
    addons: fields.addonIds,
    ...Object.fromEntries(NEEDS.map((name, i) => [name, fields.needs[i] ?? []])),
    ...ofDays("hours", fields.hours.map(formatRanges)),
    ...ofDays("starts", fields.starts.map(formatTimes)),
  };
}

function ofDays(prefix: string, texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(weekdays.map((day, i) => [`${prefix}_${day}`, texts[i] ?? ""]));
}
