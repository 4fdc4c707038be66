/** How long something is kept: "2 years" where the days are whole years, else "90 days". */
export function durationOfDays(days: number): string {
  const [count, unit] = days % 365 === 0 ? [days / 365, "year"] : [days, "day"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
