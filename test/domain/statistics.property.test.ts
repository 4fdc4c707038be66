import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  type DayCount,
  ELSEWHERE,
  periodOf,
  publish,
  SMALLEST,
} from "../../src/domain/statistics.ts";
import type { LocalDate } from "../../src/domain/time.ts";
import {
  cell,
  days,
  differences,
  everything,
  LATER,
  ranges,
  show,
  SPAN,
  sum,
  tables,
} from "./visit-tables.ts";

describe("published statistics against somebody who knows the rule [P2.6]", () => {
  it("leave every hidden cell free to be anything from 0 to 9", () => {
    fc.assert(
      fc.property(tables, fc.nat(), fc.nat(SMALLEST - 1), (table, pick, value) => {
        const hidden = hiddenCells(table);
        const target = hidden[pick % hidden.length];
        if (!target) return;
        const known = everything(table);
        const found = alternatives(table, target, value).some(
          (other) => JSON.stringify(everything(other)) === JSON.stringify(known),
        );
        assert.ok(found, `${target.region} on ${target.day} cannot be ${value}`);
      }),
      { numRuns: 150 },
    );
  });

  it("hold no number from 1 to 9, and no two ranges that differ by one", () => {
    fc.assert(
      fc.property(tables, (table) => {
        for (const region of [...new Set(table.map((c) => c.region)), ELSEWHERE])
          for (const difference of differences(table, region))
            assert.ok(difference === 0 || difference >= SMALLEST, `${region}: ${difference}`);
      }),
      { numRuns: 100 },
    );
  });

  it("never say more than was counted, and say cells of ten or more as they are", () => {
    fc.assert(
      fc.property(tables, (table) => {
        const april = periodOf("month", "2026-04-15");
        const counted = table.filter(({ day }) => day >= april.start);
        const shown = show(table, april);
        for (const [region, cells] of Map.groupBy(counted, (c) => c.region)) {
          const visits = cells.map((c) => c.visits);
          assert.ok((shown[region] ?? 0) <= sum(visits));
          assert.ok((shown[region] ?? 0) >= sum(visits.filter((n) => n >= SMALLEST)));
        }
        assert.ok(sum(Object.values(shown)) <= sum(counted.map((c) => c.visits)));
      }),
      { numRuns: 100 },
    );
  });

  it("leave every hidden cell free in every table there is of one week", () => {
    // With a threshold of 2, and cells of 0 to 2: 2187 tables, told apart only by what is shown.
    const week = days("2026-03-02", 7);
    const rule = { smallest: 2, regions: 200 };
    const free = new Map<string, Array<Set<number>>>();
    for (let code = 0; code < 3 ** 7; code++) {
      const cells = week.map((_, i) => Math.floor(code / 3 ** i) % 3);
      const table = week.map((day, i) => cell(day, "US", cells[i] ?? 0));
      const known = JSON.stringify(
        [...ranges(week), periodOf("month", "2026-03-02")].map((p) =>
          publish(table, p, LATER, rule),
        ),
      );
      const values = free.get(known) ?? week.map(() => new Set<number>());
      for (const [i, visits] of cells.entries()) values[i]?.add(visits);
      free.set(known, values);
    }
    for (const [known, values] of free)
      for (const possible of values)
        assert.ok(possible.has(2) || (possible.has(0) && possible.has(1)), known);
  });
});

function hiddenCells(table: DayCount[]): DayCount[] {
  return [...table, ...SPAN.map((day) => cell(day, "PW", 0))].filter((c) => c.visits < SMALLEST);
}

/**
 * Tables in which the target has the value, made up so that what is shown may be the same: by what
 * else is hidden in its week, in its region's month, and in other regions' month.
 */
function* alternatives(table: DayCount[], target: DayCount, value: number) {
  const month = target.day.slice(0, 7);
  const hidden = hiddenCells(table).filter((c) => c.day.startsWith(month));
  const sameRegion = hidden.filter((c) => c.region === target.region);
  const parts = [...Map.groupBy(sameRegion, (c) => ofWeek(c.day)).values()];
  const own = parts.find((part) => part.some((c) => c.day === target.day)) ?? [];

  const others = own.filter((c) => c.day !== target.day);
  yield* rewritten(table, target, value, { groups: [own], takers: others });
  const unshown = parts.filter((part) => !isShown(part));
  const oneEach = unshown.filter((part) => part !== own).flatMap((part) => part.slice(0, 1));
  yield* rewritten(table, target, value, { groups: unshown, takers: oneEach });
  const names = Array.from({ length: 26 }, (_, i) => `A${String.fromCharCode(65 + i)}`);
  const strangers = names.map((name) => cell(target.day, name, 0));
  const leftOver = [...Map.groupBy(hidden, (c) => c.region).values()].flatMap((cells) => {
    const groups = [...Map.groupBy(cells, (c) => ofWeek(c.day)).values()];
    const left = groups.filter((part) => !isShown(part));
    const carried = left.map((part) => Math.min(9, sum(part.map((c) => c.visits))));
    return shownOf(carried, left.length) > 0 ? [] : left;
  });
  yield* rewritten(table, target, value, { groups: leftOver, takers: strangers });
}

/** The groups' cells emptied, the target set, and the rest of a total given to the takers. */
function* rewritten(
  table: DayCount[],
  target: DayCount,
  value: number,
  { groups, takers }: { groups: DayCount[][]; takers: DayCount[] },
) {
  const carried = [...Map.groupBy(groups, (g) => g[0]?.region).values()].map((parts) =>
    parts.map((part) => Math.min(9, sum(part.map((c) => c.visits)))),
  );
  const totals = [
    sum(groups.flat().map((c) => c.visits)),
    sum(carried.flat()),
    sum(carried.map((parts) => Math.min(9, sum(parts)))),
    9 * takers.length,
    value,
  ];
  const changed = [target, ...groups.flat(), ...takers];
  const kept = table.filter((c) => !changed.some((o) => o.day === c.day && o.region === c.region));
  for (const total of totals) {
    let rest = Math.max(0, total - value);
    const given = takers.map((taker) => {
      const visits = Math.min(9, rest);
      rest -= visits;
      return { ...taker, visits };
    });
    yield [...kept, { ...target, visits: value }, ...given];
  }
}

function ofWeek(day: LocalDate): LocalDate {
  return periodOf("week", day).start;
}

function isShown(part: DayCount[]): boolean {
  return (
    shownOf(
      part.map((c) => c.visits),
      part.length,
    ) > 0
  );
}

function shownOf(values: number[], count: number): number {
  const shown = Math.min(sum(values), 9 * (count - 1));
  return shown >= SMALLEST ? shown : 0;
}
