// The catalogues as files: a translator's work is complete, fits the code, and is used.
import assert from "node:assert/strict";
import { globSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { IntlMessageFormat } from "intl-messageformat";
import { type Key, languages, nameOf, say, speaking, wordsIn } from "../src/language.ts";

type Element = ReturnType<IntlMessageFormat["getAst"]>[number];

const root = join(import.meta.dirname, "..");
const folder = join(root, "src/languages");
const english = read("en");
const keys = Object.keys(english) as Key[];
const files = globSync("{src,views}/**/*.{ts,ejs}", { cwd: root }).map((file) => ({
  file,
  source: readFileSync(join(root, file), "utf8"),
}));
const sources = files.map(({ source }) => source);

/** What customers see, and what is seen by them and others alike. */
const FOR_CUSTOMERS =
  /^views\/(booking\/|errors\/|layouts\/(booking|frame)|mail\/(customer|my_link|erasure|partials\/(appointment|powered-by))\b|partials\/(errors|field|fields|honeypot|powered-by|select|sentence|starts|token)\.)/;

function read(language: string): Record<string, string> {
  return JSON.parse(readFileSync(join(folder, `${language}.json`), "utf8")) as typeof english;
}

/** What a message names, as "{name}", "<tag>" or "{name, plural}". */
function named(elements: readonly Element[]): string[] {
  const names = elements.flatMap((element): string[] => {
    if ("options" in element) {
      const kind = "pluralType" in element ? "plural" : "select";
      const inside = Object.values(element.options).flatMap(({ value }) => named(value));
      return [`{${element.value}, ${kind}}`, ...inside];
    }
    if ("children" in element) return [`<${element.value}>`, ...named(element.children)];
    const isLiteral = (element.type as number) === 0;
    return "value" in element && !isLiteral ? [`{${element.value}}`] : [];
  });
  return [...new Set(names)].toSorted();
}

function placeholders(message: string, language: string): string[] {
  return named(new IntlMessageFormat(message, language).getAst());
}

/** The plural forms that a message tells apart. */
function pluralForms(message: string, language: string): string[][] {
  return new IntlMessageFormat(message, language)
    .getAst()
    .flatMap((element) => ("pluralType" in element ? [Object.keys(element.options)] : []));
}

describe("the catalogues", () => {
  it("are read from their folder, English first", () => {
    const found = readdirSync(folder).map((file) => file.replace(".json", ""));
    assert.deepEqual([...languages].toSorted(), found.toSorted());
    assert.equal(languages[0], "en");
    assert.equal(new Set(languages.map(nameOf)).size, languages.length);
  });

  it("have no sentence in English that nobody says", () => {
    const said = sources.join("\n");
    const parts = (key: string) => key.split(".");
    const computed = (key: string) =>
      /^(language|error)\./.test(key) || said.includes(`\`${parts(key)[0]}.$\{`);
    const unused = keys.filter(
      (key) => !said.includes(`"${key}"`) && !said.includes(`'${key}'`) && !computed(key),
    );
    assert.deepEqual(unused, []);
  });

  it("have every sentence that a view says", () => {
    const said = sources.flatMap((source) =>
      [...source.matchAll(/\b(?:t|parts)\(['"]([\w.]+)['"]/g)].map(([, key = ""]) => key),
    );
    assert.ok(said.length > 80);
    assert.deepEqual(
      said.filter((key) => !(key in english)),
      [],
    );
  });

  for (const { file, source } of files.filter((one) => FOR_CUSTOMERS.test(one.file)))
    it(`are where ${file} takes its words from`, () => {
      const code = [...source.matchAll(/<%[^#][^]*?%>/g)].join("\n");
      const own = source.replaceAll(/<%[^]*?%>/g, "\u0000").replaceAll(/&\w+;/g, " ");
      const labels = own.matchAll(/\b(?:aria-label|title|alt|placeholder)="([^"]*)"/g);
      const words = [
        own.replaceAll(/<[^>]*>/g, " "),
        ...[...labels].map(([, label = ""]) => label),
      ];
      for (const text of words) assert.doesNotMatch(text, /\p{L}/u);
      assert.doesNotMatch(code, /['"`](?:[A-Z][a-z]+['"`]|[A-Z]?[a-z]+ [a-z]+)/, "quoted in code");
    });

  it("are where the booking area takes its words from", () => {
    for (const { file, source } of files.filter((one) => one.file.startsWith("src/booking/"))) {
      const code = source.replaceAll(/\/\*[^]*?\*\/|\/\/.*|import[^;]*;/g, "");
      assert.doesNotMatch(code, /(["`])[A-Z][a-z]+ [a-z]+[^"`\n]*\1/, file);
      assert.doesNotMatch(code, /\b(title|label|hint): ["`]/, file);
    }
  });

  for (const language of languages) {
    const catalogue = read(language);

    it(`${language} lacks no sentence and has none too many, in the same order`, () => {
      assert.deepEqual(Object.keys(catalogue), keys);
    });

    it(`${language} leaves nothing empty`, () => {
      for (const [key, text] of Object.entries(catalogue))
        assert.match(text, /^\S[^]*\S$|^\S$/, key);
    });

    it(`${language} names the same placeholders and tags as English`, () => {
      for (const key of keys)
        assert.deepEqual(
          placeholders(catalogue[key] ?? "", language),
          placeholders(english[key] ?? "", "en"),
          key,
        );
    });

    it(`${language} tells its plurals apart as the language does`, () => {
      const wanted = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
      for (const [key, text] of Object.entries(catalogue))
        for (const forms of pluralForms(text, language)) {
          const missing = forms.includes("other") ? [] : ["other"];
          assert.deepEqual(missing, [], key);
          assert.ok(
            forms.every((form) => form.startsWith("=") || wanted.includes(form as "other")),
            key,
          );
        }
    });
  }
});

describe("words", () => {
  const es = wordsIn("es", "America/New_York");

  it("count as the language does", () => {
    assert.equal(es.t("minutes", { minutes: 1 }), "1 minuto");
    assert.equal(es.t("minutes", { minutes: 45 }), "45 minutos");
    assert.equal(wordsIn("en").t("minutes", { minutes: 1 }), "1 minute");
  });

  it("of an unknown language are English", () => {
    for (const language of ["", "xx", "../en", "en-GB"])
      assert.equal(wordsIn(language).language, "en");
  });

  it("keep to the habits of the business's country where the language has them", () => {
    const locales = ["America/New_York", "America/Mexico_City", "Europe/Madrid", "Asia/Tokyo"];
    assert.deepEqual(
      [...locales, "UTC", "nonsense"].map((zone) => wordsIn("es", zone).locale),
      ["es-US", "es-MX", "es-ES", "es-JP", "es", "es"],
    );
    assert.equal(wordsIn("en", "Europe/London").locale, "en-US");
  });

  it("give links as parts, and plain text without them", () => {
    const link = { href: "/book/demo" };
    assert.deepEqual(wordsIn("en").parts("taken.yours", {}, { link }), [
      { text: "If that was you, pressing twice, the time is kept for you: " },
      { text: "go on to your details", href: "/book/demo" },
      { text: "." },
    ]);
    assert.match(es.t("taken.yours"), /la hora: continúe con sus datos\.$/);
  });

  it("take what is filled in as it is", () => {
    const business = "<b>'{x}' & Söhne</b>";
    assert.equal(es.t("services.title", { business }), `Reservar cita con ${business}`);
  });

  it("are found for a sentence when it is shown, in English for logs", () => {
    const sentence = say("form.too_long", { max: 5 });
    assert.equal(String(sentence), "Use 5 characters or fewer");
    assert.equal(sentence.in(es), "Use 5 caracteres como máximo");
    assert.equal(speaking(es, sentence.error), "Use 5 caracteres como máximo");
    assert.equal(sentence.error(), "Use 5 characters or fewer");
  });
});
