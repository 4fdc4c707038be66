// What customers see: from the services to the page of the appointment, and in Spanish.
import { run, transaction } from "../../src/models/database.ts";
import { formToken } from "../../src/web/form-token.ts";
import type { Browser } from "./browser.ts";
import { BLOCKED, type Furnished } from "./furnished.ts";
import { type Ask, asked, get, refused, type Sample, someStart } from "./sample.ts";

export function booking(): Sample[] {
  return [...journey(), ...customersOwn(), ...inSpanish()];
}

function journey(): Sample[] {
  const times = "/book/demo/haircut";
  const held = async (house: Furnished, browser: Browser) => {
    const start = await someStart(house, 2);
    const { location } = await browser.submit(times, { start, staff: String(house.sam.id) }, times);
    return location;
  };
  const blocked: Ask = async (house, browser) => {
    const path = await held(house, browser);
    return browser.submit(path, { name: "Somebody", email: BLOCKED, "field_hair-length": "Long" });
  };
  const gone: Ask = async (house, browser) => {
    const [start = ""] = await house.freeStarts(1);
    const form = { start: `${start.slice(0, 11)}08:07:00Z` };
    return browser.submit(times, form, times);
  };
  return [
    get("GET /book/:business", "visitor", "/book/demo"),
    get("GET /book/:business/:service", "visitor", times),
    get("GET /book/:business/:service", "visitor", ({ sam }) => `${times}?staff=${sam.id}`, {
      state: "with somebody",
    }),
    refused("POST /book/:business/:service", "visitor", times, {}, { action: times }),
    asked("POST /book/:business/:service", "visitor", { state: "taken", status: 409 }, gone),
    get("GET /book/:business/holds/:token", "visitor", (house) => held(house, house.as.visitor)),
    get(
      "GET /book/:business/holds/:token",
      "visitor",
      async (house) => {
        const path = await held(house, house.as.visitor);
        await transaction(() => run("UPDATE holds SET expires_at = $now", { now: Date.now() }));
        return path;
      },
      { state: "over" },
    ),
    refused(
      "POST /book/:business/holds/:token",
      "visitor",
      (house) => held(house, house.as.visitor),
      { name: "", email: "mary" },
    ),
    asked(
      "POST /book/:business/holds/:token",
      "visitor",
      { state: "asked to call", status: 409 },
      blocked,
    ),
    asked(
      "POST /book/:business/holds/:token",
      "visitor",
      { state: "taken meanwhile", status: 409 },
      async (house, browser) => {
        const path = await held(house, browser);
        const details = {
          name: "Mary Major",
          email: "mary@example.com",
          "field_hair-length": "Long",
          start: "",
        };
        details.start = `${(await someStart(house, 2)).slice(0, 11)}08:07:00Z`;
        return browser.submit(path, details);
      },
    ),
  ];
}

/** Longer words, and a language that was picked. */
function inSpanish(): Sample[] {
  const times = "/book/demo/haircut?lang=es";
  const own = ({ appointments }: Furnished) => appointments.ahead.path;
  const state = "in Spanish";
  const book = async (house: Furnished, browser: Browser) => {
    const start = await someStart(house, 3);
    return browser.submit(times, { start, staff: String(house.sam.id) });
  };
  return [
    get("GET /book/:business", "visitor", "/book/demo?lang=es", { state }),
    get("GET /book/:business/:service", "visitor", times, { state }),
    asked("POST /book/:business/holds/:token", "visitor", { state, status: 422 }, (house, vera) =>
      book(house, vera).then(({ location }) => vera.submit(location, { name: "", email: "x" })),
    ),
    get("GET /appointments/:token", "visitor", (house) => `${own(house)}?lang=es`, { state }),
    get(
      "GET /appointments/:token/rescheduling",
      "visitor",
      (house) => `${own(house)}/rescheduling?lang=es`,
      { state },
    ),
  ];
}

function customersOwn(): Sample[] {
  const page = (name: keyof Furnished["appointments"]) => (house: Furnished) =>
    house.appointments[name].path;
  const moving = (house: Furnished) => `${house.appointments.ahead.path}/rescheduling`;
  const telling = (house: Furnished) => `${house.appointments.ahead.path}/details`;
  const SHOW = "GET /appointments/:token";
  const COMING = "GET /appointments/:token/attendance";
  const MOVE = "POST /appointments/:token/rescheduling";
  return [
    get(SHOW, "visitor", page("ahead")),
    get(SHOW, "visitor", page("past"), { state: "over" }),
    get(SHOW, "visitor", page("cancelled"), { state: "cancelled" }),
    get("GET /appointments/:token/details", "visitor", telling),
    refused("POST /appointments/:token/details", "visitor", telling, {
      "field_children-coming-along": "0.12345678",
    }),
    refused(
      "POST /appointments/:token/details",
      "visitor",
      telling,
      { note: "Other words", "field_hair-length": "Long", edition: "an older one" },
      { state: "changed meanwhile", status: 409 },
    ),
    get(COMING, "visitor", (house) => `${page("ahead")(house)}/attendance`),
    get(COMING, "visitor", (house) => `${page("past")(house)}/attendance`, { state: "over" }),
    asked("POST /appointments/:token/attendance", "visitor", { status: 409 }, (house, vera) =>
      vera.post(`${page("cancelled")(house)}/attendance`, { _csrf: formToken() }),
    ),
    get("GET /appointments/:token/rescheduling", "visitor", moving),
    get(
      "GET /appointments/:token/rescheduling",
      "visitor",
      (house) => `${house.appointments.past.path}/rescheduling`,
      { state: "too late", status: 409 },
    ),
    refused(MOVE, "visitor", moving, {}, { action: "/rescheduling" }),
    asked(MOVE, "visitor", { state: "taken", status: 409 }, async (house, browser) => {
      const start = `${(await someStart(house, 2)).slice(0, 11)}08:07:00Z`;
      return browser.submit(moving(house), { start }, "/rescheduling");
    }),
  ];
}
