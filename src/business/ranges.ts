import { z } from "zod";
import { parseRanges, type Range } from "../domain/hours-text.ts";

/** A field for a day's hours, as in "9-12:30, 13:30-18"; empty for none. */
export const ranges = z
  .string()
  .default("")
  .transform((text, context): Range[] => {
    const read = parseRanges(text);
    if ("ranges" in read) return read.ranges;
    context.addIssue({ code: "custom", message: read.problem });
    return [];
  });
