// A week of starts as the pages show it: by local day, every day with its heading.
import type { Start } from "../domain/availability.ts";
import { capitalized } from "../domain/capitals.ts";
import {
  addDays,
  formatInstant,
  type Instant,
  instantToLocal,
  isLocalDate,
  type LocalDate,
  weekdayShort,
  type Zone,
} from "../domain/time.ts";
import type { Words } from "../language.ts";
import { firstStart, type Question, startsOn } from "../models/starts.ts";

/** `left` says how many places a group has left. */
export type Choice = { value: string; time: string; left?: string };
/** `short` as in "Mon 23". */
export type Day = { date: LocalDate; heading: string; short: string; choices: Choice[] };
export type Week = {
  days: Day[];
  zone: string;
  previous: LocalDate | undefined;
  next: LocalDate | undefined;
  /** The first day with a free time, when this week has none. */
  nextFree: LocalDate | undefined;
};

const DAYS = 7;

/** The week from the day asked for, or from today: one query, and one more if it is full. */
export async function weekFrom(question: Question, asked: unknown, words: Words): Promise<Week> {
  const { zone } = question.catalogue.business;
  const today = instantToLocal(question.now, zone).date;
  const last = addDays(today, question.service.horizonDays);
  const from = dayWithin(asked, today, last);
  const found = await startsOn(question, from, DAYS);
  const next = addDays(from, DAYS);
  return {
    days: daysOf(found, from, zone, words),
    zone: zoneOf(found, question, words),
    previous: from > today ? later(addDays(from, -DAYS), today) : undefined,
    next: next <= last ? next : undefined,
    nextFree: found.length > 0 ? undefined : await firstFreeDay(question, next),
  };
}

/** Starts by day with their zone, for the next free times when one has gone. */
export function choicesByDay(starts: readonly Start[], question: Question, words: Words) {
  const { zone } = question.catalogue.business;
  const byDate = Map.groupBy(starts, ({ start }) => instantToLocal(start, zone).date);
  const days = [...byDate].map(([date, ofDay]) => dayOf(date, ofDay, zone, words));
  return { days, zone: zoneOf(starts, question, words) };
}

function daysOf(starts: readonly Start[], from: LocalDate, zone: Zone, words: Words): Day[] {
  const byDate = Map.groupBy(starts, ({ start }) => instantToLocal(start, zone).date);
  return Array.from({ length: DAYS }, (_, i) => addDays(from, i)).map((date) =>
    dayOf(date, byDate.get(date) ?? [], zone, words),
  );
}

function dayOf(date: LocalDate, starts: readonly Start[], zone: Zone, { locale, t }: Words): Day {
  const choices = starts.map(({ start, seatsLeft }) => {
    const { dateTime, time } = formatInstant(start, zone, locale);
    const left =
      seatsLeft === undefined ? {} : { left: t("times.seats_left", { seats: seatsLeft }) };
    return { value: dateTime, time, ...left };
  });
  const day = formatInstant(Date.parse(`${date}T12:00:00Z`), "UTC", locale);
  const short = capitalized(`${weekdayShort(date, locale)} ${Number(date.slice(-2))}`, locale);
  return { date, heading: capitalized(t("times.day", day), locale), short, choices };
}

/** The zone by its name, or by both where the clocks change between the first and the last. */
export function zoneOf(
  found: ReadonlyArray<{ start: Instant }>,
  { now, catalogue }: Question,
  words: Words,
): string {
  const { zone } = catalogue.business;
  const [first, last] = [found[0]?.start ?? now, found.at(-1)?.start ?? now];
  const nameAt = (instant: number) => formatInstant(instant, zone, words.locale).zone;
  const [before, after] = [nameAt(first), nameAt(last)];
  const name = before === after ? before : words.t("zone.then", { first: before, second: after });
  return words.t("zone.named", { name, zone });
}

async function firstFreeDay(question: Question, from: LocalDate) {
  const first = await firstStart(question, from);
  if (!first) return undefined;
  return instantToLocal(first.start, question.catalogue.business.zone).date;
}

function dayWithin(asked: unknown, today: LocalDate, last: LocalDate): LocalDate {
  if (typeof asked !== "string" || !isLocalDate(asked) || asked < today) return today;
  return asked > last ? last : asked;
}

function later(a: LocalDate, b: LocalDate): LocalDate {
  return a > b ? a : b;
}
