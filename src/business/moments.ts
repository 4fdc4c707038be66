// How the workspace's pages say when: always by the one formatter, in the business's zone.
import {
  DAY,
  dayNumber,
  type Formatted,
  formatInstant,
  type Instant,
  instantToLocal,
  type LocalDate,
  MINUTE,
  type Zone,
} from "../domain/time.ts";

export type Moment = Formatted & {
  /** Monday, February 1, 2027 */
  day: string;
  /** For `<time datetime>`, which knows no bracketed zone. */
  iso: string;
};
export type Moments = (instant: Instant) => Moment;
export type Choice = { value: string; time: string };
export type DayOfChoices = { date: LocalDate; heading: string; choices: Choice[] };

const MONTH = new Intl.DateTimeFormat("en-US", { month: "long", year: "numeric", timeZone: "UTC" });

export function momentsIn(zone: Zone): Moments {
  return (instant) => {
    const formatted = formatInstant(instant, zone);
    const day = `${formatted.weekday}, ${formatted.date}`;
    return { ...formatted, day, iso: formatted.dateTime.replace(/\[.*/, "") };
  };
}

/** Eastern Standard Time (America/New_York); both names where the clocks change between them. */
export function zoneName(zone: Zone, ...instants: Instant[]): string {
  const names = new Set(instants.map((instant) => formatInstant(instant, zone).zone));
  return `${[...names].join(" and ")} (${zone})`;
}

/** Monday, February 1, 2027 */
export function dayWords(date: LocalDate): string {
  return momentsIn("UTC")(dayNumber(date) * DAY).day;
}

/** Monday, February 1, 2027; of several days, the first and the last. */
export function daysWords(from: LocalDate, to: LocalDate): string {
  return from === to ? dayWords(from) : `${dayWords(from)} to ${dayWords(to)}`;
}

/** February 2027 */
export function monthWords(date: LocalDate): string {
  return MONTH.format(dayNumber(date) * DAY);
}

/** Mon 1, where the page names month and year */
export function shortDay(date: LocalDate): string {
  const { weekday } = momentsIn("UTC")(dayNumber(date) * DAY);
  return `${weekday.slice(0, 3)} ${Number(date.slice(8))}`;
}

/** What the clock on the wall shows so many minutes after midnight; past 1440 it is the next day. */
export function clockWords(minutes: number): string {
  return formatInstant((minutes % 1440) * MINUTE, "UTC").time;
}

/** 9:00 AM–5:00 PM, of minutes of a local day. */
export function clockRange({ from, to }: { from: number; to: number }): string {
  return from === 0 && to === 1440 ? "all day" : `${clockWords(from)}–${clockWords(to)}`;
}

export function today(zone: Zone, now: Instant): LocalDate {
  return instantToLocal(now, zone).date;
}

/** Starts as radio buttons, by local day. */
export function choicesByDay(instants: readonly Instant[], zone: Zone): DayOfChoices[] {
  const days = Map.groupBy(instants, (instant) => instantToLocal(instant, zone).date);
  return Array.from(days, ([date, starts]) => ({
    date,
    heading: dayWords(date),
    choices: starts.map((start) => {
      const { dateTime, time } = formatInstant(start, zone);
      return { value: dateTime, time };
    }),
  }));
}
