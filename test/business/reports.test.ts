import assert from "node:assert/strict";
import { parse } from "csv-parse/sync";
import { DAY, MINUTE } from "../../src/domain/time.ts";
import { catalogueOf } from "../../src/models/catalogue.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { Erasure } from "../../src/models/erasure.ts";
import { Report } from "../../src/models/report.ts";
import { type Browser, signedIn } from "../support/browser.ts";
import { countQueries } from "../support/queries.ts";
import {
  buildService,
  buildStaff,
  colleagues,
  MONDAY,
  type World,
  world,
} from "../support/world.ts";

const AT = "/b/anas-salon/reports";
const FEBRUARY = { from: "2027-02-01", to: "2027-02-28" };
const QUERY = "?from=2027-02-01&to=2027-02-28";
const NINE = MONDAY + 60 * MINUTE; // in New York, the day Ben was added
const AFTER = Date.parse("2027-06-01T00:00:00Z");

type Fields = Record<string, string | number | null>;

describe("reports", () => {
  let cast: World;
  let ana: Browser;
  before(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
  });
  beforeEach(() => transaction(() => run("DELETE FROM appointments")));

  const report = (span = FEBRUARY, now = AFTER) => Report.of(cast.salon, span, now);

  it("count what begins in a period, by what became of it", async () => {
    await add({ status: "completed" });
    await add({ starts_at: NINE + DAY, status: "no_show" });
    await add({ starts_at: NINE + 2 * DAY, status: "cancelled", cancelled_at: NINE });
    await add({ starts_at: NINE + 3 * DAY, status: "requested" });
    await add({ starts_at: NINE + 4 * DAY, status: "pending", pending_until: NINE });
    await add({ starts_at: NINE - DAY });
    await add({ starts_at: NINE + 28 * DAY });
    const { total, weeks, months, services, providers } = await report();
    assert.deepEqual([total.bookings, total.cancelled, total.noShows], [4, 1, 1]);
    assert.deepEqual(
      weeks.map(({ from, bookings }) => [from, bookings]),
      [
        ["2027-02-01", 4],
        ["2027-02-08", 0],
        ["2027-02-15", 0],
        ["2027-02-22", 0],
      ],
    );
    assert.deepEqual([months.length, months[0]?.bookings], [1, 4]);
    assert.deepEqual([services[0]?.name, services[0]?.bookings], ["Haircut", 4]);
    assert.deepEqual([providers[0]?.name, providers[0]?.bookings], ["Ben Brown", 4]);
  });

  it("put an appointment at midnight into the business's day, week and month", async () => {
    await add({ starts_at: Date.parse("2027-02-28T23:30:00-05:00") });
    await add({ starts_at: Date.parse("2027-03-01T00:00:00-05:00") });
    const { weeks, months } = await report({ from: "2027-02-22", to: "2027-03-07" });
    assert.deepEqual(
      [weeks, months].map((all) => all.map(({ bookings }) => bookings)),
      [
        [1, 1],
        [1, 1],
      ],
    );
  });

  it("add up as revenue what is completed, and what is confirmed or arrived and over", async () => {
    await add({ status: "completed", price: 5000 });
    await add({ starts_at: NINE + DAY, status: "arrived", price: 700 });
    await add({ starts_at: NINE + 2 * DAY, price: 30 });
    await add({ starts_at: NINE + 3 * DAY, price: null });
    for (const [i, status] of ["requested", "no_show", "cancelled"].entries())
      await add({
        starts_at: NINE + (4 + i) * DAY,
        status,
        cancelled_at: status === "cancelled" ? NINE : null,
      });
    assert.equal((await report()).total.revenue, 5730);
    const meanwhile = await report(FEBRUARY, NINE + DAY + 30 * MINUTE);
    assert.equal(meanwhile.total.revenue, 5700);
  });

  it("give the median of days between booking and start", async () => {
    for (const [i, days] of [1, 3, 20].entries()) {
      const start = NINE + i * DAY;
      await add({ starts_at: start, created_at: start - days * DAY - 1 });
    }
    await add({ starts_at: NINE + 4 * DAY, created_at: NINE + 5 * DAY }); // written down later
    assert.equal((await report()).total.lead, 2);
  });

  it("count a group's time once, and a member's longer stay", async () => {
    await add({});
    await add({});
    await add({ ends_at: NINE + 45 * MINUTE });
    const { total, services, weeks } = await report();
    assert.equal(total.bookings, 3);
    assert.deepEqual([total.booked, services[0]?.booked, weeks[0]?.booked], [45, 45, 45]);
  });

  it("part the time of what reaches over midnight between the days", async () => {
    const midnight = Date.parse("2027-02-28T24:00:00-05:00");
    await add({ starts_at: midnight - 60 * MINUTE, ends_at: midnight + 30 * MINUTE });
    const { months } = await report({ from: "2027-02-01", to: "2027-03-31" });
    assert.deepEqual(
      months.map(({ booked }) => booked),
      [60, 30],
    );
  });

  it("know whose hours were worked: exceptions, closures and granted time off taken out", async () => {
    const before = (await report()).total.worked;
    assert.equal(before, 20 * 8 * 60); // 20 weekdays from 9 to 17
    const { salon, benStaff, anaStaff } = cast;
    const bind = { business: salon.id, staff: benStaff.id, ana: anaStaff.id };
    await transaction(async () => {
      await run(
        `INSERT INTO exceptions (business_id, staff_id, date, kind, from_minute, to_minute)
         VALUES ($business, $staff, '2027-02-02', 'closed', 540, 600)`,
        { business: salon.id, staff: benStaff.id },
      );
      await run(
        `INSERT INTO closures (business_id, from_date, to_date)
         VALUES ($business, '2027-02-03', '2027-02-03')`,
        { business: salon.id },
      );
      await run(
        `INSERT INTO absences (business_id, staff_id, from_date, to_date, state, decided_by,
           decided_at, created_at)
         VALUES ($business, $staff, '2027-02-04', '2027-02-05', 'granted', $ana, 1, 1),
           ($business, $staff, '2027-02-09', '2027-02-09', 'requested', NULL, NULL, 1)`,
        bind,
      );
    });
    const { total, providers, weeks } = await report();
    assert.equal(total.worked, (20 * 8 - 1 - 3 * 8) * 60);
    assert.equal(providers[0]?.worked, total.worked);
    assert.equal(weeks[0]?.worked, (5 * 8 - 1 - 3 * 8) * 60);
    await transaction(async () => {
      for (const table of ["exceptions", "closures", "absences"]) await run(`DELETE FROM ${table}`);
    });
  });

  it("count hours until somebody was archived, and those of places elsewhere by their clocks", async () => {
    const { salon } = cast;
    const gone = await buildStaff(salon, { name: "Gone Girl" });
    await transaction(async () => {
      const archive = "UPDATE staff SET archived_at = $at WHERE id = $id";
      await run(archive, { at: Date.parse("2027-02-03T00:00:00-05:00"), id: gone.id });
      await run(
        `INSERT INTO locations (business_id, slug, name, zone, created_at)
         VALUES ($id, 'far', 'Far away', 'Asia/Tokyo', 1)`,
        { id: salon.id },
      );
    });
    const there = await buildStaff(salon, { name: "Tomo", hours: [[1, 0, 120]] });
    await transaction(() =>
      run(
        `UPDATE hours SET location_id = (SELECT id FROM locations WHERE slug = 'far')
         WHERE staff_id = $id`,
        { id: there.id },
      ),
    );
    const { providers, locations, manyLocations } = await report();
    const worked = Object.fromEntries(providers.map((one) => [one.name, one.worked]));
    assert.deepEqual(worked, { "Ben Brown": 9600, "Gone Girl": 960, Tomo: 480 });
    assert.equal(manyLocations, true);
    assert.equal(locations.find(({ name }) => name === "Far away")?.worked, 480);
    // Mondays from 0 to 2 in Tokyo are Sundays in New York.
    const toSaturday = await report({ from: "2027-02-15", to: "2027-02-20" });
    const toSunday = await report({ from: "2027-02-15", to: "2027-02-21" });
    assert.deepEqual(
      [toSaturday, toSunday].map(({ total }) => total.worked),
      [5 * 480, 5 * 480 + 120],
    );
    const { $ } = await ana.get(`${AT}${QUERY}`);
    assert.equal($("#locations").length, 0, "nothing is booked yet");
    await add({});
    assert.equal((await ana.get(`${AT}${QUERY}`)).$("#locations").length, 1);
    await transaction(async () => {
      for (const { id } of [gone, there]) {
        await run("DELETE FROM hours WHERE staff_id = $id", { id });
        await run("DELETE FROM staff WHERE id = $id", { id });
      }
      await run("DELETE FROM locations WHERE slug = 'far'");
    });
  });

  it("[D14] stay as they are when a customer is erased", async () => {
    await add({ status: "completed" });
    await add({ starts_at: NINE + DAY, status: "cancelled", cancelled_at: NINE });
    const before = await report();
    assert.equal(before.total.revenue, 3500);
    const [customer] = await rows<{ id: number }>("SELECT MAX(id) AS id FROM customers");
    const how = { cancelling: false, actor: { kind: "staff", staffId: cast.anaStaff.id } } as const;
    await Erasure.erase(await catalogueOf("anas-salon"), [customer?.id ?? 0], how, AFTER);
    assert.deepEqual(await report(), before);
  });

  it("are a page of figures, charts and tables, and the tables are files", async () => {
    await add({ status: "completed" });
    await add({ starts_at: NINE + 7 * DAY, status: "no_show" });
    const { $, status } = await ana.get(`${AT}${QUERY}&show=revenue`);
    assert.equal(status, 200);
    const facts = $("main dl.facts dd")
      .toArray()
      .map((one) => $(one).text());
    assert.deepEqual(facts.slice(0, 4), ["2", "0", "1 (50%)", "$35.00"]);
    assert.equal($("#chart-weeks-title").text(), "Revenue by week");
    assert.match($("#chart-weeks-words").text(), /highest is \$35\.00: Feb 1 – 7, 2027/);
    assert.equal($("svg .bar").length, 1);
    const file = $("a[href*='services.csv']").attr("href") ?? "";
    const [line] = await read(file);
    assert.equal(line?.Service, "Haircut");
    assert.deepEqual(
      [line?.Bookings, line?.["No-shows"], line?.["Revenue (USD)"]],
      ["2", "1", "35"],
    );
    const weeks = await read(`${AT}/weeks.csv${QUERY}`);
    assert.deepEqual(
      weeks.map((week) => [week["First day"], week["Last day"], week["Hours worked"]]),
      ["01", "08", "15", "22"].map((day) => [
        `2027-02-${day}`,
        `2027-02-${String(Number(day) + 6).padStart(2, "0")}`,
        "40",
      ]),
    );
    assert.equal(weeks[0]?.["Utilisation in %"], "1");
  });

  it("ask again for days that make no period, and say that there is nothing", async () => {
    for (const [query, wrong] of [
      ["?from=2027-02-30&to=2027-03-01", "from"],
      ["?from=2027-02-02&to=2027-02-01", "to"],
      ["?from=2027-01-01&to=2029-01-01", "to"],
      ["?from=&to=", "from"],
      ["?from=2027-01-01", "to"],
    ] as const) {
      const { $, status } = await ana.get(AT + query);
      assert.equal(status, 422, query);
      assert.equal($(`#${wrong}[aria-invalid]`).length, 1, query);
      assert.equal((await ana.get(`${AT}/weeks.csv${query}`)).status, 400, query);
    }
    assert.match((await ana.get(`${AT}${QUERY}`)).$("main .note").text(), /No appointment begins/);
    assert.equal((await ana.get(`${AT}?period=ever&show=all`)).status, 200);
    assert.equal((await ana.get(`${AT}/customers.csv`)).status, 404);
    assert.equal((await ana.get(`${AT}/toString.csv`)).status, 404);
  });

  it("are for owners and managers, who find them in the navigation", async () => {
    const { mia, sven } = await colleagues(cast);
    assert.equal((await (await signedIn(mia)).get(AT)).status, 200);
    const scheduler = await signedIn(sven);
    assert.equal((await scheduler.get(AT)).status, 403);
    assert.equal((await (await signedIn(cast.ben)).get(`${AT}/weeks.csv`)).status, 403);
    const link = `nav[aria-label=Workspace] a[href="${AT}"]`;
    assert.equal((await ana.get("/b/anas-salon")).$(link).length, 1);
    assert.equal((await scheduler.get("/b/anas-salon")).$(link).length, 0);
  });

  it("tell nothing of another business", async () => {
    await add({});
    const carl = await signedIn(cast.carl);
    assert.equal((await carl.get(AT)).status, 404);
    const { total } = await Report.of(cast.garage, FEBRUARY, AFTER);
    assert.equal(total.bookings, 0);
  });

  it("take a few queries, however much there is", async () => {
    const look = () => ana.get(`${AT}${QUERY}`);
    await add({});
    const few = await countQueries(look);
    const known = 3; // person, business and staff of every page
    assert.ok(few <= known + 5, String(few));
    for (let i = 0; i < 10; i++) {
      const staff = await buildStaff(cast.salon, { name: `P${i}`, hours: [] });
      const service = await buildService(cast.salon, { name: `S${i}` }, [staff]);
      await add({ staff_id: staff.id, service_id: service.id });
    }
    assert.equal(await countQueries(look), few);
  });

  async function read(path: string): Promise<Array<Record<string, string>>> {
    const { status, html } = await ana.get(path);
    assert.equal(status, 200);
    return parse(html, { bom: true, columns: true });
  }

  /** Ben's haircut of half an hour for 35 dollars on the first Monday at nine, unless told otherwise. */
  async function add(fields: Fields): Promise<void> {
    const { salon, benStaff, haircut } = cast;
    const starts = Number(fields.starts_at ?? NINE);
    const row: Fields = {
      business_id: salon.id,
      service_id: haircut.id,
      staff_id: benStaff.id,
      starts_at: starts,
      ends_at: starts + 30 * MINUTE,
      zone: salon.zone,
      status: "confirmed",
      price: 3500,
      created_at: NINE - 60 * DAY,
      ...fields,
    };
    const token = `${++made}`;
    await transaction(async () => {
      const [location] = await rows<{ id: number }>(
        "SELECT MIN(id) AS id FROM locations WHERE business_id = $id",
        { id: salon.id },
      );
      const [customer] = await rows<{ id: number }>(
        `INSERT INTO customers (business_id, name, created_at) VALUES ($id, 'Dora Diaz', 1)
         RETURNING id`,
        { id: salon.id },
      );
      const whole: Fields = {
        ...row,
        location_id: location?.id ?? 0,
        customer_id: customer?.id ?? 0,
        uid: token,
        token_hash: token,
      };
      const names = Object.keys(whole);
      await run(
        `INSERT INTO appointments (${names.join(", ")})
         VALUES (${names.map((name) => `$${name}`).join(", ")})`,
        whole,
      );
    });
  }
});

let made = 0;
