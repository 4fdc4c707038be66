// When a provider is told of her day, and what of her appointments is in that day.
import {
  addDays,
  DAY,
  dayStart,
  type Instant,
  instantToLocal,
  type LocalDate,
  localToInstants,
  type Zone,
} from "./time.ts";

const HOUR = DAY / 24;

/** Later than this after its hour, a morning's mail is of no use to anybody. */
export const AGENDA_PATIENCE = 4 * HOUR;

export type Morning = {
  /** The day by the clock of the zone, from its first instant until the next day's. */
  date: LocalDate;
  from: Instant;
  until: Instant;
  /** When its agenda is due. */
  dueAt: Instant;
};

/**
 * The local day on which `now` falls. An hour that the clocks skip comes as many hours after
 * midnight; of one that comes twice, the first counts.
 */
export function morningOf(zone: Zone, hour: number, now: Instant): Morning {
  const { date } = instantToLocal(now, zone);
  const from = dayStart(date, zone);
  const [dueAt = from + hour * HOUR] = localToInstants(date, hour * 60, zone);
  return { date, from, until: dayStart(addDays(date, 1), zone), dueAt };
}

type Line = { startsAt: Instant; zone: Zone; status: string };

/** Her appointments of a day, each by the clock of its own place, and what else waits for her yes. */
export function agendaOf<T extends Line>(lines: readonly T[], date: LocalDate) {
  const isToday = ({ startsAt, zone }: T) => instantToLocal(startsAt, zone).date === date;
  return {
    today: lines.filter(isToday),
    waiting: lines.filter((line) => line.status === "requested" && !isToday(line)),
  };
}
