// What a business offers: everything its public pages need but the bookings themselves. Kept in
// this process and made anew when the business's version has changed; the version is read each time.
import type { Closure, Exception, WeeklyHours } from "../domain/hours.ts";
import type { LocalDate, Zone } from "../domain/time.ts";
import { NotFound } from "../errors.ts";
import { type Flag, rows } from "./database.ts";

export type CatalogueBusiness = {
  id: number;
  slug: string;
  name: string;
  address: string;
  phone: string;
  email: string;
  zone: Zone;
  currency: string;
  language: string;
  otherLanguages: boolean;
  bookingsOpen: boolean;
  version: number;
};

export type CatalogueService = {
  id: number;
  slug: string;
  name: string;
  minutes: number;
  price: number | null;
  step: number;
  bufferBefore: number;
  bufferAfter: number;
  bookingNotice: number;
  reschedulingNotice: number;
  cancellingNotice: number;
  horizonDays: number;
  archived: boolean;
  /** Who provides it, in the business's order. */
  staffIds: number[];
};

export type CatalogueProvider = {
  id: number;
  name: string;
  position: number;
  hours: WeeklyHours[];
  exceptions: Exception[];
};

export type Catalogue = {
  business: CatalogueBusiness;
  /** Archived ones included, for appointments that still are; `offered` leaves them out. */
  services: CatalogueService[];
  /** Providers who can be booked, in the business's order. */
  providers: CatalogueProvider[];
  closures: Closure[];
};

type Change = (Exception & { toDate: null }) | ClosureRow;
type ClosureRow = { kind: "closure"; date: LocalDate; toDate: LocalDate };
type Stored<T, K extends keyof T> = Omit<T, K> & Record<K, Flag>;

const KEPT = 500; // businesses a process remembers; the least recently used make way
const cache = new Map<string, Catalogue>();

/**
 * The catalogue of the business with this slug: one query, and five more when it has changed.
 * @throws NotFound
 */
export async function catalogueOf(slug: string): Promise<Catalogue> {
  return current(await businessBy("slug = $key", slug));
}

/** The same for a business known by its id. */
export async function catalogueOfId(businessId: number): Promise<Catalogue> {
  return current(await businessBy("id = $key", businessId));
}

/** What can be booked today: neither archived nor without anybody to provide it. */
export function offered({ services }: Catalogue): CatalogueService[] {
  return services.filter(({ archived, staffIds }) => !archived && staffIds.length > 0);
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

/** Who provides a service, in the business's order. */
export function providersOf(
  { providers }: Catalogue,
  { staffIds }: CatalogueService,
): CatalogueProvider[] {
  return providers.filter(({ id }) => staffIds.includes(id));
}

/** Those of them whom a customer may choose: who never works has no times to offer. */
export function providersToChoose(
  catalogue: Catalogue,
  service: CatalogueService,
): CatalogueProvider[] {
  return providersOf(catalogue, service).filter(
    ({ hours, exceptions }) => hours.length > 0 || exceptions.some(({ kind }) => kind === "open"),
  );
}

export function forgetCatalogues(): void {
  cache.clear();
}

async function businessBy(where: string, key: string | number): Promise<CatalogueBusiness> {
  const [business] = await rows<Stored<CatalogueBusiness, "bookingsOpen" | "otherLanguages">>(
    `SELECT id, slug, name, address, phone, email, zone, currency, language,
       other_languages AS "otherLanguages", bookings_open AS "bookingsOpen", version
     FROM businesses WHERE ${where}`,
    { key },
  );
  if (!business) throw new NotFound("business");
  const { bookingsOpen, otherLanguages } = business;
  return {
    ...business,
    bookingsOpen: Boolean(bookingsOpen),
    otherLanguages: Boolean(otherLanguages),
  };
}

/** What this process knows of the business, if it is still so. */
async function current(business: CatalogueBusiness): Promise<Catalogue> {
  const known = cache.get(business.slug);
  if (known?.business.version === business.version && known.business.id === business.id) {
    touch(known);
    return known;
  }
  const made = await load(business);
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

// The version was read first, so what changes meanwhile is noticed at the next request.
async function load(business: CatalogueBusiness): Promise<Catalogue> {
  const bind = { businessId: business.id };
  const [services, links, staff, hours, changes] = await Promise.all([
    rows<Stored<Omit<CatalogueService, "staffIds">, "archived">>(SERVICES, bind),
    rows<{ staffId: number; serviceId: number }>(LINKS, bind),
    rows<Pick<CatalogueProvider, "id" | "name" | "position">>(PROVIDERS, bind),
    rows<WeeklyHours>(HOURS, bind),
    rows<Change>(CHANGES, { ...bind, since: aWeekAgo() }),
  ]);
  const exceptions = changes.filter(isException);
  const providers = staff.map((member) => ({
    ...member,
    hours: hours.filter(({ staffId }) => staffId === member.id),
    exceptions: exceptions.filter(({ staffId }) => staffId === member.id),
  }));
  const staffOf = Map.groupBy(links, ({ serviceId }) => serviceId);
  return {
    business,
    services: services.map((service) => ({
      ...service,
      archived: Boolean(service.archived),
      staffIds: inOrder(providers, staffOf.get(service.id) ?? []),
    })),
    providers,
    closures: changes.filter(isClosure).map(({ date, toDate }) => ({ from: date, to: toDate })),
  };
}

function isException(change: Change): change is Exception & { toDate: null } {
  return change.kind !== "closure";
}

function isClosure(change: Change): change is ClosureRow {
  return change.kind === "closure";
}

function inOrder(providers: CatalogueProvider[], links: Array<{ staffId: number }>): number[] {
  const linked = new Set(links.map(({ staffId }) => staffId));
  return providers.map(({ id }) => id).filter((id) => linked.has(id));
}

function aWeekAgo(): LocalDate {
  return Temporal.Now.plainDateISO("UTC").subtract({ days: 7 }).toString();
}

const SERVICES = `SELECT id, slug, name, minutes, price, step, buffer_before AS "bufferBefore",
    buffer_after AS "bufferAfter", booking_notice AS "bookingNotice",
    rescheduling_notice AS "reschedulingNotice", cancelling_notice AS "cancellingNotice",
    horizon_days AS "horizonDays", archived_at IS NOT NULL AS archived
  FROM services WHERE business_id = $businessId ORDER BY name, id`;
const LINKS = `SELECT staff_id AS "staffId", service_id AS "serviceId"
  FROM staff_services WHERE business_id = $businessId`;
const PROVIDERS = `SELECT id, name, position FROM staff
  WHERE business_id = $businessId AND bookable AND archived_at IS NULL ORDER BY position, id`;
const HOURS = `SELECT staff_id AS "staffId", weekday, from_minute AS "from", to_minute AS "to"
  FROM hours WHERE business_id = $businessId ORDER BY weekday, from_minute`;
// A provider's exceptions and the business's closures: both are few, and one query is enough.
const CHANGES = `SELECT staff_id AS "staffId", date, kind, from_minute AS "from", to_minute AS "to",
    NULL AS "toDate"
  FROM exceptions WHERE business_id = $businessId AND date >= $since
  UNION ALL
  SELECT NULL, from_date, 'closure', NULL, NULL, to_date
  FROM closures WHERE business_id = $businessId AND to_date >= $since`;
