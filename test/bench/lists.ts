// What staff look through when a business has grown: 50 000 customers, 100 000 appointments over two
// years. Each against a bare statement that reads the same rows and does nothing else with them.
import { config } from "../../config/index.ts";
import { migrate } from "../../src/migrations/index.ts";
import { AppointmentList } from "../../src/models/appointment-list.ts";
import { CustomerList } from "../../src/models/customer-list.ts";
import { closeDatabase, openDatabase, rows, run, transaction } from "../../src/models/database.ts";
import { Report } from "../../src/models/report.ts";
import { addDays, dayStart, instantToLocal } from "../../src/domain/time.ts";
import { closeQueues } from "../../src/jobs.ts";
import { closeRedis, connectRedis } from "../../src/redis.ts";
import { buildBusiness, buildService, buildStaff } from "../support/world.ts";
import { medians, print } from "./tools.ts";

const CUSTOMERS = 50_000;
const APPOINTMENTS = 100_000;
const PROVIDERS = 50;
const ROUNDS = 5;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
// Each provider one every quarter of a day or so, for two years up to now.
const START = `CAST($last AS BIGINT) - CAST(n / ${PROVIDERS} AS BIGINT) * ${6 * HOUR + HOUR / 2}`;
const IN_TIME = `FROM appointments
  WHERE business_id = $businessId AND starts_at >= $from AND starts_at < $until`;
const isPostgres = config.database.dialect === "postgres";

await migrate();
await openDatabase();
await connectRedis();
const business = await buildBusiness({ slug: "bench" });
const providers = [];
for (let i = 0; i < PROVIDERS; i++) providers.push(await buildStaff(business, { name: `P${i}` }));
await buildService(business, { slug: "cut" }, providers);
const now = Date.now();
await transaction(grow);

const today = instantToLocal(now, business.zone).date;
const month = Array.from({ length: 31 }, (_, i) => addDays(today, -i - 30))
  .toReversed()
  .map((date) => ({
    date,
    from: dayStart(date, business.zone),
    until: dayStart(addDays(date, 1), business.zone),
  }));
const [from, until] = [month[0]?.from ?? 0, month.at(-1)?.until ?? 0];
const year = { from: addDays(today, -365), to: addDays(today, -1) };
const yearFrom = dayStart(year.from, business.zone);
const book = { id: business.id };
const bind = { businessId: business.id };

const taken = await medians(ROUNDS, {
  search: timed(() =>
    CustomerList.matching(book, { search: "dora 4999" }, { limit: 50, offset: 0 }),
  ),
  bareSearch: timed(() =>
    rows(
      "SELECT COUNT(*) AS n FROM customers WHERE business_id = $businessId AND search LIKE '%dora%'",
      bind,
    ),
  ),
  month: timed(() => AppointmentList.countsByDay(book, month)),
  bareMonth: timed(() => rows(`SELECT COUNT(*) AS n ${IN_TIME}`, { ...bind, from, until })),
  report: timed(() => Report.of(business, year, now)),
  bareReport: timed(() =>
    rows(
      `SELECT service_id, staff_id, location_id, status, COUNT(*) AS n, SUM(price) AS price
      ${IN_TIME} GROUP BY service_id, staff_id, location_id, status`,
      {
        ...bind,
        from: yearFrom,
        until: now,
      },
    ),
  ),
});
print([
  measure("customers by two words, of 50 000", taken.search, taken.bareSearch),
  measure("a month's appointments by day, of 100 000", taken.month, taken.bareMonth),
  measure("all reports of a year, of 100 000", taken.report, taken.bareReport),
]);
await closeQueues();
await closeRedis();
await closeDatabase();

function measure(what: string, figure: number, bare: number) {
  return { what, figure, unit: "ms", ratio: bare / figure };
}

/** Milliseconds of one. */
function timed(work: () => Promise<unknown>) {
  return async () => {
    const began = performance.now();
    await work();
    return performance.now() - began;
  };
}

async function grow(): Promise<void> {
  const id = business.id;
  const [service] = await rows<{ id: number }>("SELECT MIN(id) AS id FROM services");
  const [staff] = await rows<{ id: number }>("SELECT MIN(id) AS id FROM staff");
  const [place] = await rows<{ id: number }>("SELECT MIN(id) AS id FROM locations");
  const name = "CASE n % 3 WHEN 0 THEN 'Dora' WHEN 1 THEN 'Emil' ELSE 'Frida' END || ' No ' || n";
  await run(
    `${numbers(CUSTOMERS)}
     INSERT INTO customers (business_id, identity, name, email, name_key, phone_key, search,
       approved_at, confirmed_at, created_at)
     SELECT CAST($id AS INTEGER), 'c' || n, ${name}, 'c' || n || '@example.com', LOWER(${name}), '',
       LOWER(${name}) || ' c' || n || '@example.com', 1, 1, 1
     FROM numbers`,
    { id },
  );
  await run(
    `${numbers(APPOINTMENTS)}
     INSERT INTO appointments (business_id, service_id, staff_id, location_id, customer_id,
       starts_at, ends_at, zone, status, price, uid, token_hash, created_at, cancelled_at)
     SELECT CAST($id AS INTEGER), CAST($service AS INTEGER), CAST($staff AS INTEGER) + n % ${PROVIDERS},
       CAST($place AS INTEGER), (SELECT MIN(id) FROM customers) + n % ${CUSTOMERS},
       ${START}, ${START} + ${HOUR / 2}, 'UTC',
       CASE n % 10 WHEN 0 THEN 'cancelled' WHEN 1 THEN 'no_show' ELSE 'completed' END, 3000,
       'u' || n, 't' || n, ${START} - ${3 * DAY},
       CASE n % 10 WHEN 0 THEN ${START} - ${2 * DAY} END
     FROM numbers`,
    { id, service: service?.id, staff: staff?.id, place: place?.id, last: now },
  );
  await run(
    `INSERT INTO allocations (business_id, subject, staff_id, busy_from, busy_until, appointment_id)
     SELECT business_id, 'staff:' || staff_id, staff_id, starts_at, ends_at, id
     FROM appointments WHERE status <> 'cancelled'`,
  );
  if (isPostgres) await run("ANALYZE");
}

/** A table `numbers` from 1 to `last`. */
function numbers(last: number): string {
  return isPostgres
    ? `WITH numbers AS (SELECT n::int FROM generate_series(1, ${last}) AS n)`
    : `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${last})`;
}
