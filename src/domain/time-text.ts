const TIME = /^(\d{1,2})(?:[:.h ]?([0-5]\d))?\s*(am|pm|a\.m\.|p\.m\.)?$/i;

/** Minutes from midnight of a time as people type it: 9, 9:30, 930, 14.15, 2:15 pm; else null. */
export function parseTime(text: string): number | null {
  const [, hourText, minuteText = "0", half] = TIME.exec(text.trim()) ?? [];
  if (hourText === undefined) return null;
  const hour = Number(hourText);
  if (!half) return hour <= 23 ? hour * 60 + Number(minuteText) : null;
  if (hour < 1 || hour > 12) return null;
  const afternoon = half.toLowerCase().startsWith("p") ? 12 : 0;
  return ((hour % 12) + afternoon) * 60 + Number(minuteText);
}
