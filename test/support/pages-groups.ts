// What is booked beside service, provider and time, and again and again: for several people, with
// add-ons, a room, at one of two locations. Ana's salon gives classes of that kind.
import { addDays } from "../../src/domain/time.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { type Browser, type Fields, formOf, type Page } from "./browser.ts";
import { type Furnished, once } from "./furnished.ts";
import { annasSalon } from "./pages-catalogue.ts";
import { type Ask, asked, type Route, type Sample } from "./sample.ts";
import { buildService, upcoming } from "./world.ts";

const B = "/b/anas-salon";
const CLASS = "/book/anas-salon/braiding";
const MARY = { name: "Mary Major", email: "mary@example.com" };
const { date, iso } = upcoming(2, 600); // a Tuesday

type Class = { ana: Browser; serviceId: number; addonId: number };

export function groups(): Sample[] {
  return [...bookedByStaff(), ...bookedByCustomers()];
}

function bookedByStaff(): Sample[] {
  const NEW: Route = "GET /b/:business/appointments/new";
  const BOOK: Route = "POST /b/:business/appointments";
  const LIST: Route = "GET /b/:business/appointments";
  const look = (route: Route, state: string, path: (one: Class) => string) =>
    asked(route, "owner", { state }, async (house) => {
      const found = await theClass(house);
      return found.ana.get(path(found));
    });
  const wish = ({ serviceId, addonId }: Class) =>
    `${B}/appointments/new?service=${serviceId}&people=3&addon=${addonId}&date=${date}`;
  const chosen = (one: Class) => `${wish(one)}&start=${encodeURIComponent(iso)}`;
  const send = (state: string, status: number, fields: Fields) =>
    asked(BOOK, "owner", { state, status }, async (house) => {
      const found = await theClass(house);
      return found.ana.submit(chosen(found), { ...MARY, ...fields }, "/appointments");
    });
  return [
    look(NEW, "group: times", wish),
    look(NEW, "group: customer", chosen),
    send("group: refused", 422, { name: "", repeat: "week", repeat_times: "0" }),
    send("group: plan of repeats", 200, { repeat: "week", repeat_times: "12" }),
    asked(BOOK, "owner", { state: "group: taken from the plan", status: 409 }, takenFromPlan),
    look("GET /b/:business/services", "in categories", () => `${B}/services`),
    look("GET /b/:business/services/:id/edit", "group", (one) => edit(one)),
    look(LIST, "group: day", () => `${B}/appointments?date=${date}`),
    look(LIST, "group: by room", () => `${B}/appointments?date=${date}&by=room`),
    look(LIST, "group: day sheet", () => `${B}/appointments?date=${date}&view=sheet`),
    asked("GET /b/:business/appointments/:id", "owner", { state: "group" }, async (house) => {
      const { ana } = await theClass(house);
      const id = await someoneIn();
      return ana.get(`${B}/appointments/${id}`);
    }),
  ];
}

function edit({ serviceId }: Class): string {
  return `${B}/services/${serviceId}/edit`;
}

function bookedByCustomers(): Sample[] {
  const HOLD: Route = "POST /book/:business/holds/:token";
  const look = (route: Route, state: string, path: string) =>
    asked(route, "visitor", { state }, async (house, browser) => {
      await theClass(house);
      return browser.get(path);
    });
  const wish = `${CLASS}?from=${date}&people=2`;
  const hold = async (house: Furnished, browser: Browser) => {
    const { addonId } = await theClass(house);
    const form = await browser.get(`${wish}&addon=${addonId}`);
    const { target, values } = formOf(form, CLASS);
    const start = form.$("input[name=start]").last().val();
    return browser.get((await browser.post(target, { ...values, start: String(start) })).location);
  };
  const repeated = { ...MARY, repeat: "week", repeat_times: "4" };
  const plan = async (house: Furnished, browser: Browser) =>
    browser.submit((await hold(house, browser)).url, repeated);
  return [
    look("GET /book/:business", "in categories", "/book/anas-salon"),
    look("GET /book/:business/:service", "group", wish),
    asked("GET /book/:business/holds/:token", "visitor", { state: "group" }, hold),
    asked(HOLD, "visitor", { state: "group: plan of repeats" }, plan),
    asked("GET /appointments/:token", "visitor", { state: "of a series" }, async (house, vera) => {
      const { target, values } = formOf(await plan(house, vera));
      return vera.get((await vera.post(target, values)).location);
    }),
  ];
}

const takenFromPlan: Ask = async (house) => {
  const { ana, serviceId } = await theClass(house);
  const start = Temporal.ZonedDateTime.from(iso).add({ weeks: 20 });
  const at = (weeks: number) => {
    const one = start.add({ weeks });
    const day = one.toPlainDate().toString();
    return `${B}/appointments/new?service=${serviceId}&people=4&date=${day}&override=1&start=${encodeURIComponent(one.toString())}`;
  };
  const typed = { ...MARY, repeat: "week", repeat_times: "4" };
  const planned = await ana.submit(at(0), typed, "/appointments");
  for (const week of [1, 3]) await ana.submit(at(week), { name: "Quick Quentin" }, "/appointments");
  const { target, values } = formOf(planned, "/appointments");
  return ana.post(target, values);
};

async function someoneIn(): Promise<number> {
  const [found] = await rows<{ id: number }>(
    `SELECT a.id FROM appointments a JOIN services s ON s.business_id = a.business_id
       AND s.id = a.service_id AND s.slug = 'braiding' ORDER BY a.id LIMIT 1`,
  );
  return found?.id ?? 0;
}

const theClass = once<Furnished, Class>(make);

async function make({ cast }: Furnished): Promise<Class> {
  const { ana, ids } = await annasSalon(cast);
  const service = await buildService(
    cast.salon,
    { slug: "braiding", name: "Braiding, a class", minutes: 60, step: 60 },
    [cast.benStaff, cast.anaStaff],
  );
  const bind = { businessId: cast.salon.id, serviceId: service.id };
  await transaction(async () => {
    await run(
      `INSERT INTO categories (business_id, name) VALUES
         ($businessId, 'Classes'), ($businessId, 'Treatments of hair and scalp')`,
      { businessId: bind.businessId },
    );
    await run(
      `UPDATE services SET seats = 4, party = 3, most_repeats = 6, description = $words,
         category_id = (SELECT MIN(id) FROM categories WHERE business_id = $businessId)
       WHERE business_id = $businessId AND id = $serviceId`,
      { ...bind, words: "Bring a comb.\nWe learn Dutch, French and fishtail braids." },
    );
    await run(
      `INSERT INTO service_addons (business_id, service_id, addon_id)
       VALUES ($businessId, $serviceId, $addonId)`,
      { ...bind, addonId: ids.addons },
    );
    await run(
      `INSERT INTO service_needs (business_id, service_id, need, resource_id)
       VALUES ($businessId, $serviceId, 1, $roomId)`,
      { ...bind, roomId: ids.resources },
    );
  });
  const found = { ana, serviceId: service.id, addonId: ids.addons };
  await fill(found);
  return found;
}

/** With two that come, one of them with something added. */
async function fill({ ana, serviceId, addonId }: Class): Promise<Page> {
  const start = encodeURIComponent(Temporal.ZonedDateTime.from(iso).add({ hours: 3 }).toString());
  const path = `${B}/appointments/new?service=${serviceId}&date=${date}&start=${start}`;
  await ana.submit(`${path}&people=2&addon=${addonId}`, MARY, "/appointments");
  const note = `Once more on ${addDays(date, 7)}`;
  return ana.submit(`${path}&addon=${addonId}`, { name: "Nora Night", note }, "/appointments");
}
