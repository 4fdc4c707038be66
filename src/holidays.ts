// Public holidays of countries and their states, by a library that knows the rules of each. It is
// large and slow to load, so that only whoever asks for holidays waits for it.
import { addDays, DAY, isLocalDate, type LocalDate } from "./domain/time.ts";

/** A country as ISO 3166-1 has it, or with its state: "DE", "DE-BY". */
export type HolidayRegion = string;
export type Holiday = { date: LocalDate; name: string };
/** Code and English name. */
export type Named = [code: string, name: string];

/** The public holidays from a day to the end of the year after, each day once, in order. */
export async function publicHolidays(region: HolidayRegion, since: LocalDate): Promise<Holiday[]> {
  const holidays = await holidaysOf(region);
  const year = Number(since.slice(0, 4));
  const days = [year, year + 1]
    .flatMap((each) => holidays.getHolidays(each))
    .filter(({ type }) => type === "public")
    .flatMap(daysOf)
    .filter(({ date }) => date >= since);
  const byDate = Map.groupBy(days, ({ date }) => date);
  return [...byDate]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([date, same]) => ({ date, name: same.map(({ name }) => name).join(", ") }));
}

/** The countries whose holidays are known, by name. */
export async function holidayCountries(): Promise<Named[]> {
  const { default: Holidays } = await import("date-holidays");
  return byName(new Holidays().getCountries("en"));
}

/** A country's states with holidays of their own, by name; none for most countries. */
export async function holidayStates(country: string): Promise<Named[]> {
  const { default: Holidays } = await import("date-holidays");
  return byName(new Holidays().getStates(country, "en"));
}

async function holidaysOf(region: HolidayRegion) {
  const { default: Holidays } = await import("date-holidays");
  const [country = "", state = ""] = region.split("-");
  return new Holidays(country, state, { languages: ["en"] });
}

type Found = { date: string; start: Date; end: Date; name: string };

/**
 * Some last for days. `date` is the first by day, even of those that begin at sunset; what begins
 * at noon is no day off.
 */
function daysOf({ date, start, end, name }: Found): Holiday[] {
  const [first = "", time = ""] = date.split(" ");
  if (!isLocalDate(first) || !time.startsWith("00:00")) return [];
  const count = Math.max(1, Math.round((end.getTime() - start.getTime()) / DAY));
  return Array.from({ length: count }, (_, i) => ({ date: addDays(first, i), name }));
}

function byName(names: Record<string, string> | undefined): Named[] {
  return Object.entries(names ?? {}).toSorted(([, a], [, b]) => a.localeCompare(b, "en"));
}
