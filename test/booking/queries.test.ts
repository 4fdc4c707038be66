// What the pages ask of the database when a business has grown: a few statements, whatever the
// numbers.
import assert from "node:assert/strict";
import { forgetCatalogues } from "../../src/models/catalogue.ts";
import { isPostgres, rows, run, transaction } from "../../src/models/database.ts";
import type { Business } from "../../src/models/index.ts";
import { formToken } from "../../src/web/form-token.ts";
import { forgetPages } from "../../src/web/page-cache.ts";
import { type Page, visitor } from "../support/browser.ts";
import { countQueries } from "../support/queries.ts";
import { buildBusiness, upcoming, world } from "../support/world.ts";

const PROVIDERS = 50;
const SERVICES = 200;
const PAST = 100_000;
const FUTURE = 5000;
const HOUR = 3_600_000;
const MOST = 8;

const MARY = { name: "Mary Major", email: "mary@example.com", phone: "", note: "" };
const AT = "/book/big/service-1";

describe("[D4] a business with 50 providers, 200 services and 105 000 appointments", function () {
  this.timeout(90_000);
  const mary = visitor();
  const monday = upcoming(1, 600);
  let big: Business;
  before(async function () {
    this.timeout(240_000); // what is measured comes after
    await world();
    big = await grown();
  });
  after(() => world()); // or the next tests would wait for so many rows to go

  /** The statements of one request, and its answer. */
  async function asked(ask: () => Promise<Page>): Promise<[queries: number, page: Page]> {
    forgetPages();
    let page: Page | undefined;
    const queries = await countQueries(async () => (page = await ask()));
    assert.ok(page);
    return [queries, page];
  }

  async function hold(start: string): Promise<[number, Page]> {
    return asked(() => mary.post(AT, { _csrf: formToken(), start, staff: "" }));
  }

  it("has as many rows as that", async () => {
    const [counted] = await rows(
      `SELECT (SELECT count(*) FROM appointments) AS appointments,
         (SELECT count(*) FROM allocations) AS allocations,
         (SELECT count(*) FROM staff WHERE business_id = $id) AS staff,
         (SELECT count(*) FROM services WHERE business_id = $id) AS services`,
      { id: big.id },
    );
    const appointments = PAST + FUTURE;
    const expected = { appointments, allocations: appointments, staff: 50, services: 200 };
    assert.deepEqual(counted, expected);
  });

  it("shows a week's times with two statements, and at most eight after a change", async () => {
    forgetCatalogues();
    const [cold, page] = await asked(() => mary.get(`${AT}?from=${monday.date}`));
    assert.ok(page.$("input[name=start]").length > 50);
    assert.ok(cold <= MOST, `${cold} statements`);
    const [warm] = await asked(() => mary.get(`${AT}?from=${monday.date}`));
    assert.equal(warm, 2);
  });

  it("shows a full week and the next free day with three, and at most eight after a change", async () => {
    const today = Temporal.Now.plainDateISO(big.zone);
    const bind = { id: big.id, from: today.toString(), to: today.add({ days: 20 }).toString() };
    const close = "INSERT INTO closures (business_id, from_date, to_date) VALUES ($id, $from, $to)";
    await transaction(() => run(close, bind));
    forgetCatalogues();
    const [cold, page] = await asked(() => mary.get(AT));
    assert.match(page.$(".pager").text(), /Next free day/);
    assert.ok(cold <= MOST, `${cold} statements`);
    assert.equal((await asked(() => mary.get(AT)))[0], 3);
    await transaction(() => run("DELETE FROM closures"));
  });

  it("costs the same with twelve times as many times to choose from", async () => {
    const change = (step: number) =>
      transaction(() => run("UPDATE services SET step = $step, minutes = 5", { step }));
    const counted = [];
    for (const step of [60, 5]) {
      await change(step);
      await mary.get(AT);
      const [queries, page] = await asked(() => mary.get(`${AT}?from=${monday.date}`));
      counted.push([queries, page.$("input[name=start]").length]);
    }
    await change(30);
    const [[few, some] = [0, 0], [same, many] = [0, 0]] = counted;
    assert.equal(few, same);
    assert.ok((many ?? 0) > 8 * (some ?? 0), `${some} and ${many} times`);
  });

  it("lists its services with one, and at most six after a change", async () => {
    forgetCatalogues();
    const [cold, page] = await asked(() => mary.get("/book/big"));
    assert.equal(page.$("ul.list li").length, SERVICES);
    assert.ok(cold <= 6, `${cold} statements`);
    assert.equal((await asked(() => mary.get("/book/big")))[0], 1);
  });

  it("takes a time, a booking, a move and a cancellation with few, whatever the numbers", async () => {
    await mary.get(AT);
    const [held, details] = await hold(monday.iso);
    assert.equal(details.status, 303, details.html);
    await mary.get(details.location); // what the business asks is remembered from here on
    const [form] = await asked(() => mary.get(details.location));
    const [booking, booked] = await asked(() =>
      mary.post(details.location, { _csrf: formToken(), ...MARY }),
    );
    assert.equal(booked.status, 303, booked.html);
    const at = booked.location;
    const [own] = await asked(() => mary.get(at));
    const [week] = await asked(() => mary.get(`${at}/rescheduling`));
    const start = upcoming(1, 11 * 60).iso;
    const [moving, moved] = await asked(() =>
      mary.post(`${at}/rescheduling`, { _csrf: formToken(), start }),
    );
    assert.equal(moved.status, 303, moved.html);
    const [cancelling, cancelled] = await asked(() =>
      mary.post(`${at}/cancellation`, { _csrf: formToken() }),
    );
    assert.equal(cancelled.status, 303, cancelled.html);
    const counted = { held, form, booking, own, week, moving, cancelling };
    for (const [name, most] of Object.entries(BUDGET))
      assert.ok(counted[name as keyof typeof counted] <= most, JSON.stringify(counted));
  });

  it("answers with the next free times with few, where one has gone", async () => {
    const staff = (await rows<{ id: number }>(`SELECT id FROM staff WHERE name = 'Staff 1'`))[0]
      ?.id;
    const fields = { start: upcoming(2, 600).iso, staff: String(staff) };
    await mary.post(AT, { _csrf: formToken(), ...fields });
    const [queries, page] = await asked(() => mary.post(AT, { _csrf: formToken(), ...fields }));
    assert.equal(page.status, 409);
    assert.ok(queries <= 4, `${queries} statements`);
  });
});

// On PostgreSQL with BEGIN and COMMIT. Who moves to another provider has two of them told.
const BUDGET = { held: 7, form: 2, booking: 11, own: 3, week: 3, moving: 14, cancelling: 9 };

async function grown(): Promise<Business> {
  return transaction(async () => {
    const business = await buildBusiness({ slug: "big", name: "Big" });
    const { id } = business;
    await run(
      `${series(PROVIDERS)} INSERT INTO staff (business_id, role, name, position, created_at)
       SELECT $id, 'provider', 'Staff ' || n, n, 0 FROM series`,
      { id },
    );
    await run(
      `${series(7)} INSERT INTO hours (business_id, staff_id, location_id, weekday, from_minute,
         to_minute)
       SELECT $id, s.id, l.id, n, 540, 1020 FROM series JOIN staff s ON s.business_id = $id
       JOIN locations l ON l.business_id = s.business_id`,
      { id },
    );
    await run(
      `${series(SERVICES)} INSERT INTO services (business_id, slug, name, minutes, step, created_at)
       SELECT $id, 'service-' || n, 'Service ' || n, 30, 30, 0 FROM series`,
      { id },
    );
    await run(
      `INSERT INTO staff_services (business_id, staff_id, service_id)
       SELECT $id, s.id, v.id FROM staff s JOIN services v ON v.business_id = s.business_id
       WHERE s.business_id = $id AND (v.slug = 'service-1' OR (s.id + v.id) % 5 = 0)`,
      { id },
    );
    await run(
      `INSERT INTO customers (business_id, identity, name, created_at)
       VALUES ($id, 'x', 'Somebody', 0)`,
      { id },
    );
    const now = Math.floor(Date.now() / HOUR) * HOUR;
    await addAppointments(id, PAST, now - (PAST / PROVIDERS + 1) * HOUR, HOUR);
    await addAppointments(id, FUTURE, now + HOUR, 7 * HOUR);
    return business;
  });
}

/** Half an hour long, one every `every` ms for each provider, each a little after the one before. */
async function addAppointments(id: number, count: number, from: number, every: number) {
  const start = `CAST($from AS BIGINT) + ((n - 1) / ${PROVIDERS}) * CAST($every AS BIGINT) + (n - 1) % ${PROVIDERS} * ${every / PROVIDERS}`;
  const bind = { id, from, every };
  // PostgreSQL need not ask for each of so many rows whether what it refers to exists.
  if (isPostgres) await run("SET LOCAL session_replication_role = replica");
  await run(
    `${series(count)} INSERT INTO appointments (business_id, service_id, staff_id, location_id,
       customer_id, starts_at, ends_at, zone, uid, token_hash, created_at)
     SELECT $id, (SELECT min(id) FROM services WHERE business_id = $id),
       (SELECT min(id) FROM staff WHERE business_id = $id) + (n - 1) % ${PROVIDERS},
       (SELECT min(id) FROM locations WHERE business_id = $id),
       (SELECT min(id) FROM customers WHERE business_id = $id),
       ${start}, ${start} + ${HOUR / 2},
       'UTC', 'u' || $every || '-' || n, 't' || $every || '-' || n, 0
     FROM series`,
    bind,
  );
  await run(
    `INSERT INTO allocations (business_id, subject, staff_id, busy_from, busy_until, appointment_id)
     SELECT business_id, 'staff:' || staff_id, staff_id, starts_at, ends_at, id
     FROM appointments WHERE business_id = $id AND starts_at >= $from
     ORDER BY id LIMIT ${count}`,
    { id, from },
  );
}

/** A table `series` of the numbers from 1 to `last`. */
function series(last: number): string {
  return isPostgres
    ? `WITH series AS (SELECT n::int FROM generate_series(1, ${last}) AS n)`
    : `WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < ${last})`;
}
