// The pages of what can be booked beside services: add-ons, rooms and equipment, locations. Ana's
// salon has two locations.
import { addDays } from "../../src/domain/time.ts";
import { Addons } from "../../src/models/addon.ts";
import { catalogueOf } from "../../src/models/catalogue.ts";
import { Locations } from "../../src/models/location.ts";
import { Resources } from "../../src/models/resource.ts";
import { type Browser, type Fields, signedIn } from "./browser.ts";
import { type Furnished, once } from "./furnished.ts";
import { asked, type Route, type Sample } from "./sample.ts";

const B = "/b/anas-salon";
const LONG = "Bartholomew-Featherstonehaugh-Cholmondeley";

export function catalogue(): Sample[] {
  const nouns = [
    ["addons", { name: "", minutes: "481", price: "dear" }],
    ["resources", { name: "", capacity: "0", position: "99999" }],
    ["locations", { name: "", phone: "none", slug: "?" }],
  ] as const;
  const travel: Route = "POST /b/:business/locations/travel";
  const hours: Route = "GET /b/:business/hours/:staffId";
  const exceptions: Route = "GET /b/:business/hours/:staffId/exceptions";
  const closures: Route = "GET /b/:business/closures";
  return [
    ...nouns.flatMap(([noun, wrong]) => pagesOf(noun, wrong)),
    asked(hours, "owner", { state: "at another location" }, async ({ cast }) => {
      const { ana, ids } = await annasSalon(cast);
      return ana.get(`${B}/hours/${cast.benStaff.id}?location=${ids.locations}`);
    }),
    asked(exceptions, "owner", { state: "at two locations" }, async ({ cast }) => {
      const { ana, ids } = await annasSalon(cast);
      const extra = {
        date: inDays(3),
        kind: "open",
        hours: "6-8",
        location: String(ids.locations),
      };
      await ana.submit(`${B}/hours/${cast.benStaff.id}/exceptions`, extra);
      return ana.get(`${B}/hours/${cast.benStaff.id}/exceptions`);
    }),
    ...exceptionsChanged(),
    asked(closures, "owner", { state: "at two locations" }, async ({ cast }) => {
      const { ana, ids } = await annasSalon(cast);
      const closed = { from: inDays(30), location: String(ids.locations), reason: LONG };
      await ana.submit(`${B}/closures`, closed);
      return ana.get(`${B}/closures`);
    }),
    asked(travel, "owner", { status: 422 }, async ({ cast }) => {
      const { ana } = await annasSalon(cast);
      return ana.submit(`${B}/locations`, { travel: "481" }, "/travel");
    }),
  ];
}

function exceptionsChanged(): Sample[] {
  const path = "/b/:business/hours/:staffId/exceptions/:id";
  const linkOf = async (browser: Browser, at: string) => {
    await browser.submit(at, { date: inDays(95), until: inDays(99) });
    return (await browser.get(at)).$("a[href*='/edit']").first().attr("href") ?? "";
  };
  const bens = async ({ cast }: Furnished) => {
    const { ana } = await annasSalon(cast);
    return { ana, link: await linkOf(ana, `${B}/hours/${cast.benStaff.id}/exceptions`) };
  };
  const send = (status: number, fields: Fields) =>
    asked(`POST ${path}`, "owner", { status }, async (furnished) => {
      const { ana, link } = await bens(furnished);
      return ana.submit(link, fields);
    });
  return [
    asked(`GET ${path}/edit`, "owner", {}, async (furnished) => {
      const { ana, link } = await bens(furnished);
      return ana.get(link);
    }),
    asked(`GET ${path}/edit`, "provider", {}, async ({ sam }, provider) =>
      provider.get(await linkOf(provider, `/b/demo/hours/${sam.id}/exceptions`)),
    ),
    send(422, { date: "", hours: "late" }),
    send(409, { hours: "9-10", edition: "an older one" }),
  ];
}

function inDays(days: number): string {
  return addDays(new Date().toISOString().slice(0, 10), days);
}

type Noun = "addons" | "locations" | "resources";

function pagesOf(noun: Noun, wrong: Fields): Sample[] {
  const list = `/b/:business/${noun}` as const;
  const look = (route: Route, state: string, path: (id: number) => string, status = 200) =>
    asked(route, "owner", { state, status }, async ({ cast }) => {
      const { ana, ids } = await annasSalon(cast);
      return ana.get(`${B}/${noun}${path(ids[noun])}`);
    });
  const send = (route: Route, path: (id: number) => string, fields: Fields, more: object) =>
    asked(route, "owner", { status: 422, ...more }, async ({ cast }) => {
      const { ana, ids } = await annasSalon(cast);
      return ana.submit(`${B}/${noun}${path(ids[noun])}`, fields);
    });
  const edit = (id: number) => `/${id}/edit`;
  const stale = { name: "Another", edition: "an older one" };
  return [
    asked(`GET ${list}`, "owner", { state: "as at first" }, (_, owner) =>
      owner.get(`/b/demo/${noun}`),
    ),
    look(`GET ${list}`, "several", () => ""),
    look(`GET ${list}`, "archived", () => "?archived=1"),
    look(`GET ${list}/new`, "blank", () => "/new"),
    send(`POST ${list}`, () => "/new", wrong, {}),
    look(`GET ${list}/:id/edit`, "stored", edit),
    send(`POST ${list}/:id`, edit, wrong, {}),
    send(`POST ${list}/:id`, edit, stale, { state: "changed meanwhile", status: 409 }),
  ];
}

export type Salon = { ana: Browser; ids: Record<Noun, number> };
export const annasSalon = once<Furnished["cast"], Salon>(furnish);

async function furnish({ salon: business, ana }: Furnished["cast"]): Promise<Salon> {
  const system = { kind: "system" } as const;
  const { location } = await catalogueOf(business.slug);
  const common = { name: LONG, position: 0 };
  const place = { slug: "", address: null, phone: null, zone: "Europe/Berlin" };
  const room = { kind: "room", locationId: location.id, capacity: 12 } as const;
  return {
    ids: {
      locations: await Locations.add(business, { ...common, ...place, position: 1 }, system, 1),
      addons: await Addons.add(business, { ...common, minutes: 15, price: 900 }, system, 1),
      resources: await Resources.add(business, { ...common, ...room }, system, 1),
    },
    ana: await signedIn(ana),
  };
}
