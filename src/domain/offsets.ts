// A zone's offsets as data. Asking Temporal costs microseconds, and between two transitions the
// answer stays the same, so each such stretch is asked for once and then it is integer arithmetic.
import { remember } from "./remember.ts";

/** A stretch of time with one offset, in epoch milliseconds; `offset` is milliseconds east of UTC. */
export type Segment = { zone: string; from: number; until: number; offset: number };

/** The segments that hold the instants from `from` to `until`, in order. */
export function segmentsBetween(zone: string, from: number, until: number): Segment[] {
  const segments = [segmentAt(zone, from)];
  for (let last = segments[0]; last && last.until < until;) {
    last = segmentAt(zone, last.until);
    segments.push(last);
  }
  return segments;
}

export function segmentAt(zone: string, instant: number): Segment {
  const known = knownSegments(zone);
  const found = known.find((segment) => segment.from <= instant && instant < segment.until);
  if (found) return found;
  const segment = resolve(zone, instant);
  if (known.length >= SEGMENTS_A_ZONE) known.length = 0;
  known.push(segment);
  return segment;
}

// All zones there are, and for each the few half-years people look at: some hundred kilobytes.
const ZONES = 700;
const SEGMENTS_A_ZONE = 32;

const knownSegments = remember(ZONES, (_zone: string): Segment[] => []);

function resolve(zone: string, instant: number): Segment {
  const local = at(zone, instant);
  // "previous" is strictly before, so it is asked one millisecond later.
  const previous = at(zone, instant + 1).getTimeZoneTransition("previous");
  const next = local.getTimeZoneTransition("next");
  return {
    zone,
    from: previous?.epochMilliseconds ?? -Infinity,
    until: next?.epochMilliseconds ?? Infinity,
    offset: local.offsetNanoseconds / 1_000_000,
  };
}

function at(zone: string, instant: number): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
}
