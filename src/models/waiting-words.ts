// What somebody waits for, in the words of a language.
import { formatInstant, MINUTE } from "../domain/time.ts";
import type { WaitingWish } from "../domain/waiting.ts";
import type { Words } from "../language.ts";

/** On which days; and between which times, nothing if at any. */
export function wishWords({ fromDate, toDate, fromMinute, toMinute }: WaitingWish, words: Words) {
  const { t, locale } = words;
  const dayOf = (date: string) =>
    t("times.day", formatInstant(Date.parse(`${date}T12:00:00Z`), "UTC", locale));
  const timeOf = (minutes: number) => formatInstant(minutes * MINUTE, "UTC", locale).time;
  const [after, before] = [fromMinute, toMinute].map((at) => (at === null ? "" : timeOf(at)));
  const between = after && before ? t("waiting.hours", { after, before }) : "";
  return {
    days:
      fromDate === toDate
        ? dayOf(fromDate)
        : t("waiting.days", { from: dayOf(fromDate), to: dayOf(toDate) }),
    hours:
      between ||
      (after && t("waiting.hours_after", { after })) ||
      (before && t("waiting.hours_before", { before })) ||
      "",
  };
}
