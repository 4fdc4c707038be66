// A business's catalogue read from the database: five queries, however much it offers.
import type { Closure, Exception } from "../domain/hours.ts";
import type { LocalDate, Zone } from "../domain/time.ts";
import type {
  Catalogue,
  CatalogueAddon,
  CatalogueBusiness,
  CatalogueLocation,
  CatalogueProvider,
  CatalogueResource,
  CatalogueService,
} from "./catalogue-shape.ts";
import { type Flag, rows } from "./database.ts";

type Stored<T, K extends keyof T> = Omit<T, K> & Record<K, Flag>;
type Flags = "private" | "priceShown" | "approval" | "waitingList" | "archived";
type Lists = "staffIds" | "locationIds" | "addonIds" | "needs" | "hours" | "fixedStarts";
type ServiceRow = Stored<Omit<CatalogueService, Lists>, Flags>;

type LinkKind = "staff" | "location" | "addon" | "need" | "hours" | "start";
type Link = { serviceId: number; kind: LinkKind; a: number; b: number; c: number };

type StaffRow = { id: number; name: string; position: number } & (
  | { locationId: number; weekday: number; from: number; to: number }
  | { locationId: null; weekday: null; from: null; to: null }
);

type Thing = {
  what: "location" | "category" | "addon" | "resource";
  id: number;
  name: string;
  position: number;
  archived: Flag;
  /** A location's slug, a resource's kind. */
  code: string;
  address: string | null;
  phone: string | null;
  zone: Zone | null;
  /** An add-on's minutes, a resource's capacity. */
  size: number | null;
  price: number | null;
  locationId: number | null;
};

/** An exception of a provider, or days off of hers or of the whole business. */
type Change = { locationId: number | null } & (
  | (Exception & { toDate: null })
  | { kind: "closure"; staffId: number | null; date: LocalDate; toDate: LocalDate }
);

// The version was read first, so what changes meanwhile is noticed at the next request.
export async function loadCatalogue(business: CatalogueBusiness): Promise<Catalogue> {
  const bind = { businessId: business.id };
  const [services, links, staff, changes, things] = await Promise.all([
    rows<ServiceRow>(SERVICES, bind),
    rows<Link>(LINKS, bind),
    rows<StaffRow>(STAFF, bind),
    rows<Change>(CHANGES, { ...bind, since: aWeekAgo() }),
    rows<Thing>(THINGS, bind),
  ]);
  const of = Map.groupBy(things, ({ what }) => what);
  const locations = (of.get("location") ?? []).map((thing) => toLocation(thing, business));
  const order = [...new Set(staff.map(({ id }) => id))];
  const linksOf = Map.groupBy(links, ({ serviceId }) => serviceId);
  const places = locations.map(({ id }) => id);
  const shared = {
    locations,
    views: new Map<number, Catalogue>(),
    categories: (of.get("category") ?? []).map(({ id, name }) => ({ id, name })),
    services: services.map((row) => toService(row, linksOf.get(row.id) ?? [], order, places)),
    addons: (of.get("addon") ?? []).map(toAddon),
    resources: (of.get("resource") ?? []).filter(({ archived }) => !archived).map(toResource),
  };
  for (const location of locations) {
    const { address, phone, zone } = location;
    shared.views.set(location.id, {
      ...shared,
      location,
      business: { ...business, address, phone, zone },
      providers: providersAt(location.id, staff, changes),
      closures: closuresAt(location.id, changes),
    });
  }
  const first = locations.find(({ archived }) => !archived) ?? locations[0];
  const view = first && shared.views.get(first.id);
  if (!view) throw new Error("a business without a location");
  return view;
}

function toLocation(
  { id, code, name, address, phone, zone, archived }: Thing,
  business: CatalogueBusiness,
): CatalogueLocation {
  return {
    id,
    slug: code,
    name,
    address: address ?? business.address,
    phone: phone ?? business.phone,
    zone: zone ?? business.zone,
    archived: Boolean(archived),
  };
}

function toAddon({ id, name, size, price, archived }: Thing): CatalogueAddon {
  return { id, name, minutes: size ?? 0, price, archived: Boolean(archived) };
}

function toResource({ id, name, code, size, position, locationId }: Thing): CatalogueResource {
  const kind = code === "room" ? "room" : "equipment";
  return { id, name, kind, capacity: size, position, locationId: locationId ?? 0 };
}

function toService(
  row: ServiceRow,
  links: readonly Link[],
  staffOrder: readonly number[],
  places: readonly number[],
): CatalogueService {
  const of = Map.groupBy(links, ({ kind }) => kind);
  const ids = (kind: LinkKind) => new Set((of.get(kind) ?? []).map(({ a }) => a));
  const [staff, at, addons] = [ids("staff"), ids("location"), ids("addon")];
  const needs = Map.groupBy(of.get("need") ?? [], ({ b }) => b);
  return {
    ...row,
    private: Boolean(row.private),
    priceShown: Boolean(row.priceShown),
    approval: Boolean(row.approval),
    waitingList: Boolean(row.waitingList),
    archived: Boolean(row.archived),
    staffIds: staffOrder.filter((id) => staff.has(id)),
    locationIds: at.size === 0 ? [...places] : places.filter((id) => at.has(id)),
    addonIds: [...addons],
    needs: [...needs.values()].map((need) => need.map(({ a }) => a)),
    hours: (of.get("hours") ?? []).map(({ a, b, c }) => ({ weekday: a, from: b, to: c })),
    fixedStarts: (of.get("start") ?? []).map(({ a, b }) => ({ weekday: a, minute: b })),
  };
}

function providersAt(
  locationId: number,
  staff: readonly StaffRow[],
  changes: readonly Change[],
): CatalogueProvider[] {
  const exceptions = changes.filter(isException).filter((one) => isAt(one, locationId));
  const absences = changes.filter(isClosure).filter(({ staffId }) => staffId !== null);
  return [...Map.groupBy(staff, ({ id }) => id)].map(([id, lines]) => ({
    id,
    name: lines[0]?.name ?? "",
    position: lines[0]?.position ?? 0,
    hours: lines.flatMap((line) =>
      line.locationId === locationId
        ? [{ staffId: id, weekday: line.weekday, from: line.from, to: line.to }]
        : [],
    ),
    exceptions: exceptions.filter(({ staffId }) => staffId === id),
    absences: absences.filter(({ staffId }) => staffId === id).map(toClosure),
  }));
}

function closuresAt(locationId: number, changes: readonly Change[]): Closure[] {
  return changes
    .filter(isClosure)
    .filter((one) => one.staffId === null && isAt(one, locationId))
    .map(toClosure);
}

function isAt(change: Change, locationId: number): boolean {
  return change.locationId === null || change.locationId === locationId;
}

function isException(change: Change): change is Extract<Change, { toDate: null }> {
  return change.kind !== "closure";
}

function isClosure(change: Change): change is Extract<Change, { kind: "closure" }> {
  return change.kind === "closure";
}

function toClosure({ date, toDate }: { date: LocalDate; toDate: LocalDate }): Closure {
  return { from: date, to: toDate };
}

function aWeekAgo(): LocalDate {
  return Temporal.Now.plainDateISO("UTC").subtract({ days: 7 }).toString();
}

const SERVICES = `SELECT s.id, s.slug, s.name, s.description, s.category_id AS "categoryId", s.private,
    s.minutes, s.price, s.price_shown AS "priceShown", s.step, s.buffer_before AS "bufferBefore",
    s.buffer_after AS "bufferAfter", s.booking_notice AS "bookingNotice",
    s.rescheduling_notice AS "reschedulingNotice", s.cancelling_notice AS "cancellingNotice",
    s.horizon_days AS "horizonDays", s.approval, s.seats, s.party, s.daily_limit AS "dailyLimit",
    s.weekly_limit AS "weeklyLimit", s.deposit_policy AS "depositPolicy", s.deposit,
    s.most_repeats AS "mostRepeats", s.waiting_list AS "waitingList",
    s.archived_at IS NOT NULL AS archived
  FROM services s WHERE s.business_id = $businessId ORDER BY s.position, s.name, s.id`;
// What hangs on services, each kind in columns of its own meaning.
const LINKS = `SELECT 'staff' AS kind, service_id AS "serviceId", staff_id AS a, 0 AS b, 0 AS c
    FROM staff_services WHERE business_id = $businessId
  UNION ALL SELECT 'location', service_id, location_id, 0, 0
    FROM service_locations WHERE business_id = $businessId
  UNION ALL SELECT 'addon', service_id, addon_id, 0, 0
    FROM service_addons WHERE business_id = $businessId
  UNION ALL SELECT 'need', service_id, resource_id, need, 0
    FROM service_needs WHERE business_id = $businessId
  UNION ALL SELECT 'hours', service_id, weekday, from_minute, to_minute
    FROM service_hours WHERE business_id = $businessId
  UNION ALL SELECT 'start', service_id, weekday, minute, 0
    FROM service_starts WHERE business_id = $businessId
  ORDER BY kind, a, b`;
const STAFF = `SELECT s.id, s.name, s.position, h.location_id AS "locationId", h.weekday,
    h.from_minute AS "from", h.to_minute AS "to"
  FROM staff s LEFT JOIN hours h ON h.business_id = s.business_id AND h.staff_id = s.id
  WHERE s.business_id = $businessId AND s.bookable AND s.archived_at IS NULL
  ORDER BY s.position, s.id, h.weekday, h.from_minute`;
// Providers' exceptions and days off, and the business's closures: all are few.
const CHANGES = `SELECT staff_id AS "staffId", location_id AS "locationId", date, kind,
    from_minute AS "from", to_minute AS "to", NULL AS "toDate"
  FROM exceptions WHERE business_id = $businessId AND date >= $since
  UNION ALL
  SELECT NULL, location_id, from_date, 'closure', NULL, NULL, to_date
  FROM closures WHERE business_id = $businessId AND to_date >= $since
  UNION ALL
  SELECT staff_id, NULL, from_date, 'closure', NULL, NULL, to_date
  FROM absences WHERE business_id = $businessId AND state = 'granted' AND to_date >= $since`;
const THINGS = `SELECT 'location' AS what, id, name, position, archived_at IS NOT NULL AS archived,
    slug AS code, address, phone, zone, CAST(NULL AS INTEGER) AS size,
    CAST(NULL AS INTEGER) AS price, CAST(NULL AS INTEGER) AS "locationId"
  FROM locations WHERE business_id = $businessId
  UNION ALL
  SELECT 'category', id, name, position, FALSE, NULL, NULL, NULL, NULL, NULL, NULL, NULL
  FROM categories WHERE business_id = $businessId
  UNION ALL
  SELECT 'addon', id, name, position, archived_at IS NOT NULL, NULL, NULL, NULL, NULL, minutes,
    price, NULL
  FROM addons WHERE business_id = $businessId
  UNION ALL
  SELECT 'resource', id, name, position, archived_at IS NOT NULL, kind, NULL, NULL, NULL, capacity,
    NULL, location_id
  FROM resources WHERE business_id = $businessId
  ORDER BY what, position, name, id`;
