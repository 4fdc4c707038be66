// Which appointments a change of hours leaves behind: they stay, and people are told.
import { type Closure, type Schedule, workingIntervals } from "./hours.ts";
import { addDays, daysBetween, type Instant, instantToLocal, type Zone } from "./time.ts";

type Span = { startsAt: Instant; endsAt: Instant };

/** Those of one provider's appointments, in order of their start, not wholly within her hours. */
export function outsideHours<T extends Span>(
  appointments: readonly T[],
  schedule: Schedule,
  closures: readonly Closure[],
  zone: Zone,
): T[] {
  const [first, last] = [appointments[0], appointments.at(-1)];
  if (!first || !last) return [];
  const from = instantToLocal(first.startsAt, zone).date;
  const until = addDays(instantToLocal(last.endsAt, zone).date, 1);
  const days = daysBetween(from, until) + 1;
  const open = workingIntervals(schedule, closures, zone, from, days);
  let next = 0;
  return appointments.filter(({ startsAt, endsAt }) => {
    while (next < open.length && open[next]!.end <= startsAt) next++;
    const range = open[next];
    return !range || startsAt < range.start || range.end < endsAt;
  });
}
