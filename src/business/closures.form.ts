import { z } from "zod";
import type { LocalDate } from "../domain/time.ts";
import type { ClosureFields } from "../models/closure.ts";
import { optionalLine } from "../web/form.ts";
import { day, optionalDay } from "./days.ts";

export function closureForm(today: LocalDate) {
  return z
    .object({ from: day(today), to: optionalDay(today), reason: optionalLine(120) })
    .superRefine(({ from, to }, context) => {
      if (to === "" || from <= to) return;
      const message = "Choose the same day or a later one";
      context.addIssue({ code: "custom", path: ["to"], message });
    });
}

export function toFields(input: z.output<ReturnType<typeof closureForm>>): ClosureFields {
  return { ...input, to: input.to || input.from };
}
