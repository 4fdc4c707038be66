import { z } from "zod";
import { parseRanges, parseTimes, type Range } from "../domain/hours-text.ts";

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

/** A field for a day's single times, as in "9:00, 18:30"; empty for none. */
export const times = z
  .string()
  .default("")
  .transform((text, context): number[] => {
    const read = parseTimes(text);
    if ("times" in read) return read.times;
    context.addIssue({ code: "custom", message: read.problem });
    return [];
  });
