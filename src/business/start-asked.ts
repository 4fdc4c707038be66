// A start comes as one of the times offered, or typed as a day and a time on the clock.
import { z } from "zod";
import {
  type Instant,
  isLocalDate,
  localToInstants,
  parseStart,
  type Zone,
} from "../domain/time.ts";
import { parseTime } from "../domain/time-text.ts";
import { box } from "../web/form.ts";

/** The fields by which a start is asked for; what is typed goes before what is chosen. */
export const startFields = {
  start: z.string().trim().max(120).default(""),
  date: z.string().trim().max(40).default(""),
  time: z.string().trim().max(40).default(""),
  override: box,
};

export type Typed = { start: string; date: string; time: string };
export type Refusal = {
  start: undefined;
  field: "start" | "date" | "time";
  message: string;
  /** The instants a typed time may mean. */
  choices: Instant[];
};

export function startAsked({ start, date, time }: Typed, zone: Zone): { start: Instant } | Refusal {
  if (time !== "") return typed(date, time, zone);
  const instant = parseStart(start);
  return instant === null ? refusal("start", "Choose a time") : { start: instant };
}

function typed(date: string, time: string, zone: Zone): { start: Instant } | Refusal {
  const minutes = parseTime(time);
  if (minutes === null) return refusal("time", "Enter a time like 9:30 or 2:15 pm");
  if (!isLocalDate(date)) return refusal("date", "Enter a day like 2027-02-01");
  const [instant, ...others] = localToInstants(date, minutes, zone);
  if (instant === undefined)
    return refusal("time", "That time does not exist on that day: the clocks go forward over it");
  if (others.length === 0) return { start: instant };
  return refusal(
    "start",
    "The clocks go back on that day, so that time comes twice: choose which",
    [instant, ...others],
  );
}

function refusal(field: Refusal["field"], message: string, choices: Instant[] = []): Refusal {
  return { start: undefined, field, message, choices };
}
