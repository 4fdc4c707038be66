// What hangs on a service in tables of its own: its category, who provides it, where, when, with
// what, and what can be added to it.
import { fold } from "../domain/fold.ts";
import { rows, run } from "./database.ts";
import { toWeek, type Week } from "./hours.ts";

export type ServiceRules = {
  /** By its name; "": none. One that is not there yet is made, one left without services goes. */
  category: string;
  staffIds: number[];
  /** None: at every location. */
  locationIds: number[];
  addonIds: number[];
  /** Each need is met by one of its resources. */
  needs: number[][];
  /** Only then, Monday first; nothing in it: whenever its providers work. */
  hours: Week;
  /** Minutes of each local day, Monday first: only at these; none: on the step. */
  starts: number[][];
};

type Owner = { businessId: number; id: number };
type Link = {
  kind: "staff" | "location" | "addon" | "need" | "hours" | "start";
  a: number;
  b: number;
  c: number;
};

export const NO_RULES: ServiceRules = {
  category: "",
  staffIds: [],
  locationIds: [],
  addonIds: [],
  needs: [],
  hours: [[], [], [], [], [], [], []],
  starts: [[], [], [], [], [], [], []],
};

/** Two queries. */
export async function rulesOf({ businessId, id }: Owner): Promise<ServiceRules> {
  const bind = { businessId, serviceId: id };
  const [links, [category]] = await Promise.all([
    rows<Link>(LINKS, bind),
    rows<{ name: string }>(CATEGORY, bind),
  ]);
  const of = Map.groupBy(links, ({ kind }) => kind);
  const ids = (kind: Link["kind"]) => (of.get(kind) ?? []).map(({ a }) => a);
  const starts = of.get("start") ?? [];
  return {
    category: category?.name ?? "",
    staffIds: ids("staff"),
    locationIds: ids("location"),
    addonIds: ids("addon"),
    needs: [...Map.groupBy(of.get("need") ?? [], ({ a }) => a).values()].map((need) =>
      need.map(({ b }) => b),
    ),
    hours: toWeek((of.get("hours") ?? []).map(({ a, b, c }) => ({ weekday: a, from: b, to: c }))),
    starts: WEEK.map((day) => starts.filter(({ a }) => a === day).map(({ b }) => b)),
  };
}

/** The same rules in the order in which they are read, and in the category's own spelling. */
export async function inOrder<T extends ServiceRules>(businessId: number, rules: T): Promise<T> {
  const known = await categories(businessId);
  const category = known.find(({ name }) => fold(name) === fold(rules.category));
  return {
    ...rules,
    category: category?.name ?? rules.category,
    staffIds: ascending(rules.staffIds),
    locationIds: ascending(rules.locationIds),
    addonIds: ascending(rules.addonIds),
    needs: rules.needs.map(ascending).filter((need) => need.length > 0),
  };
}

/** Inside a transaction. */
export async function writeRules(service: Owner, rules: ServiceRules): Promise<void> {
  await categorise(service, rules.category);
  await provideBy(service, rules.staffIds);
  await put(service, "service_locations", ["location_id"], rules.locationIds.map(alone));
  await put(service, "service_addons", ["addon_id"], rules.addonIds.map(alone));
  const needs = rules.needs.flatMap((need, i) => need.map((resourceId) => [i + 1, resourceId]));
  await put(service, "service_needs", ["need", "resource_id"], needs);
  const hours = rules.hours.flatMap((day, i) => day.map(({ from, to }) => [i + 1, from, to]));
  await put(service, "service_hours", ["weekday", "from_minute", "to_minute"], hours);
  const starts = rules.starts.flatMap((day, i) => day.map((minute) => [i + 1, minute]));
  await put(service, "service_starts", ["weekday", "minute"], starts);
}

/** Of a business, by name. */
export function categories(businessId: number): Promise<Array<{ id: number; name: string }>> {
  const sql = "SELECT id, name FROM categories WHERE business_id = $businessId ORDER BY name, id";
  return rows(sql, { businessId });
}

const WEEK = [1, 2, 3, 4, 5, 6, 7];

const CATEGORY = `SELECT c.name FROM services s
  JOIN categories c ON c.business_id = s.business_id AND c.id = s.category_id
  WHERE s.business_id = $businessId AND s.id = $serviceId`;
const OF_SERVICE = "business_id = $businessId AND service_id = $serviceId";
const LINKS = `SELECT 'staff' AS kind, l.staff_id AS a, 0 AS b, 0 AS c FROM staff_services l
    JOIN staff p ON p.business_id = l.business_id AND p.id = l.staff_id
    WHERE l.${OF_SERVICE.replace("AND ", "AND l.")} AND p.archived_at IS NULL
  UNION ALL SELECT 'location', location_id, 0, 0 FROM service_locations WHERE ${OF_SERVICE}
  UNION ALL SELECT 'addon', addon_id, 0, 0 FROM service_addons WHERE ${OF_SERVICE}
  UNION ALL SELECT 'need', need, resource_id, 0 FROM service_needs WHERE ${OF_SERVICE}
  UNION ALL SELECT 'hours', weekday, from_minute, to_minute FROM service_hours WHERE ${OF_SERVICE}
  UNION ALL SELECT 'start', weekday, minute, 0 FROM service_starts WHERE ${OF_SERVICE}
  ORDER BY kind, a, b, c`;

function ascending(ids: readonly number[]): number[] {
  return [...new Set(ids)].toSorted((a, b) => a - b);
}

function alone(id: number): number[] {
  return [id];
}

async function categorise({ businessId, id }: Owner, name: string): Promise<void> {
  const bind = { businessId, name };
  if (name !== "")
    await run(
      `INSERT INTO categories (business_id, name) VALUES ($businessId, $name)
       ON CONFLICT DO NOTHING`,
      bind,
    );
  await run(
    `UPDATE services SET category_id =
       (SELECT id FROM categories WHERE business_id = $businessId AND name = $name)
     WHERE business_id = $businessId AND id = $id`,
    { ...bind, id },
  );
  await run(
    `DELETE FROM categories WHERE business_id = $businessId AND NOT EXISTS (SELECT 1 FROM services s
       WHERE s.business_id = categories.business_id AND s.category_id = categories.id)`,
    { businessId },
  );
}

// What archived people provided comes back with them.
async function provideBy({ businessId, id }: Owner, staffIds: readonly number[]): Promise<void> {
  const bind = { businessId, serviceId: id };
  await run(
    `DELETE FROM staff_services WHERE ${OF_SERVICE}
       AND staff_id IN (SELECT id FROM staff
         WHERE business_id = $businessId AND archived_at IS NULL)`,
    bind,
  );
  for (const staffId of staffIds)
    await run(
      `INSERT INTO staff_services (business_id, staff_id, service_id)
       VALUES ($businessId, $staffId, $serviceId) ON CONFLICT DO NOTHING`,
      { ...bind, staffId },
    );
}

/** These lines and no others. */
async function put(
  { businessId, id }: Owner,
  table: string,
  columns: readonly string[],
  lines: readonly number[][],
): Promise<void> {
  const bind = { businessId, serviceId: id };
  await run(`DELETE FROM ${table} WHERE ${OF_SERVICE}`, bind);
  const names = columns.map((_, i) => `$v${i}`);
  for (const line of lines)
    await run(
      `INSERT INTO ${table} (business_id, service_id, ${columns.join(", ")})
       VALUES ($businessId, $serviceId, ${names.join(", ")})`,
      { ...bind, ...Object.fromEntries(line.map((value, i) => [`v${i}`, value])) },
    );
}
