// Hours as pages tell them: those of a week, and those of one day.
import type { Interval } from "../domain/intervals.ts";
import { type Instant, instantToLocal, type LocalDate, type Zone } from "../domain/time.ts";
import type { Week } from "../models/hours.ts";
import { dayName, weekdays } from "./hours.form.ts";
import { clockRange, momentsIn } from "./moments.ts";

/** The days that have hours, those in a row with the same ones in one line: "Mon–Fri 9:00 AM–5:00 PM". */
export function weekWords(week: Week): string[] {
  const lines: Array<{ first: number; last: number; text: string }> = [];
  for (const [day, ranges] of week.entries()) {
    const text = ranges.map(clockRange).join(", ");
    const before = lines.at(-1);
    if (before?.text === text) before.last = day;
    else lines.push({ first: day, last: day, text });
  }
  return lines
    .filter(({ text }) => text !== "")
    .map(({ first, last, text }) => `${daysWords(first, last)} ${text}`);
}

/**
 * When somebody works on a day, with the other day where a shift begins or ends on it:
 * "10:00 PM–6:00 AM (Sat)", and on that Saturday "until 6:00 AM (from Friday)".
 * @param working unbroken, so reaching over the day's ends where work does
 */
export function dayHours(
  working: readonly Interval[],
  { date, from, until }: { date: LocalDate; from: Instant; until: Instant },
  zone: Zone,
): string {
  const at = momentsIn(zone);
  const ofDay = working.filter(({ start, end }) => start < until && end > from);
  return ofDay
    .map(({ start, end }) => {
      if (start < from && end >= until) return "all day";
      if (start < from) return `until ${at(end).time} (from ${at(start).weekday})`;
      // Midnight still is the day's own end.
      const another = end > until && instantToLocal(end, zone).date !== date;
      const next = another ? ` (${at(end).weekday.slice(0, 3)})` : "";
      return `${at(start).time}–${at(end).time}${next}`;
    })
    .join(", ");
}

function daysWords(first: number, last: number): string {
  const names = [first, last].map((day) => dayName(weekdays[day] ?? "").slice(0, 3));
  return first === last ? (names[0] ?? "") : names.join("–");
}
