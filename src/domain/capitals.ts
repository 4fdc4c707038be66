/** With a capital first letter, as headings have it where weekdays are written small. */
export function capitalized(text: string, locale: string): string {
  const [first = ""] = text;
  return first.toLocaleUpperCase(locale) + text.slice(first.length);
}
