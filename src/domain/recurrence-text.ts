// A recurrence in words.
import { nthOfMonth, type Pattern, type Recurrence } from "./recurrence.ts";
import { type LocalDate, weekday } from "./time.ts";

/**
 * "Every 2 weeks on Monday and Thursday, 12 times". The first booking's date says what the pattern
 * leaves open.
 * @param dateWords how the last day is written; as 2027-02-01 unless told otherwise
 */
export function recurrenceText(
  recurrence: Recurrence,
  first: LocalDate,
  dateWords: (date: LocalDate) => string = (date) => date,
): string {
  const { every, interval } = recurrence;
  const period = interval === 1 ? every : `${interval} ${every}s`;
  return `Every ${period}${dayWords(recurrence, first)}, ${endWords(recurrence, dateWords)}`;
}

const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const NTH = ["first", "second", "third", "fourth", "fifth"];

function dayWords({ every, weekdays = [], monthly = "date" }: Pattern, first: LocalDate): string {
  const day = nameOf(weekday(first));
  if (every === "day") return "";
  if (every === "week") return ` on ${weekdays.length > 0 ? listOf(weekdays) : day}`;
  if (monthly === "last-weekday") return ` on the last ${day}`;
  if (monthly === "weekday") return ` on the ${NTH[nthOfMonth(first) - 1] ?? ""} ${day}`;
  return dateInMonth(Number(first.slice(8)));
}

function dateInMonth(day: number): string {
  const shorter = day > 28 ? ", or the last day of a shorter month" : "";
  return ` on the ${ordinal(day)}${shorter}`;
}

function endWords(recurrence: Recurrence, dateWords: (date: LocalDate) => string): string {
  if ("until" in recurrence) return `until ${dateWords(recurrence.until)}`;
  return recurrence.count === 1 ? "once" : `${recurrence.count} times`;
}

/** Monday, Tuesday and Friday */
function listOf(weekdays: readonly number[]): string {
  const names = [...new Set(weekdays)].toSorted((a, b) => a - b).map(nameOf);
  return new Intl.ListFormat("en", { type: "conjunction" }).format(names).replace(", and", " and");
}

function nameOf(day: number): string {
  return WEEKDAYS[day - 1] ?? "";
}

const SUFFIXES: Partial<Record<Intl.LDMLPluralRule, string>> = { one: "st", two: "nd", few: "rd" };
const ordinals = new Intl.PluralRules("en", { type: "ordinal" });

function ordinal(day: number): string {
  return `${day}${SUFFIXES[ordinals.select(day)] ?? "th"}`;
}
