import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  contains,
  intersect,
  type Interval,
  normalise,
  overlaps,
  subtract,
  union,
} from "../../src/domain/intervals.ts";

const list = (...pairs: [number, number][]): Interval[] =>
  pairs.map(([start, end]) => ({ start, end }));

const has = (intervals: Interval[], point: number) =>
  intervals.some(({ start, end }) => start <= point && point < end);

describe("intervals", () => {
  it("merge when they overlap or touch, and lose empty ones", () => {
    assert.deepEqual(
      normalise(list([8, 9], [1, 3], [3, 5], [4, 6], [7, 7], [10, 9])),
      list([1, 6], [8, 9]),
    );
  });

  it("do not overlap when they touch", () => {
    assert.equal(overlaps({ start: 1, end: 2 }, { start: 2, end: 3 }), false);
    assert.equal(overlaps({ start: 1, end: 3 }, { start: 2, end: 3 }), true);
  });

  it("leave the input alone", () => {
    const input = Object.freeze(list([1, 3], [2, 4]).map((interval) => Object.freeze(interval)));
    assert.deepEqual(normalise(input), list([1, 4]));
  });

  it("can be cut in pieces by what is taken away", () => {
    assert.deepEqual(
      subtract(list([0, 10], [20, 30]), list([2, 3], [5, 25], [29, 40])),
      list([0, 2], [3, 5], [25, 29]),
    );
  });

  const lists = fc
    .array(fc.tuple(fc.nat(40), fc.nat(12)), { maxLength: 12 })
    .map((pairs) => pairs.map(([start, length]) => ({ start, end: start + length })));
  it("follow the algebra of sets at every point, and come out sorted and apart", () => {
    fc.assert(
      fc.property(lists, lists, (rawA, rawB) => {
        const [a, b] = [normalise(rawA), normalise(rawB)];
        const results = {
          union: union(rawA, rawB),
          subtract: subtract(a, b),
          intersect: intersect(a, b),
        };
        for (let point = -1; point < 60; point++) {
          const [inA, inB] = [has(rawA, point), has(rawB, point)];
          assert.equal(contains(results.union, point), inA || inB);
          assert.equal(contains(results.subtract, point), inA && !inB);
          assert.equal(contains(results.intersect, point), inA && inB);
        }
        for (const result of Object.values(results))
          result.forEach(({ start, end }, i) => {
            assert.ok(start < end);
            assert.ok(i === 0 || result[i - 1]!.end < start);
          });
      }),
    );
  });
});
