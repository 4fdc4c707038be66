// Why a time is not offered, in words.
import type { Explanation, Verdict } from "../domain/explanation.ts";
import type { Exception } from "../domain/hours.ts";
import type { Interval } from "../domain/intervals.ts";
import { formatInstant, type Instant, type Zone } from "../domain/time.ts";
import { durationText } from "../domain/duration.ts";
import type { Catalogue } from "../models/catalogue.ts";
import { explainStart, type Question, startsAfter } from "../models/starts.ts";
import { choicesByDay, clockWords, type DayOfChoices, dayWords, momentsIn } from "./moments.ts";

const OTHERS = 12; // next free times shown when one has gone

/** Why a start could not be had, and what could be instead. */
export type Refused = { taken: boolean; reasons: string[]; others: DayOfChoices[] };

/** @param override said that the rules should not count: then only somebody else can be the reason */
export async function whyNot(
  question: Question,
  start: Instant,
  override: boolean,
): Promise<Refused> {
  const { zone } = question.catalogue.business;
  const explanations = await explainStart(question, start);
  const others = await startsAfter(question, start, OTHERS);
  return {
    taken: override || explanations.some(({ verdict }) => isTaken(verdict)),
    reasons: override ? [] : explanations.map((one) => sentence(one, question.catalogue)),
    others: choicesByDay(
      others.map((other) => other.start),
      zone,
    ),
  };
}

/** The same with the provider's name before it. */
export function sentence({ staffId, verdict }: Explanation, catalogue: Catalogue): string {
  const provider = catalogue.providers.find(({ id }) => id === staffId);
  const words = verdictWords(verdict, catalogue.business.zone);
  return provider ? `${provider.name}: ${words}` : words;
}

export function verdictWords(verdict: Verdict, zone: Zone): string {
  if (verdict.offered) return "free, and offered";
  const at = momentsIn(zone);
  switch (verdict.rule) {
    case "bookings-closed":
      return "bookings are closed for the whole business";
    case "service-not-offered":
      return "does not provide this service";
    case "nonexistent-time":
      return "this time does not exist: the clocks go forward over it on that day";
    case "past":
      return "it is in the past";
    case "notice":
      return `too soon for the service's notice: the earliest start is ${at(verdict.earliest).day}, ${at(verdict.earliest).time}`;
    case "horizon":
      return `too far ahead: bookings are taken up to ${dayWords(verdict.last)}`;
    case "closure":
      return `the business is closed ${closedWords(verdict.closure)}`;
    case "exception":
      return `away ${exceptionWords(verdict.exception)}`;
    case "outside-hours":
      return workingWords(verdict.working, zone);
    case "not-on-step":
      return `between the times offered, which come every ${durationText(verdict.step)}, counted from ${clockWords(verdict.countedFrom.minutes)}`;
    case "busy":
      return `taken ${rangeWords(verdict.taken, zone)}, buffers included`;
    case "hold":
    default:
      return `kept at this moment for somebody who is booking, ${rangeWords(verdict.taken, zone)}`;
  }
}

/** 9:00 AM–5:00 PM */
export function rangeWords({ start, end }: Interval, zone: Zone): string {
  return `${formatInstant(start, zone).time}–${formatInstant(end, zone).time}`;
}

function isTaken(verdict: Verdict): boolean {
  return !verdict.offered && (verdict.rule === "busy" || verdict.rule === "hold");
}

function closedWords({ from, to }: { from: string; to: string }): string {
  return from === to ? `on ${dayWords(from)}` : `from ${dayWords(from)} to ${dayWords(to)}`;
}

function exceptionWords({ date, from, to }: Exception): string {
  if (from === null && to === null) return `all day on ${dayWords(date)}`;
  const until = to === null ? "the end of the day" : clockWords(to);
  return `on ${dayWords(date)} from ${clockWords(from ?? 0)} to ${until}`;
}

function workingWords(working: readonly Interval[], zone: Zone): string {
  if (working.length === 0) return "not working on that day";
  const ranges = working.map((range) => rangeWords(range, zone)).join(", ");
  return `outside of working hours, which are ${ranges}; the whole appointment must lie within them`;
}
