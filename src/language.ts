// What pages and mails say to customers, in every language there is a catalogue for: one file of ICU
// messages each in src/languages, named by its language tag.
//
// How to add a sentence: give it a key in en.json and es.json (flat, the page's name first:
// "times.week_full"), with {placeholders} for what changes; and say it with
//   t("services.none", { phone })                        in a view
//   wordsOf(res).t("details.title")                      in a controller (src/web/language.ts)
//   line(say("details.name_missing"))                    as a form's message
//   throw new TooLate(say("refusal.too_late"))           as an error that a customer may see
//   include('/partials/sentence', { said: parts("taken.none", { phone }, { link: { href } }) })
//                                                        with <link>…</link> in the message
// Never put a sentence together from parts in code: word order differs. Dates, times, money and
// lengths are formatted before (formatInstant and its like, with words.locale) and handed in as text.
// test/languages.test.ts finds keys that are missing, unused or have other placeholders.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { IntlMessageFormat } from "intl-messageformat";
import { config } from "../config/index.ts";
import { countryOf } from "./countries.ts";
import { remember } from "./domain/remember.ts";
import type { Zone } from "./domain/time.ts";
import inEnglish from "./languages/en.json" with { type: "json" };

export type Key = keyof typeof inEnglish;
export type Values = Record<string, string | number>;
/** What stands around the text of a <tag> in a message, for views/partials/sentence. */
export type Tag = {
  href?: string;
  /** The link leads out of a frame: it goes where the whole window is. */
  whole?: boolean;
  datetime?: string;
  strong?: boolean;
  block?: string;
};
export type Part = Tag & { text: string };
export type Tags = Record<string, Tag>;

/** A catalogue as it speaks to the people of one country. */
export type Words = {
  /** BCP 47, for `lang`. */
  language: string;
  /** The same or narrower, for dates, numbers and money. */
  locale: string;
  /** A message as plain text, without its tags. */
  t: (key: Key, values?: Values) => string;
  /** A message with its tags, each with what it stands for; a value may be such a part too. */
  parts: (key: Key, values: Record<string, string | number | Part>, tags: Tags) => Part[];
};

/** A sentence not yet in any language: forms and errors carry it to where it is shown. */
export class Sentence {
  readonly #key: Key;
  readonly #values: Values | undefined;
  /** zod asks this; it answers in the words of `speaking`. */
  readonly error = (): string => this.in(spoken);

  constructor(key: Key, values?: Values) {
    this.#key = key;
    this.#values = values;
  }

  in(words: Words): string {
    return words.t(this.#key, this.#values);
  }

  /** For logs, and wherever else English is spoken. */
  toString(): string {
    return this.in(english);
  }
}

const DEFAULT = "en";
const folder = join(config.root, "src/languages");
const catalogues: ReadonlyMap<string, Record<string, string>> = readCatalogues();

/** The languages there are, the default first. */
export const languages: readonly string[] = [...catalogues.keys()];

/** The words of a language for people of the country that has this zone; English if unknown. */
export function wordsIn(language: string, zone: Zone = ""): Words {
  const known = catalogues.has(language) ? language : DEFAULT;
  return wordsFor(`${known} ${localeFor(`${known} ${zone}`)}`);
}

/** What a language calls itself. */
export function nameOf(language: string): string {
  return wordsIn(language).t("language.name");
}

export function say(key: Key, values?: Values): Sentence {
  return new Sentence(key, values);
}

/** What `work` says at once (it cannot wait) is in these words. */
export function speaking<T>(words: Words, work: () => T): T {
  const before = spoken;
  spoken = words;
  try {
    return work();
  } finally {
    spoken = before;
  }
}

const wordsFor = remember(500, (key: string): Words => {
  const [language = DEFAULT, locale = language] = key.split(" ");
  const message = remember(5000, (name: string) => compiled(textOf(name, language), locale));
  return {
    language,
    locale,
    t: (name, values) => plain(message(name), values),
    parts: (name, values, tags) => inParts(message(name), values, tags),
  };
});

/** "es" for people of New York is "es-US"; a catalogue that names a country itself keeps it. */
const localeFor = remember(1000, (key: string): string => {
  const [language = DEFAULT, zone = ""] = key.split(" ");
  const locale = textOf("language.locale", language);
  const country = locale.includes("-") ? undefined : countryOf(zone);
  const [known] = country ? Intl.DateTimeFormat.supportedLocalesOf(`${locale}-${country}`) : [];
  return known ?? locale;
});

export const english = wordsIn(DEFAULT);
let spoken = english;

/** With the names of its tags, and the text itself where there is nothing to fill in. */
type Message = { format: IntlMessageFormat; tags: string[]; text: string | undefined };

function readCatalogues(): Map<string, Record<string, string>> {
  const names = readdirSync(folder).flatMap((file) => /^(.+)\.json$/.exec(file)?.[1] ?? []);
  const read = names.toSorted().map((name): [string, Record<string, string>] => {
    const text = readFileSync(join(folder, `${name}.json`), "utf8");
    return [name, JSON.parse(text) as Record<string, string>];
  });
  return new Map([[DEFAULT, inEnglish], ...read]);
}

/** What a catalogue lacks is said in English. */
function textOf(name: string, language: string): string {
  const text = catalogues.get(language)?.[name] ?? (inEnglish as Record<string, string>)[name];
  if (text === undefined) throw new Error(`no catalogue has the sentence ${name}`);
  return text;
}

function compiled(text: string, locale: string): Message {
  const tags = [...text.matchAll(/<(\w+)>/g)].map(([, name = ""]) => name);
  const isPlain = !/[{<']/.test(text);
  return { format: new IntlMessageFormat(text, locale), tags, text: isPlain ? text : undefined };
}

function plain({ format, tags, text }: Message, values?: Values): string {
  if (text !== undefined) return text;
  const parts = format.formatToParts<string>({ ...values, ...eachTag(tags, () => textIn) });
  return parts.map(({ value }) => value).join("");
}

function inParts(message: Message, values: Record<string, string | number | Part>, tags: Tags) {
  const tagged = eachTag(message.tags, (name) => (inside: Inside) => ({
    ...tags[name],
    text: textIn(inside),
  }));
  const parts = message.format.formatToParts<Part>({ ...values, ...tagged });
  return parts.map(({ value }) => (typeof value === "object" ? value : { text: value }));
}

type Inside = Array<string | Part>;

function eachTag<T>(tags: string[], make: (name: string) => T): Record<string, T> {
  return Object.fromEntries(tags.map((name) => [name, make(name)]));
}

function textIn(inside: Inside): string {
  return inside.map((part) => (typeof part === "string" ? part : part.text)).join("");
}
