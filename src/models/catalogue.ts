// What a business offers: everything its public pages need but the bookings themselves. Kept in
// this process and made anew when the business's version has changed; the version is read each time.
import { NotFound } from "../errors.ts";
import { loadCatalogue } from "./catalogue-load.ts";
import type {
  Catalogue,
  CatalogueAddon,
  CatalogueBusiness,
  CatalogueLocation,
  CatalogueProvider,
  CatalogueService,
} from "./catalogue-shape.ts";
import { type Flag, rows } from "./database.ts";
import { frameOriginsIn } from "./frames.ts";

export type * from "./catalogue-shape.ts";

const KEPT = 500; // businesses a process remembers; the least recently used make way
const cache = new Map<string, Catalogue>();

/**
 * The catalogue of the business with this slug at its first location: one query, and a few more
 * when it has changed.
 * @throws NotFound
 */
export async function catalogueOf(slug: string): Promise<Catalogue> {
  return current(await businessBy("slug = $key", slug));
}

/** The same for a business known by its id. */
export async function catalogueOfId(businessId: number): Promise<Catalogue> {
  return current(await businessBy("id = $key", businessId));
}

/**
 * The same business at another of its locations: its zone, its address, who works there when.
 * @throws NotFound
 */
export function catalogueAt(catalogue: Catalogue, locationId: number): Catalogue {
  if (catalogue.location.id === locationId) return catalogue;
  const view = catalogue.views.get(locationId);
  if (!view) throw new NotFound("location");
  // Whoever asks may have changed what she was given, such as whether bookings are open.
  const { bookingsOpen } = catalogue.business;
  return bookingsOpen === view.business.bookingsOpen
    ? view
    : { ...view, business: { ...view.business, bookingsOpen } };
}

/** What can be booked today, here or elsewhere: neither archived nor without anybody for it. */
export function offered({ services }: Catalogue): CatalogueService[] {
  return services.filter(({ archived, staffIds }) => !archived && staffIds.length > 0);
}

/** Of these, what the list of services shows; the others are reached by their link. */
export function listed(catalogue: Catalogue): CatalogueService[] {
  return offered(catalogue).filter((service) => !service.private);
}

/** @throws NotFound */
export function offeredService(catalogue: Catalogue, slug: string): CatalogueService {
  const service = offered(catalogue).find((candidate) => candidate.slug === slug);
  if (!service) throw new NotFound("service");
  return service;
}

/** @throws NotFound */
export function serviceById({ services }: Catalogue, id: number): CatalogueService {
  const service = services.find((candidate) => candidate.id === id);
  if (!service) throw new NotFound("service");
  return service;
}

/** Where a service can be booked, in the business's order. */
export function locationsOf(
  { locations }: Catalogue,
  { locationIds }: CatalogueService,
): CatalogueLocation[] {
  return locations.filter(({ id, archived }) => !archived && locationIds.includes(id));
}

/** Who provides a service, in the business's order. */
export function providersOf(
  { providers }: Catalogue,
  { staffIds }: CatalogueService,
): CatalogueProvider[] {
  return providers.filter(({ id }) => staffIds.includes(id));
}

/** Those of them whom a customer may choose here: who never works has no times to offer. */
export function providersToChoose(
  catalogue: Catalogue,
  service: CatalogueService,
): CatalogueProvider[] {
  return providersOf(catalogue, service).filter(
    ({ hours, exceptions }) => hours.length > 0 || exceptions.some(({ kind }) => kind === "open"),
  );
}

/** What can be added to a service, in the business's order. */
export function addonsOf({ addons }: Catalogue, { addonIds }: CatalogueService): CatalogueAddon[] {
  return addons.filter(({ id, archived }) => !archived && addonIds.includes(id));
}

/** The service as it is booked with these add-ons: longer, and dearer. */
export function withAddons(
  service: CatalogueService,
  addons: readonly CatalogueAddon[],
): CatalogueService {
  if (addons.length === 0) return service;
  const minutes = addons.reduce((sum, addon) => sum + addon.minutes, service.minutes);
  const prices = [service.price, ...addons.map(({ price }) => price)];
  const known = prices.filter((price) => price !== null);
  const price = known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0);
  return { ...service, minutes, price };
}

export function forgetCatalogues(): void {
  cache.clear();
}

type Flags = "bookingsOpen" | "otherLanguages";
type StoredBusiness = Omit<CatalogueBusiness, Flags | "frameOrigins"> &
  Record<Flags, Flag> & { frameOrigins: string };

async function businessBy(where: string, key: string | number): Promise<CatalogueBusiness> {
  const [business] = await rows<StoredBusiness>(
    `SELECT id, slug, name, address, phone, email, zone, currency, language,
       other_languages AS "otherLanguages", bookings_open AS "bookingsOpen",
       travel_minutes AS "travelMinutes", frame_origins AS "frameOrigins", version
     FROM businesses WHERE ${where}`,
    { key },
  );
  if (!business) throw new NotFound("business");
  const { bookingsOpen, otherLanguages } = business;
  return {
    ...business,
    bookingsOpen: Boolean(bookingsOpen),
    otherLanguages: Boolean(otherLanguages),
    frameOrigins: frameOriginsIn(business),
  };
}

/** What this process knows of the business, if it is still so. */
async function current(business: CatalogueBusiness): Promise<Catalogue> {
  const known = cache.get(business.slug);
  if (known?.business.version === business.version && known.business.id === business.id) {
    touch(known);
    return known;
  }
  const made = await loadCatalogue(business);
  touch(made);
  return made;
}

function touch(catalogue: Catalogue): void {
  const { slug } = catalogue.business;
  cache.delete(slug);
  cache.set(slug, catalogue);
  const [oldest] = cache.keys();
  if (cache.size > KEPT && oldest !== undefined) cache.delete(oldest);
}
