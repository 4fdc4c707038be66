import { z } from "zod";
import { lengthOf, LONGEST_PERIOD } from "../domain/reports.ts";
import { isLocalDate } from "../domain/time.ts";

const day = z
  .string("Enter a day")
  .trim()
  .min(1, "Enter a day")
  .refine((text) => text === "" || isLocalDate(text), "Enter a day like 2027-03-31");

/** A period of one's own: its first and its last day. */
export const PeriodForm = z.object({ from: day, to: day }).superRefine(({ from, to }, context) => {
  const wrong = (message: string) => context.addIssue({ code: "custom", path: ["to"], message });
  if (to < from) wrong("Choose the first day or a later one");
  else if (lengthOf({ from, to }) > LONGEST_PERIOD) wrong("Choose a day within two years");
});
