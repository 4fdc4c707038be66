import assert from "node:assert/strict";
import {
  areaOf,
  audienceOf,
  browserFamily,
  isRegion,
  languageOf,
  pageOf,
  parseVisitKey,
  type Visit,
  visitKey,
} from "../../src/domain/visit.ts";

const WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)";
const WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)";

describe("a browser's family", () => {
  for (const [family, userAgent] of [
    ["firefox", `${WINDOWS.replace(")", "; rv:140.0)")} Gecko/20100101 Firefox/140.0`],
    [
      "firefox",
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605.1 FxiOS/130.0 Safari/605",
    ],
    ["chrome", `${WINDOWS} ${WEBKIT} Chrome/140.0.0.0 Safari/537.36`],
    [
      "chrome",
      "Mozilla/5.0 (iPhone) AppleWebKit/605.1 (KHTML, like Gecko) CriOS/140.0 Safari/604.1",
    ],
    ["edge", `${WINDOWS} ${WEBKIT} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0`],
    [
      "edge",
      `Mozilla/5.0 (Linux; Android 10) ${WEBKIT} Chrome/140.0 Mobile Safari/537.36 EdgA/140`,
    ],
    ["safari", "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15"],
    ["other", `${WINDOWS} ${WEBKIT} Chrome/140.0.0.0 Safari/537.36 OPR/120.0`],
    ["text", "w3m/0.5.3+git20230121"],
    ["text", "Lynx/2.9.0dev.12 libwww-FM/2.14 SSL-MM/1.4.1"],
    ["text", "ELinks/0.16.1.1 (textmode; Linux x86_64; 80x24)"],
    ["text", "Links (2.29; Linux 6.1 x86_64; GNU C 12.2; text)"],
    ["bot", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"],
    ["bot", `${WINDOWS} ${WEBKIT} HeadlessChrome/140.0 Safari/537.36`],
    ["bot", "curl/8.5.0"],
    ["bot", "python-requests/2.32"],
    ["other", "Something/1.0"],
    ["other", ""],
    ["other", undefined],
  ] as const) {
    it(`${family}: ${userAgent}`, () => assert.equal(browserFamily(userAgent), family));
  }

  it("takes a very long or odd name without complaint", () => {
    assert.equal(browserFamily(`${"x".repeat(100_000)} Firefox/1`), "other");
    assert.equal(browserFamily("\0\uD800|"), "other");
  });
});

describe("a language", () => {
  for (const [accepted, language] of [
    ["en-US,en;q=0.9", "en"],
    ["DE", "de"],
    [" fr-CA", "fr"],
    ["zh-Hant-TW", "zh"],
    ["tlh", "other"],
    ["english", "other"],
    ["*", "other"],
    ["", "other"],
    [undefined, "other"],
    ["ana@example.com", "other"],
  ] as const) {
    it(`${accepted} is ${language}`, () => assert.equal(languageOf(accepted), language));
  }
});

describe("a page", () => {
  for (const pattern of [
    "/",
    "/pricing",
    "/book/:business/:service",
    "/appointments/:token/calendar.ics",
    "/b/:business/services/:id",
    "/privacy/promises",
  ])
    it(`${pattern} is told apart`, () => assert.equal(pageOf(pattern), pattern));

  it("is the same with a slash behind it", () => assert.equal(pageOf("/pricing/"), "/pricing"));

  for (const odd of [
    "",
    "pricing",
    "/book/Ana's",
    "/search?q=ana",
    "/a|b",
    "/%41na",
    "/a b",
    "/ana@example.com",
    `/${"a".repeat(90)}`,
    "/203.0.113.9",
  ])
    it(`${odd} is not`, () => assert.equal(pageOf(odd), "other"));

  it("belongs to an area, or to the console, which is not counted", () => {
    assert.equal(areaOf("/"), "site");
    assert.equal(areaOf("/blog/:post"), "site");
    assert.equal(areaOf("/book/:business"), "booking");
    assert.equal(areaOf("/appointments/:token"), "booking");
    assert.equal(areaOf("/my/:business"), "booking");
    assert.equal(areaOf("/waiting/:token"), "booking");
    assert.equal(areaOf("/b/:business/services"), "workspace");
    assert.equal(areaOf("/operator/statistics"), undefined);
  });

  it("is seen by a visitor, a customer or a business", () => {
    assert.equal(audienceOf("/book/:business/:service", false), "visitor");
    assert.equal(audienceOf("/book/:business/holds/:token", false), "customer");
    assert.equal(audienceOf("/appointments/:token", false), "customer");
    assert.equal(audienceOf("/my/:business", false), "customer");
    assert.equal(audienceOf("/refer/outcomes/:token", false), "visitor");
    assert.equal(audienceOf("/password/:token", false), "visitor");
    assert.equal(audienceOf("/book/:business", true), "business");
  });
});

describe("a visit's key", () => {
  const visit: Visit = {
    area: "booking",
    audience: "visitor",
    region: "US",
    page: "/book/:business",
    browser: "firefox",
    language: "en",
  };

  it("gives the visit back", () => {
    for (const region of ["US", "US-NY", "FR-Île-de-France", "local", "??"]) {
      assert.ok(isRegion(region));
      assert.deepEqual(parseVisitKey(visitKey({ ...visit, region })), { ...visit, region });
    }
    const folded: Visit = { ...visit, page: "other", browser: "other", language: "other" };
    assert.deepEqual(parseVisitKey(visitKey(folded)), folded);
  });

  for (const key of [
    "",
    "|||||",
    "console|visitor|US|/|firefox|en",
    "site|guest|US|/|firefox|en",
    "site|visitor|203.0.113.9|/|firefox|en",
    "site|visitor|US|/book/Ana's Salon|firefox|en",
    "site|visitor|US|/|Mozilla/5.0|en",
    "site|visitor|US|/|firefox|xx",
    "site|visitor|US|/|firefox|en|more",
  ])
    it(`is not ${JSON.stringify(key)}`, () => assert.equal(parseVisitKey(key), undefined));
});
