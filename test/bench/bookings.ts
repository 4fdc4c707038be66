// Bookings a second, 64 at once, against bare one-statement inserts that the same constraint checks.
import pg from "pg";
import sqlite3 from "sqlite3";
import { config } from "../../config/index.ts";
import { migrate } from "../../src/migrations/index.ts";
import { Appointment, Hold } from "../../src/models/index.ts";
import { catalogueOf, offeredService } from "../../src/models/catalogue.ts";
import { closeDatabase, openDatabase, rows, run, transaction } from "../../src/models/database.ts";
import { closeQueues } from "../../src/jobs.ts";
import { closeRedis, connectRedis } from "../../src/redis.ts";
import { buildBusiness, buildService, buildStaff } from "../support/world.ts";
import { perSecond, print } from "./tools.ts";

const AT_ONCE = 64;
const JOBS = 2000;
const SLOT = 30 * 60_000;
const PROVIDERS = 50;
const COLUMNS =
  "(business_id, subject, staff_id, busy_from, busy_until, hold_id, expires_at) VALUES";

await migrate();
await openDatabase();
await connectRedis();
const business = await buildBusiness({ slug: "bench" });
const round = [1, 2, 3, 4, 5, 6, 7].map((day): [number, number, number] => [day, 0, 1440]);
const providers = await Promise.all(
  Array.from({ length: PROVIDERS }, (_, i) =>
    buildStaff(business, { name: `P${i}`, hours: round }),
  ),
);
await buildService(business, { slug: "cut", horizonDays: 700 }, providers);
const catalogue = await catalogueOf("bench");
const service = offeredService(catalogue, "cut");
const now = Date.now();
const first = Math.ceil(now / SLOT) * SLOT + 48 * SLOT;

const bare = await bareInserts();
await transaction(() => run("DELETE FROM allocations"));
const held = await perSecond(JOBS, AT_ONCE, holdAndBook);
const direct = await perSecond(JOBS, AT_ONCE, bookAtOnce);
const [{ n } = { n: 0 }] = await rows<{ n: number }>("SELECT count(*) AS n FROM appointments");
if (n !== 2 * JOBS) throw new Error(`${n} appointments instead of ${2 * JOBS}`);

const unit = "bookings/s";
print([
  { what: "bare inserts, one statement each", figure: bare, unit: "inserts/s" },
  {
    what: "booked by staff, mails owed, audited",
    figure: direct,
    unit,
    ratio: direct / bare,
    aim: "aim 0.5",
  },
  { what: "held, then booked by a customer", figure: held, unit, ratio: held / bare },
]);
await closeQueues();
await closeRedis();
await closeDatabase();

function details(index: number) {
  return { name: `Customer ${index}`, email: `c${index}@example.com`, phone: null, note: "" };
}

// Each booking another time of one of the providers, so that none is refused.
function slot(index: number) {
  const staffId = providers[index % PROVIDERS]?.id ?? 0;
  return { staffId, start: first + Math.floor(index / PROVIDERS) * SLOT };
}

async function holdAndBook(index: number): Promise<void> {
  const { staffId, start } = slot(index);
  const token = await Hold.take({ catalogue, service, staffId, now }, start);
  await Appointment.book(
    { catalogue, service, staffId, now },
    await Hold.withToken(token),
    details(index),
  );
}

async function bookAtOnce(index: number): Promise<void> {
  const { staffId, start } = slot(index + JOBS);
  const question = { catalogue, service, staffId, now };
  const actor = { kind: "system" as const };
  await Appointment.bookFor(question, start, details(index + JOBS), actor);
}

/** What the database itself does: the same table, the same constraint, the bare driver. */
function bareInserts(): Promise<number> {
  return config.database.dialect === "sqlite"
    ? bareOnSqlite(config.database.storage)
    : bareOnPostgres(config.database.url);
}

async function bareOnSqlite(file: string): Promise<number> {
  const holdId = await anyHold();
  const db = new sqlite3.Database(file);
  db.exec("PRAGMA busy_timeout = 10000; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
  const insert = db.prepare(`INSERT INTO allocations ${COLUMNS} (?, ?, ?, ?, ?, ?, ?)`);
  const figure = await perSecond(JOBS, AT_ONCE, (index) => {
    const values = valuesOf(index, holdId);
    return new Promise<void>((resolve, reject) => {
      insert.run(values, (error: Error | null) => (error ? reject(error) : resolve()));
    });
  });
  await new Promise<void>((resolve) => insert.finalize(() => db.close(() => resolve())));
  return figure;
}

async function bareOnPostgres(url: string): Promise<number> {
  const holdId = await anyHold();
  const pool = new pg.Pool({ connectionString: url, max: 16 });
  const figure = await perSecond(JOBS, AT_ONCE, (index) =>
    pool.query({
      name: "bare",
      text: `INSERT INTO allocations ${COLUMNS} ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
      values: valuesOf(index, holdId),
    }),
  );
  await pool.end();
  return figure;
}

function valuesOf(index: number, holdId: number) {
  const { staffId, start } = slot(index);
  return [business.id, `staff:${staffId}`, staffId, start, start + SLOT, holdId, now + 1e9];
}

/** A hold for the bare allocations to belong to. */
async function anyHold(): Promise<number> {
  const { staffId } = slot(0);
  const token = await Hold.take({ catalogue, service, staffId, now }, first + 10_000 * SLOT);
  const { id } = await Hold.withToken(token);
  await transaction(() => run("DELETE FROM allocations"));
  return id;
}
