// The part of an address that names a business or a service: /book/anas-salon/haircut.

const LONGEST = 60;

/** A slug made from a name, or `fallback` where the name has no letter or digit of ours. */
export function slugOf(name: string, fallback: string): string {
  const slug = name
    .normalize("NFKD")
    .replace(/[\p{M}'’]/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, LONGEST)
    .replace(/^-+|-+$/g, "");
  return slug || fallback;
}

/** Small letters and digits, in words joined by single hyphens. */
export function isSlug(text: string): boolean {
  return text.length <= LONGEST && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text);
}

/** The slug itself if it is free, else with the first number that is: cut, cut-2, cut-3. */
export function freeSlug(slug: string, isTaken: (slug: string) => boolean): string {
  let free = slug;
  const stem = slug.slice(0, LONGEST - 6).replace(/-$/, "");
  for (let n = 2; isTaken(free); n++) free = `${stem}-${n}`;
  return free;
}
