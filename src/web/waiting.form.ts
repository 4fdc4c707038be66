// The days and hours somebody waits for, as a customer or the staff write them into a form.
import { z } from "zod";
import { daysBetween, isLocalDate, type LocalDate } from "../domain/time.ts";
import { parseTime } from "../domain/time-text.ts";
import type { WaitingWish } from "../domain/waiting.ts";
import { say, type Sentence } from "../language.ts";

const MOST_DAYS = 60;

type WishInput = { from: LocalDate; to: LocalDate; after: number | null; before: number | null };

export function wishShape(today: LocalDate) {
  return {
    from: day(today),
    to: day(today),
    after: time,
    before: time,
    /** Tells one form from another: sent twice, it joins once. */
    once: z.string().max(100).default(""),
  };
}

/** What fields say together, for the whole form. */
export function checkWish({ from, to, after, before }: WishInput, context: z.RefinementCtx): void {
  const refuse = (name: string, sentence: Sentence) =>
    context.addIssue({ code: "custom", path: [name], message: sentence.error() });
  if (to < from) refuse("to", say("waiting.order"));
  else if (daysBetween(from, to) >= MOST_DAYS)
    refuse("to", say("waiting.too_long", { days: MOST_DAYS }));
  if (after !== null && before !== null && before < after)
    refuse("before", say("waiting.times_order"));
}

export function wishIn({ from, to, after, before }: WishInput): WaitingWish {
  return { fromDate: from, toDate: to, fromMinute: after, toMinute: before };
}

function day(today: LocalDate) {
  return z
    .string(say("waiting.day_wrong"))
    .trim()
    .refine(isLocalDate, say("waiting.day_wrong"))
    .refine((date) => !isLocalDate(date) || date >= today, say("waiting.past"));
}

/** Minutes of the local day; null where it is left empty. */
const time = z
  .string()
  .trim()
  .default("")
  .refine((text) => text === "" || parseTime(text) !== null, say("waiting.time_wrong"))
  .transform((text) => (text === "" ? null : parseTime(text)));
