/** From `start` up to, but not including, `end`. */
export type Interval = { start: number; end: number };

// All but `normalise` and `union` take sorted lists without overlaps, as `normalise` returns them.

/** Sorted; what overlaps or touches is one interval; empty ones are gone. */
export function normalise(intervals: readonly Interval[]): Interval[] {
  const merged: Interval[] = [];
  let last: Interval | undefined;
  for (const { start, end } of sorted(intervals)) {
    if (start >= end) continue;
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push((last = { start, end }));
  }
  return merged;
}

export function union(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  return normalise([...a, ...b]);
}

/** What is in `from` and not in `without`. */
export function subtract(from: readonly Interval[], without: readonly Interval[]): Interval[] {
  if (without.length === 0) return [...from];
  const left: Interval[] = [];
  let next = 0;
  for (const { start, end } of from) {
    let rest = start;
    while (next < without.length && without[next]!.end <= start) next++;
    for (let i = next; i < without.length && without[i]!.start < end; i++) {
      const hole = without[i]!;
      if (rest < hole.start) left.push({ start: rest, end: hole.start });
      rest = hole.end;
    }
    if (rest < end) left.push({ start: rest, end });
  }
  return left;
}

export function intersect(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const common: Interval[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const start = Math.max(a[i]!.start, b[j]!.start);
    const end = Math.min(a[i]!.end, b[j]!.end);
    if (start < end) common.push({ start, end });
    if (a[i]!.end < b[j]!.end) i++;
    else j++;
  }
  return common;
}

/** Touching is not overlapping. */
export function overlaps(a: Interval, b: Interval): boolean {
  return a.start < b.end && b.start < a.end;
}

export function contains(intervals: readonly Interval[], point: number): boolean {
  let [low, high] = [0, intervals.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (intervals[middle]!.end <= point) low = middle + 1;
    else high = middle;
  }
  return low < intervals.length && intervals[low]!.start <= point;
}

/** Those of some points in order that lie in the intervals. */
export function pointsIn(points: readonly number[], intervals: readonly Interval[]): number[] {
  return points.filter((point) => contains(intervals, point));
}

function sorted(intervals: readonly Interval[]): readonly Interval[] {
  for (let i = 1; i < intervals.length; i++)
    if (intervals[i]!.start < intervals[i - 1]!.start)
      return intervals.toSorted((a, b) => a.start - b.start);
  return intervals;
}
