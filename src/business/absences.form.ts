import { z } from "zod";
import { daysBetween, type LocalDate } from "../domain/time.ts";
import type { AbsenceFields, AbsenceState } from "../models/absence.ts";
import { paragraph } from "../web/form.ts";
import { day, optionalDay } from "./days.ts";

const MOST_DAYS = 366; // of one absence

export const states: Record<AbsenceState, string> = {
  requested: "waits for an answer",
  granted: "granted",
  refused: "refused",
  withdrawn: "withdrawn",
};

export function absenceForm(today: LocalDate) {
  return z
    .object({
      from: day(today),
      to: optionalDay(today),
      note: paragraph(500),
      staff: z.string().default(""),
    })
    .superRefine(({ from, to }, context) => {
      const days = to === "" ? 0 : daysBetween(from, to);
      const refuse = (message: string) =>
        context.addIssue({ code: "custom", path: ["to"], message });
      if (days < 0) refuse("Choose the same day or a later one");
      if (days >= MOST_DAYS) refuse(`Choose at most ${MOST_DAYS} days at once`);
    });
}

export function toFields(input: z.output<ReturnType<typeof absenceForm>>): AbsenceFields {
  const { from, to, note } = input;
  return { from, to: to || from, note };
}
