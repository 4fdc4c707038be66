// What of the regional counts may be shown. Everything anybody sees of them, page or file, comes
// out of `publish`.
//
// A cell is the number of visits of one day, area, audience and region. The rule keeps every cell
// below 10 secret, also from somebody who knows the rule and has all days, weeks and months before
// her to subtract from each other:
//
// 1. A day's cell of 10 or more is shown as it is. All others, empty ones too, are hidden.
// 2. A level up, the hidden cells of one region are taken together: first those of a week (the part
//    of it in this month, since weeks do not nest in months), then what is left of the parts of a
//    month, then what is left of all regions, as "elsewhere". Together they are shown if they
//    make 10 or more, yet never as more than 9 × (how many they are − 1). What is not shown is left
//    for the next level, as 9 at most. The small untruth of the two caps is always downwards.
// 3. So each visit is in one group only. Every range shows the sum of the groups that lie wholly
//    within it and of nothing else: no difference of two ranges holds part of a group.
//
// Why a hidden cell may then be anything from 0 to 9, whatever is shown: let it be x. If its group
// is shown as v, the others can make up v − x, as v − x ≤ 9 × (how many the others are), with no one
// of them above 9; if the group is not shown, let the others be 0, which leaves x for the next
// level, where the same holds. Nothing that is shown changes. The tests try this on random tables.
//
// 4. A day is shown when it is over and nothing can be added to it any more, and so are weeks and
//    months: looking twice shows no difference either.
import { addDays, DAY, dateOf, dayNumber, type Instant, type LocalDate, weekday } from "./time.ts";
import { type Area, AREAS, type Audience, AUDIENCES } from "./visit.ts";

/** Visits of a UTC day. */
export type DayCount = {
  day: LocalDate;
  area: Area;
  audience: Audience;
  region: string;
  visits: number;
};
export type PeriodKind = "day" | "week" | "month";
/** Both days belong to it. */
export type Period = { kind: PeriodKind; start: LocalDate; end: LocalDate };
export type Published = Omit<DayCount, "day">;

/** What is shown as the region of visits from regions too small to name. */
export const ELSEWHERE = "elsewhere";
/** Nothing below this is shown. */
export const SMALLEST = 10;

/**
 * The figures of a period that may be shown; those that may not are not there.
 * @param counts at least all of the period's, each cell once
 * @param through the last day that can no longer change
 * @param rule for tests, which try small tables whole
 */
export function publish(
  counts: readonly DayCount[],
  period: Period,
  through: LocalDate,
  rule: Rule = { smallest: SMALLEST, regions: POSSIBLE_REGIONS },
): Published[] {
  const shape: Shape = { period, parts: partsOf(period), through, rule };
  const inside = counts.filter(({ day }) => period.start <= day && day <= period.end);
  return AREAS.flatMap((area) =>
    AUDIENCES.flatMap((audience) => {
      const cells = inside.filter((cell) => cell.area === area && cell.audience === audience);
      return publishTable(cells, shape).map((figure) => ({ area, audience, ...figure }));
    }),
  );
}

/** The day, the ISO week (Monday to Sunday) or the month in which a date lies. */
export function periodOf(kind: PeriodKind, date: LocalDate): Period {
  if (kind === "day") return { kind, start: date, end: date };
  if (kind === "week") {
    const start = addDays(date, 1 - weekday(date));
    return { kind, start, end: addDays(start, 6) };
  }
  const start = `${date.slice(0, 8)}01`;
  const inNextMonth = addDays(start, 31);
  return { kind, start, end: addDays(`${inNextMonth.slice(0, 8)}01`, -1) };
}

/** The day that visits counted late are added to, rather than to a day that is shown already. */
export function firstOpenDay(now: Instant): LocalDate {
  return utcDay(now - OPEN_AFTER_MIDNIGHT);
}

/** The last day that is shown. An hour after it closed, so that clocks may differ. */
export function lastShownDay(now: Instant): LocalDate {
  return addDays(utcDay(now - OPEN_AFTER_MIDNIGHT - CLOCKS_DIFFER), -1);
}

/** When a day's figures can first be shown. */
export function shownFrom(day: LocalDate): Instant {
  return dayNumber(addDays(day, 1)) * DAY + OPEN_AFTER_MIDNIGHT + CLOCKS_DIFFER;
}

export function utcDay(instant: Instant): LocalDate {
  return dateOf(Math.floor(instant / DAY));
}

type Rule = { smallest: number; regions: number };
/** A period, its days by week and month, the last day that is shown, and the rule. */
type Shape = { period: Period; parts: LocalDate[][]; through: LocalDate; rule: Rule };
type Figure = { region: string; visits: number };
/** Hidden cells taken together: what is shown of them, if anything, and what is left. */
type Group = { shown: number; left: number };

const HOUR = DAY / 24;
const OPEN_AFTER_MIDNIGHT = 2 * HOUR; // a batch is tried for 17 minutes
const CLOCKS_DIFFER = HOUR;

// At least so many regions could be behind "elsewhere" (ISO 3166-1 has 249 countries): the fewer
// are assumed, the stricter the rule.
const POSSIBLE_REGIONS = 200;

function publishTable(cells: DayCount[], shape: Shape): Figure[] {
  const { period, through, rule } = shape;
  const regions = [...Map.groupBy(cells, ({ region }) => region)].map(([region, ofRegion]) => {
    const days = new Map(ofRegion.map(({ day, visits }) => [day, visits]));
    return { region, ...publishRegion(days, shape) };
  });
  const figures = regions
    .filter(({ visits }) => visits > 0)
    .map(({ region, visits }) => ({ region, visits }));
  if (period.kind !== "month" || period.end > through) return figures;
  const hidden = regions.flatMap(({ left }) => left ?? []);
  const possible = rule.regions - (regions.length - hidden.length);
  const { shown } = together(hidden, possible, rule);
  return shown > 0 ? [...figures, { region: ELSEWHERE, visits: shown }] : figures;
}

/** One region's figure, and what a whole month leaves over; nothing if no day of it is hidden. */
function publishRegion(
  days: Map<LocalDate, number>,
  { period, parts, through, rule }: Shape,
): { visits: number; left?: number } {
  let visits = 0;
  const leftOver: number[] = [];
  for (const part of parts) {
    const cells = part.filter((day) => day <= through).map((day) => days.get(day) ?? 0);
    const hidden = cells.filter((cell) => cell < rule.smallest);
    visits += sum(cells) - sum(hidden);
    if (hidden.length === 0 || cells.length < part.length) continue;
    const { shown, left } = together(hidden, hidden.length, rule);
    if (shown > 0) visits += shown;
    else leftOver.push(left);
  }
  if (period.kind !== "month" || period.end > through || leftOver.length === 0) return { visits };
  const { shown, left } = together(leftOver, leftOver.length, rule);
  return shown > 0 ? { visits: visits + shown } : { visits, left };
}

/** @param count how many there are, empty ones included: only that is known to everybody */
function together(values: number[], count: number, { smallest }: Rule): Group {
  const total = sum(values);
  const most = (smallest - 1) * (count - 1);
  const shown = Math.min(total, most);
  return shown >= smallest ? { shown, left: 0 } : { shown: 0, left: Math.min(total, smallest - 1) };
}

/** The largest stretches of a period that lie in one week and in one month. */
function partsOf({ start, end }: Period): LocalDate[][] {
  const parts: LocalDate[][] = [];
  for (let day = start; day <= end; day = addDays(day, 1)) {
    const part = parts.at(-1);
    if (part && weekday(day) !== 1 && !day.endsWith("-01")) part.push(day);
    else parts.push([day]);
  }
  return parts;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
