// What a customer has told a business, as she reads it: with the reason why it was asked.
import { type Answer, answerText, isGiven } from "../domain/fields.ts";
import { DAY, dayNumber, formatInstant, type LocalDate } from "../domain/time.ts";
import type { Words } from "../language.ts";

export function toldLines(answers: readonly Answer[], words: Words) {
  return answers.filter(isGiven).map((answer) => ({
    label: answer.field.label,
    text: textOf(answer, words),
    purpose: answer.field.purpose,
  }));
}

function textOf(answer: Answer, { t, locale }: Words): string {
  if (answer.field.type === "checkbox") return t("fields.yes");
  return answer.date === null ? answerText(answer) : dateText(answer.date, locale);
}

function dateText(date: LocalDate, locale: string): string {
  return formatInstant(dayNumber(date) * DAY, "UTC", locale).date;
}
