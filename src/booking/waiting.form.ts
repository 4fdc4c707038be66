// What somebody says who joins a waiting list.
import { z } from "zod";
import { daysBetween, isLocalDate, type LocalDate } from "../domain/time.ts";
import { parseTime } from "../domain/time-text.ts";
import { say, type Sentence } from "../language.ts";
import { line, mailAddress } from "../web/form.ts";
import { phone } from "./details.form.ts";

const MOST_DAYS = 60;

export function waitingForm(today: LocalDate) {
  return z
    .object({
      name: line(say("details.name_missing")),
      email: mailAddress(),
      phone: phone.transform((text) => text || null),
      from: day(today),
      to: day(today),
      after: time,
      before: time,
      /** Tells one form from another: sent twice, it joins once. */
      once: z.string().max(100).default(""),
    })
    .superRefine(({ from, to, after, before }, context) => {
      const refuse = (name: string, sentence: Sentence) =>
        context.addIssue({ code: "custom", path: [name], message: sentence.error() });
      if (to < from) refuse("to", say("waiting.order"));
      else if (daysBetween(from, to) >= MOST_DAYS)
        refuse("to", say("waiting.too_long", { days: MOST_DAYS }));
      if (after !== null && before !== null && before < after)
        refuse("before", say("waiting.times_order"));
    });
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
