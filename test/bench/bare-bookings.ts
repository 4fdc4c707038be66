// What the database itself can do, by the bare driver with statements made for nothing else: the
// time alone, checked by the constraint, and all rows that a booking writes.
import pg from "pg";
import sqlite3 from "sqlite3";
import { config } from "../../config/index.ts";

/** To whom all that is inserted belongs; `holdId` is the owner of a time alone. */
type Owners = { businessId: number; serviceId: number; locationId: number; holdId: number };
export type Place = { staffId: number; from: number; until: number };

type Bare = {
  insertAllocation(place: Place): Promise<unknown>;
  /** The customer, the appointment, its time, the audit entry and three mails owed. */
  insertBooking(place: Place, index: number): Promise<unknown>;
  close(): Promise<void>;
};

const TIME_ALONE = `INSERT INTO allocations
  (business_id, subject, staff_id, busy_from, busy_until, hold_id, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7)`;

export function startBare(owners: Owners): Bare {
  return config.database.dialect === "sqlite"
    ? bareSqlite(config.database.storage, owners)
    : barePostgres(config.database.url, owners);
}

function timeAlone({ businessId, holdId }: Owners, { staffId, from, until }: Place) {
  return [businessId, `staff:${staffId}`, staffId, from, until, holdId, Date.now() + 1e9];
}

function barePostgres(connectionString: string, owners: Owners): Bare {
  const pool = new pg.Pool({ connectionString, max: 16 });
  const { businessId, serviceId, locationId } = owners;
  return {
    insertAllocation: (place) =>
      pool.query({
        name: "time",
        text: `${TIME_ALONE} ON CONFLICT DO NOTHING`,
        values: timeAlone(owners, place),
      }),
    insertBooking({ staffId, from, until }, index) {
      const { identity, name, email, uid, hash } = customer(index);
      const who = [businessId, identity, name, email, Date.now()];
      const what = [serviceId, staffId, locationId, from, until, uid, hash, `staff:${staffId}`];
      return pool.query({ name: "booking", text: ALL_ROWS, values: [...who, ...what] });
    },
    close: () => pool.end(),
  };
}

const ALL_ROWS = `WITH customer AS (
  INSERT INTO customers (business_id, identity, name, email, name_key, phone_key, search,
    approved_at, confirmed_at, created_at)
  VALUES ($1, $2, $3, $4, $3, '', $3, $5, $5, $5)
  ON CONFLICT (business_id, identity) DO UPDATE SET phone = customers.phone
  RETURNING id
), appointment AS (
  INSERT INTO appointments (business_id, service_id, staff_id, location_id, customer_id, people,
    starts_at, ends_at, zone, status, note, uid, token_hash, created_at)
  SELECT $1, $6, $7, $8, id, 1, $9, $10, 'UTC', 'confirmed', '', $11, $12, $5 FROM customer
  ON CONFLICT DO NOTHING RETURNING id
), allocation AS (
  INSERT INTO allocations (business_id, subject, staff_id, location_id, busy_from, busy_until,
    group_key, appointment_id)
  SELECT $1, $13, $7, $8, $9, $10, $11, id FROM appointment
  ON CONFLICT DO NOTHING RETURNING id
), audit AS (
  INSERT INTO audit_entries (business_id, at, actor, action, appointment_id, details)
  SELECT $1, $5, 'system', 'appointment.booked', id, '{}' FROM appointment
)
INSERT INTO deliveries (business_id, kind, appointment_id, staff_id, sequence, due_at, created_at)
SELECT $1, kind, appointment.id, CASE kind WHEN 'staff_booked' THEN $7::integer END, 0, $5, $5
FROM appointment, (VALUES ('confirmation'), ('reminder'), ('staff_booked')) AS mails (kind)`;

function bareSqlite(file: string, owners: Owners): Bare {
  const db = new sqlite3.Database(file);
  db.exec("PRAGMA busy_timeout = 10000; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
  const insert = db.prepare(TIME_ALONE.replaceAll("$", "?"));
  const statements = ROWS_OF_A_BOOKING.map((sql) => db.prepare(sql));
  const waiting: Array<{ bind: Binds; done: () => void }> = [];
  let running = false;

  const run = (statement: sqlite3.Statement, bind: Binds | unknown[]) =>
    new Promise<void>((resolve, reject) => {
      statement.run(bind, (error: Error | null) => (error ? reject(error) : resolve()));
    });
  const exec = (sql: string) =>
    new Promise<void>((resolve, reject) => {
      db.exec(sql, (error) => (error ? reject(error) : resolve()));
    });

  // The driver keeps no order among statements that do not wait for each other; the commit is shared.
  async function commitTogether() {
    running = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, 64);
      await exec("BEGIN IMMEDIATE");
      for (const { bind } of batch)
        for (const [i, statement] of statements.entries())
          await run(statement, only(bind, ROWS_OF_A_BOOKING[i] ?? ""));
      await exec("COMMIT");
      for (const { done } of batch) done();
    }
    running = false;
  }

  return {
    insertAllocation: (place) => run(insert, timeAlone(owners, place)),
    insertBooking: (place, index) =>
      new Promise<void>((done) => {
        waiting.push({ bind: bindsOf(owners, place, index), done });
        if (!running) void commitTogether();
      }),
    async close() {
      for (const statement of [insert, ...statements])
        await new Promise<void>((resolve) => void statement.finalize(() => resolve()));
      await new Promise<void>((resolve) => db.close(() => resolve()));
    },
  };
}

type Binds = Record<string, unknown>;

const FAR = 1_000_000; // above the ids that are given out

const ROWS_OF_A_BOOKING = [
  `INSERT INTO customers (id, business_id, identity, name, email, name_key, phone_key, search,
     approved_at, confirmed_at, created_at)
   VALUES ($id, $businessId, $identity, $name, $email, $name, '', $name, $now, $now, $now)
   ON CONFLICT (business_id, identity) DO UPDATE SET phone = customers.phone`,
  `INSERT INTO appointments (id, business_id, service_id, staff_id, location_id, customer_id, people,
     starts_at, ends_at, zone, status, note, uid, token_hash, created_at)
   VALUES ($id, $businessId, $serviceId, $staffId, $locationId, $id, 1, $from, $until, 'UTC',
     'confirmed', '', $uid, $hash, $now)`,
  `INSERT INTO allocations (business_id, subject, staff_id, location_id, busy_from, busy_until,
     group_key, appointment_id)
   VALUES ($businessId, $subject, $staffId, $locationId, $from, $until, $uid, $id)`,
  `INSERT INTO audit_entries (business_id, at, actor, action, appointment_id, details)
   VALUES ($businessId, $now, 'system', 'appointment.booked', $id, '{}')`,
  `INSERT INTO deliveries (business_id, kind, appointment_id, staff_id, sequence, due_at, created_at)
   VALUES ($businessId, 'confirmation', $id, NULL, 0, $now, $now),
     ($businessId, 'reminder', $id, NULL, 0, $now, $now),
     ($businessId, 'staff_booked', $id, $staffId, 0, $now, $now)`,
];

function bindsOf(
  { businessId, serviceId, locationId }: Owners,
  { staffId, from, until }: Place,
  index: number,
): Binds {
  const ids = { id: FAR + index, businessId, serviceId, locationId, staffId };
  return { ...ids, ...customer(index), from, until, subject: `staff:${staffId}`, now: Date.now() };
}

/** Those that the statement names: the driver refuses others. */
function only(bind: Binds, sql: string): Binds {
  const names = new Set(sql.match(/\$\w+/g));
  return Object.fromEntries([...names].map((name) => [name, bind[name.slice(1)]]));
}

function customer(index: number) {
  const email = `bare${index}@example.com`;
  const name = `Bare ${index}`;
  const hash = String(index).padStart(64, "0");
  return { identity: `${email} ${name}`, name, email, uid: `bare-${index}`, hash };
}
