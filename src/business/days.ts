import { z } from "zod";
import { addDays, isLocalDate, type LocalDate } from "../domain/time.ts";

const FURTHEST = 3 * 366; // days

/** A field for a day from today on that somebody may plan for. */
export function day(today: LocalDate) {
  return dateField((date) => (date === "" ? "Enter a day" : problemWith(date, today)));
}

/** The same, or "" when it is left empty. */
export function optionalDay(today: LocalDate) {
  return dateField((date) => (date === "" ? undefined : problemWith(date, today)));
}

function dateField(problemOf: (date: string) => string | undefined) {
  return z
    .string()
    .trim()
    .default("")
    .superRefine((date, context) => {
      const message = problemOf(date);
      if (message) context.addIssue({ code: "custom", message });
    });
}

function problemWith(date: string, today: LocalDate): string | undefined {
  if (!isLocalDate(date)) return "Enter a day like 2027-03-31";
  if (date < today) return "Choose today or a later day";
  return date > addDays(today, FURTHEST) ? "Choose a day within three years" : undefined;
}
