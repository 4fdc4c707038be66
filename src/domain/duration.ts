// Lengths of time in words: one unit where that says it all, else the two largest.
const UNITS = [
  { name: "week", minutes: 7 * 1440 },
  { name: "day", minutes: 1440 },
  { name: "hour", minutes: 60 },
  { name: "minute", minutes: 1 },
];

/** 90 as "1 hour 30 minutes", 2880 as "2 days", 0 as "none". */
export function durationText(minutes: number): string {
  const parts: string[] = [];
  let rest = minutes;
  for (const { name, minutes: unit } of UNITS) {
    const count = Math.floor(rest / unit);
    rest -= count * unit;
    if (count > 0) parts.push(`${count} ${name}${count === 1 ? "" : "s"}`);
  }
  return parts.join(" ") || "none";
}
