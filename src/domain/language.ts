// Which language a page is in. Languages are BCP 47 tags such as "en"; a browser says in
// Accept-Language (RFC 9110 section 12.5.4) which ones its reader prefers.

const LONGEST_HEADER = 500; // characters; who says more has said enough

/** What a business says of its languages. */
export type Speaker = { language: string; otherLanguages: boolean };
/** What is known of whom it is for, the strongest wish first. */
export type Wishes = {
  /** Picked on a page. */
  picked?: string | undefined;
  /** What the browser prefers. */
  preferred?: string | undefined;
  /** What she booked in. */
  remembered?: string | null | undefined;
};

/**
 * The first language of an Accept-Language header that is among ours, by lookup (RFC 4647 section
 * 3.4): "es-MX" finds "es". Undefined when there is none, or when any will do ("*").
 */
export function preferredLanguage(
  header: string | undefined,
  ours: readonly string[],
): string | undefined {
  for (const range of rangesOf(header ?? "")) {
    if (range === "*") return undefined;
    const found = lookup(range, ours);
    if (found) return found;
  }
  return undefined;
}

/** The language for one reader: hers if the business offers it, else the business's own. */
export function chooseLanguage(
  { language, otherLanguages }: Speaker,
  { picked, preferred, remembered }: Wishes,
): string {
  return otherLanguages ? (picked ?? preferred ?? remembered ?? language) : language;
}

/** The path or address with this language instead of any other it names. */
export function withLanguage(address: string, language: string): string {
  const [, before = "", query = "", anchor = ""] = /^([^?#]*)\??([^#]*)(.*)$/.exec(address) ?? [];
  const kept = query.split("&").filter((pair) => pair && !/^lang(=|$)/.test(pair));
  return `${before}?${[...kept, `lang=${language}`].join("&")}${anchor}`;
}

/** The ranges of the header that are wanted at all, the best first. */
function rangesOf(header: string): string[] {
  return header
    .slice(0, LONGEST_HEADER)
    .split(",")
    .map(readRange)
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ range }) => range);
}

function readRange(text: string): { range: string; weight: number } {
  const [range = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith("q="));
  const known = /^(\*|[a-z]{1,8}(-[a-z\d]{1,8})*)$/.test(range);
  return { range, weight: known ? weightOf(quality?.slice(2)) : 0 };
}

function weightOf(quality = "1"): number {
  return /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(quality) ? Number(quality) : 0;
}

function lookup(range: string, ours: readonly string[]): string | undefined {
  for (let tag = range; tag; tag = tag.slice(0, Math.max(tag.lastIndexOf("-"), 0))) {
    const found = ours.find((one) => one.toLowerCase() === tag);
    if (found) return found;
  }
  return undefined;
}
