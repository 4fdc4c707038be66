// A day's hours as people write them: "9-12:30, 1:30pm-6pm, 22:00-06:00".

/** Minutes from midnight; `to` may pass 1440: past midnight, into the next morning. */
export type Range = { from: number; to: number };
export type Read = { ranges: Range[] } | { problem: string };

const DAY = 1440;
const LONGEST_TEXT = 200;
const MOST_RANGES = 12;
const MOST_TIMES = 30;
// Who writes 9-5 means the afternoon, not 20 hours; a longer night can be written as two days'.
const LONGEST_NIGHT = 12 * 60;

/** As the form shows them again: "9:00-12:30, 22:00-6:00"; "" for a day off. */
export function formatRanges(ranges: readonly Range[]): string {
  return ranges.map(formatRange).join(", ");
}

export function formatRange({ from, to }: Range): string {
  return `${clock(from)}-${clock(to > DAY ? to - DAY : to)}`;
}

/**
 * The ranges in the order of the day, or what is wrong with the text, in words for who typed it.
 * Ranges of one day may touch but not overlap.
 */
export function parseRanges(text: string): Read {
  if (text.length > LONGEST_TEXT) return { problem: `Use ${LONGEST_TEXT} characters or fewer` };
  const parts = text.split(/[,;\n]|\band\b|&/i).map((part) => part.trim());
  const written = parts.filter((part) => part !== "");
  if (written.length === 0 || isDayOff(text)) return { ranges: [] };
  if (written.length > MOST_RANGES) return { problem: `Use at most ${MOST_RANGES} ranges a day` };
  const read = written.map(parseRange);
  const wrong = read.find((one) => "problem" in one);
  if (wrong) return wrong;
  const ranges = read.flatMap((one) => ("range" in one ? [one.range] : []));
  return withoutOverlap(ranges.toSorted((a, b) => a.from - b.from || a.to - b.to));
}

/** Times of a day as the form shows them again: "9:00, 18:30". */
export function formatTimes(minutes: readonly number[]): string {
  return minutes.map(clock).join(", ");
}

/** Single times of one day, each once and in order, or what is wrong with the text. */
export function parseTimes(text: string): { times: number[] } | { problem: string } {
  if (text.length > LONGEST_TEXT) return { problem: `Use ${LONGEST_TEXT} characters or fewer` };
  const parts = text.split(/[,;\n]|\band\b|&/i).map((part) => part.trim());
  const written = parts.filter((part) => part !== "");
  if (written.length === 0 || isDayOff(text)) return { times: [] };
  if (written.length > MOST_TIMES) return { problem: `Use at most ${MOST_TIMES} times a day` };
  const times = written.map((part) => {
    const time = parseTime(part);
    return time && inHalf(time, time.half) % DAY;
  });
  const wrong = times.indexOf(undefined);
  if (wrong !== -1) return { problem: `“${written[wrong]}” is not a time like 9:00 or 18:30` };
  const known = times.filter((time) => time !== undefined);
  return { times: [...new Set(known)].toSorted((a, b) => a - b) };
}

type Half = "am" | "pm" | undefined;
type Time = { hour: number; minute: number; half: Half };

function clock(minutes: number): string {
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
}

function isDayOff(text: string): boolean {
  return /^\s*(closed|off|none|[-–—])\s*$/i.test(text);
}

function parseRange(text: string): { range: Range } | { problem: string } {
  const [first = "", last = "", ...rest] = text.split(/\s*(?:[-–—]|\bto\b|\buntil\b)\s*/i);
  const from = parseTime(first);
  const to = parseTime(last);
  if (!from || !to || rest.length > 0)
    return { problem: `“${text}” is not a range of times like 9:00-17:30` };
  return rangeOf(text, from, to);
}

function rangeOf(text: string, from: Time, to: Time): { range: Range } | { problem: string } {
  const [start, end] = minutesOf(from, to);
  if (start === DAY) return rangeOf(text, { hour: 0, minute: 0, half: undefined }, to);
  if (start === end)
    return { problem: `“${text}” ends when it begins; for a whole day write 0:00-24:00` };
  if (start < end) return { range: { from: start, to: end } };
  const night = { from: start, to: end + DAY };
  if (night.to - night.from <= LONGEST_NIGHT) return { range: night };
  return {
    problem: `“${text}” would last until ${clock(end)} the next morning; for the afternoon write ${clock(start)}-${clock((end + DAY / 2) % DAY)}`,
  };
}

function parseTime(text: string): Time | undefined {
  if (/^noon$/i.test(text)) return { hour: 12, minute: 0, half: undefined };
  if (/^midnight$/i.test(text)) return { hour: 24, minute: 0, half: undefined };
  const [, hours, minutes = "0", letter] = TIME.exec(text) ?? [];
  if (hours === undefined) return undefined;
  const time: Time = { hour: Number(hours), minute: Number(minutes), half: halfOf(letter) };
  return isTime(time) ? time : undefined;
}

// 9, 9:30, 9.30, 9h30, 930, 9 am, 9:30 p.m.
const TIME = /^(\d{1,2}?)(?:[:.h]?(\d\d))?\s*(?:h|([ap])\.?m?\.?)?$/i;

function halfOf(letter: string | undefined): Half {
  if (letter === undefined) return undefined;
  return letter.toLowerCase() === "a" ? "am" : "pm";
}

function isTime({ hour, minute, half }: Time): boolean {
  if (minute > 59) return false;
  if (half) return hour >= 1 && hour <= 12;
  return hour < 24 || (hour === 24 && minute === 0);
}

// A half of the day that is written once goes for both ends: 1-5pm, and 9-5pm as well as 9am-5.
function minutesOf(from: Time, to: Time): [number, number] {
  if (from.half === undefined && to.half !== undefined && from.hour <= 12 && from.hour >= 1) {
    const end = inHalf(to, to.half);
    const same = inHalf(from, to.half);
    return [same < end ? same : inHalf(from, to.half === "am" ? "pm" : "am"), end];
  }
  if (from.half !== undefined && to.half === undefined && to.hour <= 12 && to.hour >= 1) {
    const start = inHalf(from, from.half);
    const same = inHalf(to, from.half);
    return [start, start < same ? same : inHalf(to, from.half === "am" ? "pm" : "am")];
  }
  return [inHalf(from, from.half), inHalf(to, to.half)];
}

function inHalf({ hour, minute }: Time, half: Half): number {
  if (half === undefined) return hour * 60 + minute;
  return ((hour % 12) + (half === "pm" ? 12 : 0)) * 60 + minute;
}

function withoutOverlap(ranges: Range[]): Read {
  for (const [i, range] of ranges.entries()) {
    const next = ranges[i + 1];
    if (next && next.from < range.to)
      return { problem: `${formatRange(range)} and ${formatRange(next)} overlap` };
  }
  return { ranges };
}
