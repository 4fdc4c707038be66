// Why a time is not offered, in words.
import { type Explanation, isTaken, type Verdict } from "../domain/explanation.ts";
import type { Exception } from "../domain/hours.ts";
import type { Interval } from "../domain/intervals.ts";
import { formatInstant, type Instant, type Zone } from "../domain/time.ts";
import { durationText } from "../domain/duration.ts";
import { type AppointmentLine, AppointmentList } from "../models/appointment-list.ts";
import type { Catalogue } from "../models/catalogue.ts";
import { explainStart, type Question, startsAfter } from "../models/starts.ts";
import { choicesByDay, clockWords, type DayOfChoices, dayWords, momentsIn } from "./moments.ts";

const OTHERS = 12; // next free times shown when one has gone

/** Why a start could not be had, and what could be instead. */
export type Refused = { taken: boolean; reasons: string[]; others: DayOfChoices[] };

/** Who has the time that somebody asked for, as far as appointments have it. */
export type Occupants = readonly AppointmentLine[];

/** @param override said that the rules should not count: then only somebody else can be the reason */
export async function whyNot(
  question: Question,
  start: Instant,
  override: boolean,
): Promise<Refused> {
  return refusalOf(question, start, await explainStart(question, start), override);
}

/**
 * Why nobody could be booked at a start, whatever rules are set aside: somebody else has the time of
 * everybody who provides the service. Undefined when somebody is left.
 */
export async function takenByOthers(
  question: Question,
  start: Instant,
): Promise<Refused | undefined> {
  const explanations = await explainStart(question, start);
  if (explanations.some(({ verdict }) => !isTaken(verdict))) return undefined;
  return refusalOf(question, start, explanations, true);
}

/**
 * One query, and none when nobody has the time.
 * @param only the only provider whose appointments may be named
 */
export async function occupantsOf(
  explanations: readonly Explanation[],
  { business }: Catalogue,
  only?: number,
): Promise<Occupants> {
  const taken = explanations.flatMap(({ verdict }) => ("taken" in verdict ? [verdict.taken] : []));
  if (taken.length === 0) return [];
  const from = Math.min(...taken.map(({ start }) => start));
  const until = Math.max(...taken.map(({ end }) => end));
  return AppointmentList.between(business.id, { from, until }, only);
}

/** The same with the provider's name before it. */
function sentence(one: Explanation, catalogue: Catalogue, occupants: Occupants): string {
  const provider = catalogue.providers.find(({ id }) => id === one.staffId);
  const words = explanationWords(one, catalogue.business.zone, occupants);
  if (!provider) return words;
  return "taken" in one.verdict ? `${provider.name} ${words}` : `${provider.name}: ${words}`;
}

/** With the name of whoever has the time: "has Ines Ito 10:15 AM–11:00 AM". */
export function explanationWords(
  { staffId, verdict, elsewhere }: Explanation,
  zone: Zone,
  occupants: Occupants,
): string {
  if (!("taken" in verdict)) {
    const words = verdictWords(verdict, zone);
    if (!elsewhere) return words;
    return `${words}; works at ${elsewhere.name} ${rangeWords(elsewhere.working, zone)}`;
  }
  const { taken } = verdict;
  if (verdict.rule === "hold")
    return `is kept at this moment for somebody who is booking, ${rangeWords(taken, zone)}`;
  if (verdict.rule === "calendar") return `is busy in another calendar, ${rangeWords(taken, zone)}`;
  if (verdict.rule === "travel")
    return `is at another location ${rangeWords(taken, zone)}, too close for the way`;
  const who = occupants.find(
    (line) => line.staffId === staffId && line.startsAt < taken.end && line.endsAt > taken.start,
  );
  if (!who) return `is taken ${rangeWords(taken, zone)}, buffers included`;
  const own = { start: who.startsAt, end: who.endsAt };
  const buffered = taken.start < own.start || taken.end > own.end;
  const buffers = buffered ? `, with buffers ${rangeWords(taken, zone)}` : "";
  return `has ${who.customerName} ${rangeWords(own, zone)}${buffers}`;
}

function verdictWords(verdict: Exclude<Verdict, { taken: Interval }>, zone: Zone): string {
  if (verdict.offered) return "free, and offered";
  const at = momentsIn(zone);
  switch (verdict.rule) {
    case "calendar-unread":
      return "another calendar has not been readable for a day, so nobody knows what else is on";
    case "full":
      return verdict.seatsLeft === 0
        ? `all ${verdict.seats} seats are taken`
        : `only ${verdict.seatsLeft} of ${verdict.seats} seats are left`;
    case "resource":
      return "no room or equipment that the service needs is free";
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
      return `closed ${closedWords(verdict.closure)}`;
    case "absence":
      return `has time off ${closedWords(verdict.absence)}`;
    case "exception":
      return `away ${exceptionWords(verdict.exception)}`;
    case "outside-hours":
      return workingWords(verdict.working, zone);
    case "service-hours":
      return serviceHoursWords(verdict.open, zone);
    case "limit":
      return `has as many of this service as the limit a ${verdict.per} allows, which is ${verdict.limit}`;
    case "not-a-fixed-start":
      return verdict.starts.length === 0
        ? "the service has no start on that day"
        : `the service starts at ${verdict.starts.map((start) => at(start).time).join(", ")}`;
    case "not-on-step":
    default:
      return `between the times offered, which come every ${durationText(verdict.step)}, counted from ${clockWords(verdict.countedFrom.minutes)}`;
  }
}

/** 9:00 AM–5:00 PM */
export function rangeWords({ start, end }: Interval, zone: Zone): string {
  return `${formatInstant(start, zone).time}–${formatInstant(end, zone).time}`;
}

async function refusalOf(
  question: Question,
  start: Instant,
  explanations: readonly Explanation[],
  override: boolean,
): Promise<Refused> {
  const { catalogue } = question;
  const [others, occupants] = await Promise.all([
    startsAfter(question, start, OTHERS),
    occupantsOf(explanations, catalogue),
  ]);
  const reasons = override ? explanations.filter(({ verdict }) => isTaken(verdict)) : explanations;
  return {
    taken: override || explanations.some(({ verdict }) => isTaken(verdict)),
    reasons: reasons.map((one) => sentence(one, catalogue, occupants)),
    others: choicesByDay(
      others.map((other) => other.start),
      catalogue.business.zone,
    ),
  };
}

function closedWords({ from, to }: { from: string; to: string }): string {
  return from === to ? `on ${dayWords(from)}` : `from ${dayWords(from)} to ${dayWords(to)}`;
}

function exceptionWords({ date, from, to }: Exception): string {
  if (from === null && to === null) return `all day on ${dayWords(date)}`;
  const until = to === null ? "the end of the day" : clockWords(to);
  return `on ${dayWords(date)} from ${clockWords(from ?? 0)} to ${until}`;
}

function serviceHoursWords(open: readonly Interval[], zone: Zone): string {
  if (open.length === 0) return "the service is not given on that day";
  const ranges = open.map((range) => rangeWords(range, zone)).join(", ");
  return `outside of the service's own hours, which are ${ranges}`;
}

function workingWords(working: readonly Interval[], zone: Zone): string {
  if (working.length === 0) return "not working on that day";
  const ranges = working.map((range) => rangeWords(range, zone)).join(", ");
  return `outside of working hours, which are ${ranges}; the whole appointment must lie within them`;
}
