// How often a booking is to repeat, as a form asks it: of customers and of staff.
import { z } from "zod";
import type { Pattern, Recurrence } from "../domain/recurrence.ts";
import { type Instant, isLocalDate, parseStart } from "../domain/time.ts";
import { say } from "../language.ts";
import { list } from "./form.ts";

// "" is once.
const EVERY = ["", "day", "week", "month", "month-weekday", "month-last-weekday"] as const;
type Every = (typeof EVERY)[number];

const WRONG = say("repeat.times_wrong");

/** To be spread into a form's own fields; see `recurrenceOf`. */
export const repeatFields = {
  repeat: z.enum(EVERY, say("repeat.every_wrong")).default(""),
  repeat_interval: z
    .string()
    .trim()
    .default("1")
    .refine((text) => text === "" || (/^\d{1,2}$/.test(text) && Number(text) > 0), WRONG)
    .transform((text) => Number(text || "1")),
  repeat_weekdays: list(
    z
      .string()
      .regex(/^[1-7]$/, say("repeat.every_wrong"))
      .transform(Number),
  ),
  repeat_times: z
    .string()
    .trim()
    .default("")
    .refine((text) => text === "" || (/^\d{1,3}$/.test(text) && Number(text) > 1), WRONG)
    .transform((text) => (text === "" ? undefined : Number(text))),
  repeat_until: z
    .string()
    .trim()
    .default("")
    .refine((text) => text === "" || isLocalDate(text), say("repeat.until_wrong")),
  /** Those of the plan that are wanted; empty while there is no plan yet. */
  occurrences: list(z.string().transform(parseStart)),
};

export type RepeatInput = z.infer<z.ZodObject<typeof repeatFields>>;

/**
 * Refuses what says how many times, until when, at which interval or on which days, and not how
 * often: it would be booked once.
 */
export function saysHowOften(input: RepeatInput, context: z.RefinementCtx): void {
  if (input.repeat !== "") return;
  const said = {
    repeat_interval: input.repeat_interval > 1, // 1 is what an empty form comes to
    repeat_weekdays: input.repeat_weekdays.length > 0,
    repeat_times: input.repeat_times !== undefined,
    repeat_until: input.repeat_until !== "",
  };
  const message = say("repeat.every_missing").error();
  for (const [name, isSaid] of Object.entries(said))
    if (isSaid) context.addIssue({ code: "custom", path: [name], message });
}

/**
 * @param most how many times it may be, the first included
 * @returns undefined when it is to be once
 */
export function recurrenceOf(input: RepeatInput, most: number): Recurrence | undefined {
  const { repeat, repeat_interval: interval, repeat_weekdays: weekdays } = input;
  if (repeat === "" || most < 2) return undefined;
  const pattern: Pattern =
    repeat === "day" || repeat === "week"
      ? {
          every: repeat,
          interval,
          ...(repeat === "week" && weekdays.length > 0 ? { weekdays } : {}),
        }
      : { every: "month", interval, monthly: monthlyOf(repeat) };
  const count = Math.min(input.repeat_times ?? most, most);
  return input.repeat_until && input.repeat_times === undefined
    ? { ...pattern, until: input.repeat_until }
    : { ...pattern, count };
}

export function occurrencesChosen({ occurrences }: RepeatInput): Instant[] {
  return occurrences.filter((start) => start !== null).toSorted((a, b) => a - b);
}

function monthlyOf(repeat: Every): NonNullable<Pattern["monthly"]> {
  if (repeat === "month-weekday") return "weekday";
  return repeat === "month-last-weekday" ? "last-weekday" : "date";
}
