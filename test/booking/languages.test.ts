// Customers' pages and mails in their own language, as the business offers it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ICAL from "ical.js";
import { type CheerioAPI, load } from "cheerio";
import supertest from "supertest";
import { config } from "../../config/index.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { formToken } from "../../src/web/form-token.ts";
import {
  bookHaircut,
  moveHaircut,
  cancelHaircut,
  HOUR,
  sendDue,
  START,
} from "../support/bookings.ts";
import { type Page, visitor } from "../support/browser.ts";
import { furnished, type Furnished } from "../support/furnished.ts";
import { samples } from "../support/pages.ts";
import { mailsTo, withSink } from "../support/post.ts";
import type { SmtpSink } from "../support/smtp-sink.ts";
import { MONDAY, open, upcoming, type World, world } from "../support/world.ts";

const BOOK = "/book/anas-salon";
const MARY = { name: "Mary Major", email: "mary@example.com" };
const monday = upcoming(1, 600);
const TIMES = `${BOOK}/haircut?from=${monday.date}`;

const [english, spanish] = ["en", "es"].map(catalogue) as [Catalogue, Catalogue];

type Catalogue = Record<string, string>;

function catalogue(language: string): Catalogue {
  const file = join(config.root, "src/languages", `${language}.json`);
  return JSON.parse(readFileSync(file, "utf8")) as Catalogue;
}

/** What is left of English sentences on a page in Spanish. */
function englishIn($: CheerioAPI): string[] {
  const said = new Set(Object.values(spanish));
  const sentences = Object.entries(english)
    .filter(([key, text]) => !key.startsWith("language.") && !said.has(text))
    .flatMap(([, text]) => text.split(/\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|<\/?\w+>|\n/))
    .map((text) => text.trim());
  const labels = $("[aria-label]")
    .toArray()
    .map((one) => $(one).attr("aria-label") ?? "");
  const texts = $("title, body *")
    .contents()
    .toArray()
    .flatMap((node) => ("data" in node ? [node.data.trim()] : []));
  const shown = [...labels, ...texts];
  // A name is the same in every language.
  return sentences
    .filter((sentence) =>
      shown.some((text) => text === sentence || (sentence.length > 14 && text.includes(sentence))),
    )
    .filter((sentence) => /[a-z]/.test(sentence) && sentence !== "Plainbook");
}

describe("the language of the booking pages", () => {
  let cast: World;
  beforeEach(async () => {
    cast = await world();
  });

  async function headers(path: string, languages = "") {
    const { headers: sent } = await supertest(await open())
      .get(path)
      .set("Accept-Language", languages);
    return [sent["content-language"], sent.vary];
  }

  function speaks(page: Page, language: "en" | "es"): void {
    assert.equal(page.$("html").attr("lang"), language);
    assert.match(
      page.$("main").text(),
      language === "es" ? /Elija|horas libres|cita/ : /Choose|free times|appointment/,
    );
  }

  it("is the first of the browser's that there is, else the business's", async () => {
    for (const [languages, language] of [
      ["es-MX, en;q=0.5", "es"],
      ["en, es;q=0.9", "en"],
      ["tlh, es;q=0.2", "es"],
      ["tlh", "en"],
      [undefined, "en"],
    ] as const)
      for (const path of [BOOK, TIMES]) speaks(await visitor(languages).get(path), language);
    await cast.salon.change({ language: "es" });
    speaks(await visitor("tlh").get(BOOK), "es");
    speaks(await visitor().get(BOOK), "es");
    speaks(await visitor("en").get(BOOK), "en");
  });

  it("is told to programs, and kept apart from other answers", async () => {
    assert.deepEqual(await headers(TIMES, "es"), ["es", "Accept-Encoding, Accept-Language"]);
    assert.deepEqual(await headers(TIMES, "es"), ["es", "Accept-Encoding, Accept-Language"]);
    assert.deepEqual(await headers(TIMES), ["en", "Accept-Encoding, Accept-Language"]);
    assert.deepEqual(await headers("/"), [undefined, "Accept-Encoding"]);
  });

  it("is kept by a page that many are sent", async () => {
    for (const languages of ["es", "en", "es-AR, en", "tlh", "es"])
      for (const again of [1, 2])
        assert.equal(
          (await visitor(languages).get(TIMES)).$("html").attr("lang"),
          languages.startsWith("es") ? "es" : "en",
          `${languages}, ${again}`,
        );
  });

  it("is the business's alone when it offers no other", async () => {
    await cast.salon.change({ otherLanguages: false });
    const page = await visitor("es").get(`${TIMES}&lang=es`);
    speaks(page, "en");
    assert.equal(page.$("[hreflang]").length, 0);
    await cast.salon.change({ language: "es" });
    speaks(await visitor("en").get(`${TIMES}&lang=en`), "es");
  });

  it("can be picked on each page, by its own name, and stays picked", async () => {
    const mary = visitor("en");
    const offer = (page: Page, language: string) => page.$(`header [hreflang=${language}]`);
    const services = await mary.get(BOOK);
    assert.equal(offer(services, "en").length, 0);
    assert.equal(offer(services, "es").text(), "Español");
    assert.equal(offer(services, "es").attr("lang"), "es");
    const picked = await mary.get(offer(services, "es").attr("href") ?? "");
    speaks(picked, "es");
    assert.equal(offer(picked, "en").text(), "English");
    const times = await mary.get(picked.$("main a").first().attr("href") ?? "");
    speaks(times, "es");
    assert.equal(times.$("form[method=get] input[name=lang]").val(), "es");
    const held = await mary.submit(`${TIMES}&lang=es`, { start: monday.iso }, "lang=es");
    const form = await mary.get(held.location);
    assert.equal(form.$("html").attr("lang"), "es");
    const booked = await mary.submit(held.location, MARY);
    speaks(await mary.get(booked.location), "es");
    const [row] = await rows<{ language: string }>("SELECT language FROM appointments");
    assert.equal(row?.language, "es");
    const moved = await mary.submit(
      booked.location.replace("?", "/rescheduling?"),
      { start: upcoming(1, 660).iso },
      "rescheduling?lang=es",
    );
    speaks(await mary.get(moved.location), "es");
    const cancelled = await mary.submit(moved.location, {}, "cancellation?lang=es");
    speaks(await mary.get(cancelled.location), "es");
  });

  it("picked is none that there is not, and changes no other question", async () => {
    for (const lang of ["xx", "../en", "ES", "es&lang=en"])
      speaks(await visitor().get(`${TIMES}&lang=${lang}`), "en");
    const { $ } = await visitor().get(`${TIMES}&lang=es&staff=${cast.benStaff.id}`);
    const href = $("header [hreflang=en]").attr("href") ?? "";
    assert.deepEqual(Object.fromEntries(new URL(href, "http://a").searchParams), {
      from: monday.date,
      staff: String(cast.benStaff.id),
      lang: "en",
    });
  });

  it("is remembered with the appointment, for a browser that asks for none of ours", async () => {
    const mary = visitor("es");
    const held = await mary.submit(TIMES, { start: monday.iso }, "/haircut");
    const { location } = await mary.submit(held.location, MARY);
    assert.equal(location.includes("lang"), false);
    speaks(await visitor().get(location), "es");
    speaks(await visitor("tlh").get(location), "es");
    speaks(await visitor("en").get(location), "en");
    await cast.salon.change({ otherLanguages: false });
    speaks(await visitor("es").get(location), "en");
  });

  it("is that of a form's messages and of what was refused", async () => {
    const mary = visitor("es");
    const nothing = await mary.submit(TIMES, {}, "/haircut");
    assert.equal(nothing.$(".errors li").text(), "Elija una hora");
    const held = await mary.submit(TIMES, { start: monday.iso }, "/haircut");
    const wrong = { name: "", email: "x", phone: "abc", note: "x".repeat(1001) };
    const refused = await mary.submit(held.location, wrong);
    assert.equal(refused.status, 422);
    assert.deepEqual(
      refused
        .$(".errors li")
        .toArray()
        .map((one) => refused.$(one).text()),
      [
        "Escriba su nombre",
        "Escriba una dirección de correo electrónico como nombre@example.com",
        "Escriba un número de teléfono con cifras, como 555 0100",
        "Use 1000 caracteres como máximo",
      ],
    );
    const own = await mary.submit(held.location, MARY);
    await transaction(() => run("UPDATE services SET cancelling_notice = 40000"));
    const late = await mary.post(`${own.location}/cancellation`, { _csrf: formToken() });
    assert.equal(late.status, 409);
    assert.match(late.$("main").text(), /Ya es tarde para cambiar esta cita en línea\./);
  });

  it("is that of every page that says no", async () => {
    const mary = visitor("es");
    const big = { _csrf: formToken(), note: "x".repeat(70_000) };
    const pages = [
      [404, await mary.get("/book/nobody")],
      [404, await mary.get(`${BOOK}/nothing`)],
      [404, await mary.get("/appointments/nonsense")],
      [410, await mary.get(`${BOOK}/holds/gone`)],
      [413, await mary.post(`${BOOK}/haircut`, big)],
      [403, await mary.post(`${BOOK}/haircut`, { start: monday.iso })],
      [400, await mary.post(`${BOOK}/haircut`, { _csrf: formToken(), leave_empty: "x" })],
    ] as const;
    for (const [status, page] of pages) {
      assert.equal(page.status, status);
      const own = page.$("main");
      assert.equal(own.attr("lang") ?? page.$("html").attr("lang"), "es");
      assert.deepEqual(englishIn(load(own.html() ?? "")), []);
    }
  });
});

describe("every page of the booking area in Spanish", () => {
  let house: Furnished;
  before(async () => {
    house = await furnished();
  });
  const inSpanish = () =>
    transaction(() => run("UPDATE businesses SET language = 'es', other_languages = FALSE"));

  const pages = samples.filter(({ route }) => /^(GET|POST) \/(book|appointments|my)\b/.test(route));
  for (const { route, state = "", status, ask } of pages)
    it(`${route} ${state} ${status} has no English sentence left`, async () => {
      if (state === "closed") await ask(house); // a business is made with the first look at it
      await inSpanish();
      const page = await ask(house);
      assert.equal(page.$("html").attr("lang"), "es");
      assert.deepEqual(englishIn(page.$), []);
    });
});

describe("every page of the booking area with a language picked", () => {
  it("carries it along in each link and form", async () => {
    const { links, ...house } = await furnished();
    assert.ok(links);
    const seen = new Set<string>();
    const waiting = [
      "/book/demo?lang=es",
      "/my/demo?lang=es",
      `${house.appointments.ahead.path}?lang=es`,
    ];
    for (let url = waiting.shift(); url && seen.size < 40; url = waiting.shift()) {
      if (seen.has(url) || url.includes(".ics")) continue;
      seen.add(url);
      const { $ } = await visitor().get(url);
      const found = $("a[href^='/'], form[action^='/']")
        .toArray()
        .map((one) => ({
          to: $(one).attr("href") ?? $(one).attr("action") ?? "",
          hidden: $(one).is("form[method=get]") && $(one).find("input[name=lang]").val() === "es",
          foreign: $(one).is("[hreflang]"),
        }))
        .filter(({ to, foreign }) => /^\/(book|appointments|my)\b/.test(to) && !foreign);
      for (const { to, hidden } of found)
        assert.ok(hidden || /[?&]lang=es\b/.test(to), `${to} on ${url}`);
      const next = found.filter(({ to, hidden }) => !hidden && !to.includes("cancellation"));
      waiting.push(...next.map(({ to }) => to.replace(/#.*/, "")));
    }
    assert.ok(seen.size > 10);
  });
});

describe("the language of a customer's mails", () => {
  let cast: World;
  let sink: SmtpSink;
  withSink((opened) => (sink = opened));
  beforeEach(async () => {
    cast = await world();
  });

  const read = async (address: string) => {
    const mails = await mailsTo(sink, address);
    return mails.map((mail) => ({ ...mail, $: load(mail.html) }));
  };

  it("is the one she booked in: words, dates, times, money and calendar", async () => {
    const id = await bookHaircut(cast, { language: "es" });
    await sendDue();
    await moveHaircut(cast, id, { start: START + HOUR });
    await sendDue();
    await sendDue(START - HOUR);
    await cancelHaircut(cast, id);
    await sendDue();
    const mails = await read("jane@customer.example");
    const when = "lunes, 8 de febrero de 2027";
    assert.deepEqual(
      mails.map(({ subject }) => subject),
      [
        `Cita reservada: Haircut en Ana's Salon, ${when}, 9:30 a.m.`,
        `Cita modificada: Haircut en Ana's Salon, ${when}, 10:30 a.m.`,
        `Recordatorio de su cita: Haircut en Ana's Salon, ${when}, 10:30 a.m.`,
        `Cita cancelada: Haircut en Ana's Salon, ${when}, 10:30 a.m.`,
      ],
    );
    for (const { text, $, from } of mails) {
      assert.equal(from?.name, "Ana's Salon a través de Plainbook");
      assert.equal($("html").attr("lang"), "es");
      for (const form of [text, $("body").text()]) {
        assert.match(form, /Hola, Jane Doe:/);
        assert.match(form, /El lunes 8 de febrero de 2027, de 1?\d:30 a\.m\. a 1\d:00 a\.m\./);
        assert.match(form, /hora estándar oriental/);
        assert.match(form, /30 minutos, \$35\.00/);
        assert.match(form, /Reservas gestionadas con Plainbook\s*$/);
      }
      assert.deepEqual(englishIn($), []);
      assert.match($("a").attr("href") ?? "", /\?lang=es$/);
    }
    assert.match(
      mails[1]?.text ?? "",
      /\nAntes: lunes, 8 de febrero de 2027, 9:30 a\.m\., con Ben Brown\n/,
    );
    const event = ICAL.Component.fromString(mails[0]?.calendar ?? "").getFirstSubcomponent(
      "vevent",
    );
    assert.equal(event?.getFirstPropertyValue("description"), "Con Ben Brown\n555 0100");
    assert.match(String(event?.getFirstPropertyValue("url")), /\?lang=es$/);
  });

  it("is English to staff, whatever the customer's", async () => {
    await cast.salon.change({ language: "es" });
    await bookHaircut(cast, { language: "es" });
    await sendDue();
    const [mail] = await read("ben@salon.example");
    assert.match(mail?.subject ?? "", /^New appointment: Haircut for Jane Doe, Monday, February 8/);
    assert.equal(mail?.$("html").attr("lang"), "en");
  });

  for (const [what, settings, language, start] of [
    ["the business's where staff booked", { language: "es" }, undefined, "Hola"],
    ["hers where the business has another", { language: "es" }, "en", "Hello"],
    ["the business's where it offers no other", { otherLanguages: false }, "es", "Hello"],
    ["English where a catalogue has gone", {}, "xx", "Hello"],
  ] as const)
    it(`is ${what}`, async () => {
      await cast.salon.change(settings);
      await bookHaircut(cast, language ? { language } : {});
      await sendDue(MONDAY);
      const [mail] = await read("jane@customer.example");
      assert.equal(mail?.text.slice(0, start.length), start);
    });
});
