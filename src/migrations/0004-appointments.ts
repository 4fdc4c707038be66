import { isPostgres } from "../models/database.ts";
import { ddl, ddlFor, ID, INSTANT } from "./sql.ts";

// No allocation is longer, so an overlap is found in a short range of the index.
const LONGEST_ALLOCATION = 48 * 60 * 60 * 1000;

export async function up(): Promise<void> {
  await createCustomersAndAppointments();
  await createAllocations();
  await forbidOverlaps();
}

async function createCustomersAndAppointments(): Promise<void> {
  await ddl(
    // `identity` is mail address and name, folded: the same customer booking again. Two people who
    // share an address stay two customers. `name_key`, `phone_key` and `search` are what the verbs
    // of Customer make of name, phone and all that can be searched: SQLite folds ASCII only.
    // `approved_at` and `confirmed_at` are empty while she has yet to be approved, or to confirm.
    `CREATE TABLE customers (
      id ${ID},
      business_id INTEGER NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
      identity TEXT,
      name TEXT NOT NULL,
      email TEXT,
      phone TEXT,
      note TEXT NOT NULL DEFAULT '',
      alert TEXT NOT NULL DEFAULT '',
      name_key TEXT NOT NULL DEFAULT '',
      phone_key TEXT NOT NULL DEFAULT '',
      search TEXT NOT NULL DEFAULT '',
      approved_at ${INSTANT},
      confirmed_at ${INSTANT},
      blocked_at ${INSTANT},
      bounced_at ${INSTANT},
      created_at ${INSTANT} NOT NULL,
      UNIQUE (business_id, id),
      UNIQUE (business_id, identity)
    )`,
    "CREATE INDEX customers_by_name ON customers (business_id, name_key, id)",
    "CREATE INDEX customers_by_email ON customers (business_id, email)",
    "CREATE INDEX customers_by_phone ON customers (business_id, phone_key)",
    // Appointments booked together, the same time of day again and again.
    `CREATE TABLE series (
      id ${ID},
      business_id INTEGER NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
      rule TEXT NOT NULL,
      created_at ${INSTANT} NOT NULL,
      UNIQUE (business_id, id)
    )`,
    `CREATE TABLE appointments (
      id ${ID},
      business_id INTEGER NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
      service_id INTEGER NOT NULL,
      staff_id INTEGER NOT NULL,
      location_id INTEGER NOT NULL,
      customer_id INTEGER NOT NULL,
      series_id INTEGER,
      people INTEGER NOT NULL DEFAULT 1 CHECK (people >= 1),
      starts_at ${INSTANT} NOT NULL,
      ends_at ${INSTANT} NOT NULL,
      zone TEXT NOT NULL,
      status TEXT NOT NULL DEFAULT 'confirmed' CHECK (status IN
        ('pending', 'requested', 'confirmed', 'arrived', 'completed', 'no_show', 'cancelled')),
      pending_until ${INSTANT},
      coming_at ${INSTANT},
      price INTEGER,
      deposit INTEGER,
      note TEXT NOT NULL DEFAULT '',
      phone TEXT,
      language TEXT,
      uid TEXT NOT NULL UNIQUE,
      sequence INTEGER NOT NULL DEFAULT 0,
      token_hash TEXT NOT NULL UNIQUE,
      created_at ${INSTANT} NOT NULL,
      cancelled_at ${INSTANT},
      UNIQUE (business_id, id),
      CHECK (starts_at < ends_at),
      CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL)),
      CHECK ((status = 'pending') = (pending_until IS NOT NULL)),
      FOREIGN KEY (business_id, series_id) REFERENCES series (business_id, id),
      FOREIGN KEY (business_id, location_id) REFERENCES locations (business_id, id),
      FOREIGN KEY (business_id, service_id) REFERENCES services (business_id, id),
      FOREIGN KEY (business_id, staff_id) REFERENCES staff (business_id, id),
      FOREIGN KEY (business_id, customer_id) REFERENCES customers (business_id, id)
    )`,
    "CREATE INDEX appointments_by_start ON appointments (business_id, starts_at)",
    "CREATE INDEX appointments_by_customer ON appointments (business_id, customer_id, starts_at)",
    "CREATE INDEX appointments_by_staff ON appointments (business_id, staff_id, starts_at)",
    "CREATE INDEX appointments_by_series ON appointments (business_id, series_id)",
    `CREATE INDEX appointments_pending ON appointments (pending_until)
       WHERE pending_until IS NOT NULL`,
    // As booked: what an add-on is called or costs later changes nothing.
    `CREATE TABLE appointment_addons (
      business_id INTEGER NOT NULL,
      appointment_id INTEGER NOT NULL,
      addon_id INTEGER NOT NULL,
      name TEXT NOT NULL,
      minutes INTEGER NOT NULL,
      price INTEGER,
      PRIMARY KEY (business_id, appointment_id, addon_id),
      FOREIGN KEY (business_id, appointment_id)
        REFERENCES appointments (business_id, id) ON DELETE CASCADE,
      FOREIGN KEY (business_id, addon_id) REFERENCES addons (business_id, id)
    )`,
    // A hold remembers what it became, so that pressing twice books once.
    `CREATE TABLE holds (
      id ${ID},
      business_id INTEGER NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
      service_id INTEGER NOT NULL,
      staff_id INTEGER NOT NULL,
      any_staff BOOLEAN NOT NULL DEFAULT FALSE,
      location_id INTEGER NOT NULL,
      people INTEGER NOT NULL DEFAULT 1 CHECK (people >= 1),
      addon_ids TEXT NOT NULL DEFAULT '[]',
      starts_at ${INSTANT} NOT NULL,
      token_hash TEXT NOT NULL UNIQUE,
      expires_at ${INSTANT} NOT NULL,
      appointment_id INTEGER,
      created_at ${INSTANT} NOT NULL,
      UNIQUE (business_id, id),
      FOREIGN KEY (business_id, service_id) REFERENCES services (business_id, id) ON DELETE CASCADE,
      FOREIGN KEY (business_id, staff_id) REFERENCES staff (business_id, id) ON DELETE CASCADE,
      FOREIGN KEY (business_id, location_id) REFERENCES locations (business_id, id) ON DELETE CASCADE,
      FOREIGN KEY (business_id, appointment_id) REFERENCES appointments (business_id, id)
    )`,
    "CREATE INDEX holds_by_expiry ON holds (expires_at)",
  );
}

/**
 * What an appointment or a hold takes, each for itself alone: time of its provider and of rooms or
 * equipment, buffers included; its seats in a group; its place within a limit a day or a week.
 *
 * Those who share a `group_key` may share a subject: they are in one group. By default nobody else
 * has the key. In a group each `need` is met by one subject, the same for all.
 */
function createAllocations(): Promise<void> {
  return ddl(
    `CREATE TABLE allocations (
      id ${ID},
      business_id INTEGER NOT NULL,
      subject TEXT NOT NULL,
      staff_id INTEGER,
      resource_id INTEGER,
      location_id INTEGER,
      busy_from ${INSTANT} NOT NULL,
      busy_until ${INSTANT} NOT NULL,
      away_from ${INSTANT},
      group_key TEXT NOT NULL DEFAULT (${RANDOM_KEY}),
      need TEXT,
      appointment_id INTEGER,
      hold_id INTEGER,
      expires_at ${INSTANT},
      UNIQUE (business_id, id),
      CHECK ((staff_id IS NOT NULL AND resource_id IS NULL AND subject = 'staff:' || staff_id) OR
             (resource_id IS NOT NULL AND staff_id IS NULL AND subject = 'resource:' || resource_id)
             OR (staff_id IS NULL AND resource_id IS NULL AND
               (subject LIKE 'seat:%' OR subject LIKE 'day:%' OR subject LIKE 'week:%'))),
      CHECK (busy_from < busy_until AND busy_until - busy_from <= ${LONGEST_ALLOCATION}),
      CHECK (away_from < busy_from),
      CHECK ((appointment_id IS NOT NULL AND hold_id IS NULL AND expires_at IS NULL) OR
             (appointment_id IS NULL AND hold_id IS NOT NULL AND expires_at IS NOT NULL)),
      FOREIGN KEY (business_id, staff_id) REFERENCES staff (business_id, id),
      FOREIGN KEY (business_id, resource_id) REFERENCES resources (business_id, id),
      FOREIGN KEY (business_id, location_id) REFERENCES locations (business_id, id),
      FOREIGN KEY (business_id, appointment_id)
        REFERENCES appointments (business_id, id) ON DELETE CASCADE,
      FOREIGN KEY (business_id, hold_id) REFERENCES holds (business_id, id) ON DELETE CASCADE
    )`,
    "CREATE INDEX allocations_by_time ON allocations (business_id, busy_from)",
    "CREATE INDEX allocations_by_subject ON allocations (business_id, subject, busy_from)",
    "CREATE INDEX allocations_by_appointment ON allocations (business_id, appointment_id)",
    "CREATE INDEX allocations_by_hold ON allocations (business_id, hold_id)",
    "CREATE INDEX allocations_by_need ON allocations (business_id, group_key) WHERE need IS NOT NULL",
  );
}

const RANDOM_KEY = isPostgres ? "gen_random_uuid()::text" : "hex(randomblob(8))";

/**
 * Never two at once. Half-open ranges: touching is not overlapping. `away_from` is so long before
 * `busy_from` as the way from another location takes.
 */
async function forbidOverlaps(): Promise<void> {
  await ddlFor(
    "postgres",
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    `ALTER TABLE allocations ADD CONSTRAINT allocations_never_overlap EXCLUDE USING gist
       (business_id WITH =, subject WITH =, group_key WITH <>,
        int8range(busy_from, busy_until) WITH &&)`,
    `ALTER TABLE allocations ADD CONSTRAINT allocations_leave_time_to_travel EXCLUDE USING gist
       (business_id WITH =, subject WITH =, location_id WITH <>,
        int8range(away_from, busy_until) WITH &&) WHERE (away_from IS NOT NULL)`,
    `ALTER TABLE allocations ADD CONSTRAINT allocations_meet_needs_once EXCLUDE USING gist
       (business_id WITH =, group_key WITH =, need WITH =, subject WITH <>)
       WHERE (need IS NOT NULL)`,
  );
  const when = "UPDATE OF business_id, subject, busy_from, busy_until, away_from, group_key, need";
  await ddlFor("sqlite", overlapTrigger("insert", "INSERT"), overlapTrigger("update", when));
}

function overlapTrigger(name: string, event: string): string {
  const sameSubject = `other.business_id = NEW.business_id AND other.subject = NEW.subject
    AND other.id IS NOT NEW.id`;
  return `CREATE TRIGGER allocations_never_overlap_on_${name} BEFORE ${event} ON allocations
    WHEN EXISTS (
      SELECT 1 FROM allocations AS other
      WHERE ${sameSubject} AND other.group_key <> NEW.group_key
        AND other.busy_from < NEW.busy_until AND other.busy_until > NEW.busy_from
        AND other.busy_from > NEW.busy_from - ${LONGEST_ALLOCATION})
    OR (NEW.away_from IS NOT NULL AND EXISTS (
      SELECT 1 FROM allocations AS other
      WHERE ${sameSubject} AND other.location_id <> NEW.location_id
        AND other.away_from < NEW.busy_until AND other.busy_until > NEW.away_from
        AND other.busy_from > NEW.away_from - ${LONGEST_ALLOCATION}))
    OR (NEW.need IS NOT NULL AND EXISTS (
      SELECT 1 FROM allocations AS other
      WHERE other.business_id = NEW.business_id AND other.group_key = NEW.group_key
        AND other.need = NEW.need AND other.subject <> NEW.subject AND other.id IS NOT NEW.id))
    BEGIN SELECT RAISE(ABORT, 'allocations_never_overlap'); END`;
}
