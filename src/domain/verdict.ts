// What explain() answers.
import type { Closure, Exception } from "./hours.ts";
import type { Interval } from "./intervals.ts";
import type { Limit } from "./limits.ts";
import type { Instant, LocalDate, LocalTime } from "./time.ts";

export type Verdict = { offered: true } | NotOffered;

/** What cannot be set aside by anybody: the database would refuse it too. */
export type Taken =
  /** `taken`: buffers included. */
  | { offered: false; rule: "busy" | "hold"; taken: Interval }
  /** On the way from or to another location, where `taken` is. */
  | { offered: false; rule: "travel"; taken: Interval }
  /** Fewer seats are left than people are to come. */
  | { offered: false; rule: "full"; seats: number; seatsLeft: number }
  /** The first need, by its number, for which no resource is left. */
  | { offered: false; rule: "resource"; need: number };

export type NotOffered =
  | Taken
  | { offered: false; rule: "bookings-closed" | "service-not-offered" | "nonexistent-time" }
  | { offered: false; rule: "past"; now: Instant }
  | { offered: false; rule: "notice"; earliest: Instant }
  | { offered: false; rule: "horizon"; last: LocalDate }
  | { offered: false; rule: "closure"; closure: Closure }
  | { offered: false; rule: "absence"; absence: Closure }
  /** `working`: when the provider works on that local day. */
  | { offered: false; rule: "outside-hours"; working: Interval[] }
  | { offered: false; rule: "exception"; exception: Exception }
  /** `open`: the service's own hours on that local day. */
  | { offered: false; rule: "service-hours"; open: Interval[] }
  /** Busy in a calendar that is kept elsewhere. */
  | { offered: false; rule: "calendar"; taken: Interval }
  | { offered: false; rule: "calendar-unread" }
  | ({ offered: false; rule: "limit" } & Limit)
  /** `starts`: those of that local day. */
  | { offered: false; rule: "not-a-fixed-start"; starts: Instant[] }
  /** Steps of so many minutes count from this local time. */
  | { offered: false; rule: "not-on-step"; step: number; countedFrom: LocalTime };

const TAKEN: readonly NotOffered["rule"][] = ["busy", "hold", "travel", "full", "resource"];

/** Somebody else has the provider, the seats or what the service needs: staff cannot set it aside. */
export function isTaken(found: Verdict): found is Taken {
  return !found.offered && TAKEN.includes(found.rule);
}
