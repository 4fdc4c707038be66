import { z } from "zod";
import { daysBetween, type LocalDate } from "../domain/time.ts";
import { formatRanges } from "../domain/hours-text.ts";
import { type ExceptionRun, type ExceptionFields, fieldsOf } from "../models/exception.ts";
import { day, optionalDay } from "./days.ts";
import type { Labels, Option } from "./meanwhile.ts";
import { where } from "./places.ts";
import { ranges } from "./ranges.ts";

const MOST_DAYS = 92; // of one exception: a row is made for each day

export const kinds: Option[] = [
  ["closed", "Not working"],
  ["open", "Working as well"],
];

/** @param places those in use; with one the form does not ask where */
export function exceptionForm(today: LocalDate, places: readonly Option[]) {
  return z
    .object({
      date: day(today),
      until: optionalDay(today),
      kind: z.enum(["closed", "open"], "Choose one"),
      location: where(places),
      hours: ranges,
    })
    .superRefine(({ date, until, kind, location, hours }, context) => {
      const refuse = (name: string, message: string) =>
        context.addIssue({ code: "custom", path: [name], message });
      const days = until === "" ? 0 : daysBetween(date, until);
      if (days < 0) refuse("until", "Choose the same day or a later one");
      if (days >= MOST_DAYS) refuse("until", `Choose at most ${MOST_DAYS} days at once`);
      if (kind === "open" && location === null && places.length > 1)
        refuse("location", "Choose the location of the extra hours");
      if (kind === "open" && hours.length === 0) refuse("hours", "Enter hours, such as 10-14");
    });
}

export function toFields(input: z.output<ReturnType<typeof exceptionForm>>): ExceptionFields {
  const { date: first, until, kind, location: locationId, hours } = input;
  return { first, last: until || first, kind, locationId, ranges: hours };
}

export function toValues(run: ExceptionRun): Record<string, string> {
  const { first, last, kind, locationId, ranges: stored } = fieldsOf(run);
  return {
    date: first,
    until: last === first ? "" : last,
    kind,
    location: locationId === null ? "" : String(locationId),
    hours: formatRanges(stored),
  };
}

export function labelsOf(places: readonly Option[]): Labels {
  return {
    date: "Day",
    until: "Until",
    kind: ["Change", kinds],
    location: ["Where", [["", "Everywhere"], ...places]],
    hours: "Hours",
  };
}
