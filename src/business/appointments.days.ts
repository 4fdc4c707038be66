// Several days of the appointment book: a week, the days ahead with something on them, a month.
import {
  addDays,
  dayStart,
  daysBetween,
  instantToLocal,
  type LocalDate,
  monthStart,
  nextMonth,
  weekday,
} from "../domain/time.ts";
import { type AppointmentLine, AppointmentList, MOST } from "../models/appointment-list.ts";
import { AGENDA_DAYS, type Asked, isClosed } from "./appointments.calendar.ts";
import { dayWords, monthWords, shortDay, today, zoneName } from "./moments.ts";

export async function weekLocals(asked: Asked) {
  const { catalogue, date, now } = asked;
  const monday = addDays(date, 1 - weekday(date));
  const { byDay, ...rest } = await daysFrom(asked, monday, 7);
  return {
    ...rest,
    title: `Week from ${dayWords(monday)}`,
    days: daysOf(monday, 7).map((day) => ({
      date: day,
      heading: shortDay(day),
      today: day === today(catalogue.business.zone, now),
      lines: byDay.get(day) ?? [],
    })),
  };
}

/** Only the days that have something. */
export async function agendaLocals(asked: Asked) {
  const { date } = asked;
  const { byDay, ...rest } = await daysFrom(asked, date, AGENDA_DAYS);
  return {
    ...rest,
    title: `Agenda from ${dayWords(date)}`,
    days: Array.from(byDay, ([day, lines]) => ({ date: day, heading: dayWords(day), lines })),
    until: dayWords(addDays(date, AGENDA_DAYS - 1)),
  };
}

type MonthDay = {
  date: LocalDate;
  number: number;
  count: number;
  words: string;
  today: boolean;
  closed: boolean;
};

/** One query counts all days; a day outside of the month is null. */
export async function monthLocals(asked: Asked) {
  const { catalogue, date, staffId, locationId, now } = asked;
  const { id, zone } = catalogue.business;
  const first = monthStart(date);
  const days = daysOf(first, daysBetween(first, nextMonth(date)));
  const counts = await AppointmentList.countsByDay(
    { id, only: staffId },
    days.map((day) => ({
      date: day,
      from: dayStart(day, zone),
      until: dayStart(addDays(day, 1), zone),
    })),
    locationId,
  );
  const month = days.map((day): MonthDay => {
    const count = counts.get(day) ?? 0;
    const closed = isClosed(asked, day);
    const isToday = day === today(zone, now);
    const number = Number(day.slice(8));
    return { date: day, number, count, words: dayWords(day), today: isToday, closed };
  });
  return {
    title: monthWords(first),
    zone: zoneName(zone, dayStart(first, zone), dayStart(nextMonth(date), zone) - 1),
    weeks: inWeeks(month, weekday(first) - 1),
  };
}

/** What several days have, by local day, in one query. */
async function daysFrom(
  { catalogue, staffId, locationId }: Asked,
  first: LocalDate,
  count: number,
) {
  const { id, zone } = catalogue.business;
  const range = { from: dayStart(first, zone), until: dayStart(addDays(first, count), zone) };
  const lines = await AppointmentList.between(id, range, staffId, locationId);
  const dayOf = ({ startsAt }: AppointmentLine) => {
    const day = instantToLocal(startsAt, zone).date;
    return day < first ? first : day; // begun the evening before
  };
  return {
    byDay: Map.groupBy(lines.slice(0, MOST), dayOf),
    zone: zoneName(zone, range.from, range.until - 1),
    empty: lines.length === 0,
    more: lines.length > MOST,
  };
}

function daysOf(first: LocalDate, count: number): LocalDate[] {
  return Array.from({ length: count }, (_, i) => addDays(first, i));
}

/** @param before days of the first week that belong to the month before */
function inWeeks(days: readonly MonthDay[], before: number): Array<Array<MonthDay | null>> {
  const after = (7 - ((before + days.length) % 7)) % 7;
  const cells = [...nulls(before), ...days, ...nulls(after)];
  return Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7));
}

function nulls(count: number): null[] {
  return Array.from({ length: count }, () => null);
}
