// How many starts of a service a provider takes a local day and an ISO week.
import type { Book, Provider } from "./book.ts";
import { type Instant, localDay } from "./time.ts";

export type Limit = { per: "day" | "week"; limit: number };

/** The limit that a provider's other starts have reached at an instant; the day's comes first. */
export function limitsOf(
  { taken = [] }: Provider,
  { service, zone }: Book,
): (start: Instant) => Limit | undefined {
  const day = (instant: Instant) => localDay(instant, zone);
  const reached = [
    tally({ per: "day", limit: service.dailyLimit ?? Infinity }, taken, day),
    tally({ per: "week", limit: service.weeklyLimit ?? Infinity }, taken, (instant) =>
      weekOf(day(instant)),
    ),
  ];
  return (start) => reached.find((isReached) => isReached.at(start))?.limit;
}

export function isLimited({ service }: Book): boolean {
  return (service.dailyLimit ?? service.weeklyLimit ?? null) !== null;
}

function tally(
  limit: Limit,
  taken: readonly Instant[],
  periodOf: (instant: Instant) => number,
): { limit: Limit; at: (start: Instant) => boolean } {
  const counts = new Map<number, number>();
  for (const instant of taken) {
    const period = periodOf(instant);
    counts.set(period, (counts.get(period) ?? 0) + 1);
  }
  return { limit, at: (start) => (counts.get(periodOf(start)) ?? 0) >= limit.limit };
}

/** Weeks from Monday; day 0 was a Thursday. */
function weekOf(day: number): number {
  return Math.floor((day + 3) / 7);
}
