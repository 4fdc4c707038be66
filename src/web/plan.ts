// A plan of repeated appointments as pages show it, before anything is booked.
import { formatInstant, type Zone } from "../domain/time.ts";
import type { Words } from "../language.ts";
import type { Planned } from "../models/series.ts";
import type { Values } from "./form.ts";

/** The occurrences with what can be had, and all that was typed, for the form that books them. */
export function planLocals(
  plan: readonly Planned[],
  zone: Zone,
  { t, locale }: Words,
  values: Values,
) {
  const occurrences = plan.map(({ date, start, candidates }) => {
    const noon = formatInstant(
      start ?? Date.parse(`${date}T12:00:00Z`),
      start ? zone : "UTC",
      locale,
    );
    const free = candidates.length > 0;
    return {
      when: start === null ? t("times.day", noon) : t("mail.moment", noon),
      value: start === null || !free ? undefined : noon.dateTime,
      why: start === null ? t("repeat.no_such_time") : free ? undefined : t("repeat.taken"),
    };
  });
  const free = occurrences.filter(({ value }) => value !== undefined).length;
  return { occurrences, free, taken: occurrences.length - free, typed: typedIn(values) };
}

/** Everything but the token and an older plan, as hidden fields. */
function typedIn(values: Values): Array<[name: string, value: string]> {
  return Object.entries(values)
    .filter(([name]) => name !== "_csrf" && name !== "occurrences")
    .flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, one]));
}
