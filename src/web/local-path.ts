/**
 * A path of our own to go on to, as it was asked for, or undefined: what leads to another site, or
 * could be read so by some browser, leads nowhere.
 */
export function localPath(asked: unknown): string | undefined {
  if (typeof asked !== "string" || asked.length > 2000) return undefined;
  // A backslash is a slash to browsers, and controls are left out: "/\t/evil" is "//evil".
  if (!/^\/(?![/\\])[^\\\p{Cc}\s]*$/u.test(asked)) return undefined;
  const base = "http://here.invalid";
  return URL.canParse(asked, base) && new URL(asked, base).origin === base ? asked : undefined;
}
