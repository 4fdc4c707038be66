import { z } from "zod";
import type { LocalDate } from "../domain/time.ts";
import type { ClosureFields } from "../models/closure.ts";
import { optionalLine } from "../web/form.ts";
import { day, optionalDay } from "./days.ts";
import type { Option } from "./meanwhile.ts";
import { where } from "./places.ts";

/** @param places those in use; with one the form does not ask where */
export function closureForm(today: LocalDate, places: readonly Option[]) {
  return z
    .object({
      from: day(today),
      to: optionalDay(today),
      location: where(places),
      reason: optionalLine(120),
    })
    .superRefine(({ from, to }, context) => {
      if (to === "" || from <= to) return;
      const message = "Choose the same day or a later one";
      context.addIssue({ code: "custom", path: ["to"], message });
    });
}

export function toFields(input: z.output<ReturnType<typeof closureForm>>): ClosureFields {
  const { from, to, location: locationId, reason } = input;
  return { from, to: to || from, locationId, reason };
}
