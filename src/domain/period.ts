import type { Instant } from "./time.ts";

/** After so many days, or months that a business may choose, counted from `from`; by which job. */
export type Period = { sweep: string; from: string } & (
  | { days: number }
  | { months: number; least: number; most: number }
);

export function days<const N extends number, const S extends string>(
  count: N,
  from: string,
  sweep: S,
) {
  return { days: count, from, sweep };
}

/** Chosen by each business, within bounds; `retention.run` keeps it. */
export function months(
  usual: number,
  [least, most]: readonly [least: number, most: number],
  from: string,
) {
  return { months: usual, least, most, from, sweep: "retention.run" };
}

/** What ended before this instant goes, of what is kept for so many months. */
export function monthsBefore(now: Instant, count: number): Instant {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO("UTC");
  return today.subtract({ months: count }).epochMilliseconds;
}

/** "30 days after it was sent". @param count the months that a business has chosen */
export function periodWords(period: Period, count?: number): string {
  const { from } = period;
  if ("days" in period) return `${plural(period.days, "day")} after ${from}`;
  if (count !== undefined) return `${plural(count, "month")} after ${from}`;
  const bounds = `a business may choose ${period.least} to ${period.most}`;
  return `${plural(period.months, "month")} after ${from}; ${bounds}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
