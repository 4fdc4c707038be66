import { z } from "zod";
import type { Chosen } from "../domain/data-classes.ts";
import { periodOf } from "../domain/kept.ts";
import type { Months } from "../models/retention.ts";
import { whole } from "../web/form.ts";
import type { Labels } from "./meanwhile.ts";

export const labels: Record<Chosen, string> & Labels = {
  customer: "Customers go so many months after their last appointment",
  note: "Notes with appointments go so many months after the appointment",
  absence_note: "Notes with time off go so many months after its last day",
};

export const RetentionForm: z.ZodType<Months> = z.object({
  customer: months("customer"),
  note: months("note"),
  absence_note: months("absence_note"),
});

export function boundsOf(name: Chosen): { min: number; max: number } {
  const period = periodOf(name);
  return "least" in period ? { min: period.least, max: period.most } : { min: 1, max: 1 };
}

function months(name: Chosen) {
  const { min, max } = boundsOf(name);
  return whole("Enter a number of months", min, max, "months");
}
