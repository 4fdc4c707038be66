import { z } from "zod";
import { formatRanges } from "../domain/hours-text.ts";
import type { Week } from "../models/hours.ts";
import { ranges } from "./ranges.ts";

export const weekdays = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const;

export const HoursForm = z.object({
  monday: ranges,
  tuesday: ranges,
  wednesday: ranges,
  thursday: ranges,
  friday: ranges,
  saturday: ranges,
  sunday: ranges,
});

export const labels = Object.fromEntries(weekdays.map((day) => [day, dayName(day)]));

export function dayName(day: string): string {
  return `${day.slice(0, 1).toUpperCase()}${day.slice(1)}`;
}

export function toWeek(input: z.output<typeof HoursForm>): Week {
  return weekdays.map((day) => input[day]);
}

export function toValues(week: Week): Record<string, string> {
  return Object.fromEntries(weekdays.map((day, i) => [day, formatRanges(week[i] ?? [])]));
}
