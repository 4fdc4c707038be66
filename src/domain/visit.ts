// A visit is a page shown, and of it is known only what stands here. It has no person, no session,
// no business and no instant, and nothing of the address but the region.

export const AREAS = ["site", "booking", "workspace"] as const;
export const AUDIENCES = ["visitor", "customer", "business"] as const;
export const BROWSERS = ["firefox", "chrome", "safari", "edge", "text", "bot", "other"] as const;
export type Area = (typeof AREAS)[number];
export type Audience = (typeof AUDIENCES)[number];
export type Browser = (typeof BROWSERS)[number];
export type Visit = {
  area: Area;
  audience: Audience;
  /** Country ("US"), country and state ("US-NY"), "local" or "??". */
  region: string;
  /** A route's pattern, such as "/book/:business". */
  page: string;
  browser: Browser;
  /** A primary language tag of a list of them, or "other". */
  language: string;
};

/** What stands for a page or a language that is not told apart. */
export const OTHER = "other";
export const UNKNOWN_REGION = "??";

/** The area a route's pattern belongs to; pages of the operator console are not counted. */
export function areaOf(pattern: string): Area | undefined {
  const [, first = ""] = pattern.split("/");
  if (first === "operator") return undefined;
  if (first === "b") return "workspace";
  return BOOKING.has(first) ? "booking" : "site";
}

/** Somebody of a business is signed in; a customer has a link or a hold of her own. */
export function audienceOf(pattern: string, signedIn: boolean): Audience {
  if (signedIn) return "business";
  const hers = pattern.includes("/:token") || /^\/my(\/|$)/.test(pattern);
  return hers && areaOf(pattern) === "booking" ? "customer" : "visitor";
}

/** The pattern if it is one: anything that may be an address somebody typed is not told apart. */
export function pageOf(pattern: string): string {
  const page = pattern.length > 1 ? pattern.replace(/\/+$/, "") : pattern;
  return page.length <= LONGEST_PAGE && PATTERN.test(page) ? page : OTHER;
}

/** The family, without version or system. Programs that say so are bots. */
export function browserFamily(userAgent: string | undefined): Browser {
  const text = (userAgent ?? "").slice(0, 400);
  return families.find(([, pattern]) => pattern.test(text))?.[0] ?? "other";
}

/** The first language of Accept-Language: the one the browser prefers, by custom if not by rule. */
export function languageOf(acceptLanguage: string | undefined): string {
  const tag = /^\s*([A-Za-z]{2,3})(?![A-Za-z])/.exec(acceptLanguage ?? "")?.[1]?.toLowerCase();
  return tag && LANGUAGES.has(tag) ? tag : OTHER;
}

/** A visit as one line of text, the same for the same visit. */
export function visitKey({ area, audience, region, page, browser, language }: Visit): string {
  return [area, audience, region, page, browser, language].join("|");
}

/** The visit of a key; undefined for anything `visitKey` does not make. */
export function parseVisitKey(key: string): Visit | undefined {
  const [area, audience, region = "", page = "", browser, language = "", more] = key.split("|");
  const visit = {
    area: AREAS.find((name) => name === area),
    audience: AUDIENCES.find((name) => name === audience),
    browser: BROWSERS.find((name) => name === browser),
  };
  const known =
    isRegion(region) && pageOf(page) === page && (language === OTHER || LANGUAGES.has(language));
  if (!visit.area || !visit.audience || !visit.browser || !known || more !== undefined)
    return undefined;
  return {
    area: visit.area,
    audience: visit.audience,
    region,
    page,
    browser: visit.browser,
    language,
  };
}

/** Whether it is a region's code as `visitKey` takes it. */
export function isRegion(text: string): boolean {
  return text === UNKNOWN_REGION || text === "local" || REGION.test(text);
}

/** A country's name, and the state as the database has it. */
export function regionName(region: string): string {
  if (region === UNKNOWN_REGION) return "Unknown";
  if (region === "local") return "Our own network";
  const [, country = region, state] = /^([A-Z]{2})(?:-(.+))?$/.exec(region) ?? [];
  const name = countries.of(country) ?? country;
  return state ? `${name}, ${state}` : name;
}

/** What people call a family of browsers. */
export function browserName(browser: Browser): string {
  return browserNames[browser];
}

const countries = new Intl.DisplayNames(["en"], { type: "region" });
const browserNames: Record<Browser, string> = {
  firefox: "Firefox",
  chrome: "Chrome",
  safari: "Safari",
  edge: "Edge",
  text: "A text browser",
  bot: "A program",
  other: "Another browser",
};

const BOOKING = new Set(["book", "appointments", "my", "waiting"]);
const LONGEST_PAGE = 80; // characters
const PATTERN = /^(other|\/|(\/(:[A-Za-z]+|[a-z][a-z0-9-]*(\.[a-z]+)?))+)$/;
// A state is its ISO 3166-2 code, or its name where the database has only that.
const REGION = /^[A-Z]{2}(-[\p{L}\p{M}\d][\p{L}\p{M}\d .'’()-]{0,39})?$/u;

// The first that fits counts: browsers also name those they descend from.
const families: ReadonlyArray<readonly [Browser, RegExp]> = [
  ["text", /^(lynx|links|elinks|w3m|edbrowse|netsurf|dillo)\b/i],
  [
    "bot",
    /bot\b|bot[/;_-]|crawl|spider|slurp|scan|monitor|preview|fetch|headless|curl|wget|python|java\/|go-http|okhttp|libwww|axios|undici|facebookexternal|lighthouse/i,
  ],
  ["edge", /\bEdg(e|A|iOS)?\//],
  ["other", /\b(OPR|Opera|SamsungBrowser|YaBrowser|UCBrowser|Vivaldi|DuckDuckGo)\b/],
  ["firefox", /\b(Firefox|FxiOS)\//],
  ["chrome", /\b(Chrome|CriOS|Chromium)\//],
  ["safari", /\bVersion\/[\d.]+.*\bSafari\//],
];

// Those that most browsers are set to: a rarer one would tell too much beside a region.
const LANGUAGES = new Set(
  "ar bg bn cs da de el en es et fa fi fr he hi hr hu id it ja ko lt lv ms nb nl no pl pt ro ru sk sl sr sv th tl tr uk ur vi zh".split(
    " ",
  ),
);
