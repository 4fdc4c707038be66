// Counts in memory, of so many kinds of visits at most: whatever visitors send, and however long
// nobody takes the counts away.
import type { LocalDate } from "../domain/time.ts";
import { OTHER, UNKNOWN_REGION, type Visit, visitKey } from "../domain/visit.ts";

export type DayOfCounts = { day: LocalDate; counts: Array<[key: string, visits: number]> };

/** @param mostKinds from here on, new kinds are no longer told apart, first by page, then by region */
export function createTally(mostKinds: number) {
  let days = new Map<LocalDate, Map<string, number>>();
  let kinds = 0;

  function keyWithin(ofDay: Map<string, number>, visit: Visit): string {
    const key = visitKey(visit);
    if (ofDay.has(key) || kinds < mostKinds) return key;
    const folded: Visit = { ...visit, page: OTHER, browser: "other", language: OTHER };
    const coarse = visitKey(folded);
    if (ofDay.has(coarse) || kinds < mostKinds * 2) return coarse;
    return visitKey({ ...folded, region: UNKNOWN_REGION });
  }

  return {
    add(day: LocalDate, visit: Visit): void {
      let ofDay = days.get(day);
      if (!ofDay) days.set(day, (ofDay = new Map()));
      const key = keyWithin(ofDay, visit);
      const before = ofDay.get(key);
      if (before === undefined) kinds++;
      ofDay.set(key, (before ?? 0) + 1);
    },

    /** All counts since the last time. */
    take(): DayOfCounts[] {
      const taken = days;
      days = new Map();
      kinds = 0;
      return [...taken].map(([day, counts]) => ({ day, counts: [...counts] }));
    },
  };
}
