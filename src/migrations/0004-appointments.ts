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
    // share an address stay two customers.
    `CREATE TABLE customers (
      id ${ID},
      business_id INTEGER NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
      identity TEXT,
      name TEXT NOT NULL,
      email TEXT,
      phone TEXT,
      note TEXT NOT NULL DEFAULT '',
      created_at ${INSTANT} NOT NULL,
      UNIQUE (business_id, id),
      UNIQUE (business_id, identity)
    )`,
    "CREATE INDEX customers_by_name ON customers (business_id, name)",
    `CREATE TABLE appointments (
      id ${ID},
      business_id INTEGER NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
      service_id INTEGER NOT NULL,
      staff_id INTEGER NOT NULL,
      customer_id INTEGER NOT NULL,
      starts_at ${INSTANT} NOT NULL,
      ends_at ${INSTANT} NOT NULL,
      zone TEXT NOT NULL,
      status TEXT NOT NULL DEFAULT 'confirmed' CHECK (status IN
        ('pending', 'requested', 'confirmed', 'arrived', 'completed', 'no_show', 'cancelled')),
      price INTEGER,
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
      FOREIGN KEY (business_id, service_id) REFERENCES services (business_id, id),
      FOREIGN KEY (business_id, staff_id) REFERENCES staff (business_id, id),
      FOREIGN KEY (business_id, customer_id) REFERENCES customers (business_id, id)
    )`,
    "CREATE INDEX appointments_by_start ON appointments (business_id, starts_at)",
    "CREATE INDEX appointments_by_customer ON appointments (business_id, customer_id, starts_at)",
    "CREATE INDEX appointments_by_staff ON appointments (business_id, staff_id, starts_at)",
    // A hold remembers what it became, so that pressing twice books once.
    `CREATE TABLE holds (
      id ${ID},
      business_id INTEGER NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
      service_id INTEGER NOT NULL,
      staff_id INTEGER NOT NULL,
      any_staff BOOLEAN NOT NULL DEFAULT FALSE,
      starts_at ${INSTANT} NOT NULL,
      token_hash TEXT NOT NULL UNIQUE,
      expires_at ${INSTANT} NOT NULL,
      appointment_id INTEGER,
      created_at ${INSTANT} NOT NULL,
      UNIQUE (business_id, id),
      FOREIGN KEY (business_id, service_id) REFERENCES services (business_id, id) ON DELETE CASCADE,
      FOREIGN KEY (business_id, staff_id) REFERENCES staff (business_id, id) ON DELETE CASCADE,
      FOREIGN KEY (business_id, appointment_id) REFERENCES appointments (business_id, id)
    )`,
    "CREATE INDEX holds_by_expiry ON holds (expires_at)",
  );
}

/** The time an appointment or a hold takes from one subject, buffers included. */
function createAllocations(): Promise<void> {
  return ddl(
    `CREATE TABLE allocations (
      id ${ID},
      business_id INTEGER NOT NULL,
      subject TEXT NOT NULL,
      staff_id INTEGER NOT NULL,
      busy_from ${INSTANT} NOT NULL,
      busy_until ${INSTANT} NOT NULL,
      appointment_id INTEGER,
      hold_id INTEGER,
      expires_at ${INSTANT},
      UNIQUE (business_id, id),
      CHECK (subject = 'staff:' || staff_id),
      CHECK (busy_from < busy_until AND busy_until - busy_from <= ${LONGEST_ALLOCATION}),
      CHECK ((appointment_id IS NOT NULL AND hold_id IS NULL AND expires_at IS NULL) OR
             (appointment_id IS NULL AND hold_id IS NOT NULL AND expires_at IS NOT NULL)),
      FOREIGN KEY (business_id, staff_id) REFERENCES staff (business_id, id),
      FOREIGN KEY (business_id, appointment_id)
        REFERENCES appointments (business_id, id) ON DELETE CASCADE,
      FOREIGN KEY (business_id, hold_id) REFERENCES holds (business_id, id) ON DELETE CASCADE
    )`,
    "CREATE INDEX allocations_by_time ON allocations (business_id, busy_from)",
    "CREATE INDEX allocations_by_subject ON allocations (business_id, subject, busy_from)",
    "CREATE INDEX allocations_by_appointment ON allocations (business_id, appointment_id)",
    "CREATE INDEX allocations_by_hold ON allocations (business_id, hold_id)",
  );
}

/** Never two at once. Half-open ranges: touching is not overlapping. */
async function forbidOverlaps(): Promise<void> {
  await ddlFor(
    "postgres",
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    `ALTER TABLE allocations ADD CONSTRAINT allocations_never_overlap EXCLUDE USING gist
       (business_id WITH =, subject WITH =, int8range(busy_from, busy_until) WITH &&)`,
  );
  await ddlFor(
    "sqlite",
    overlapTrigger("insert", "INSERT"),
    overlapTrigger("update", "UPDATE OF business_id, subject, busy_from, busy_until"),
  );
}

function overlapTrigger(name: string, event: string): string {
  return `CREATE TRIGGER allocations_never_overlap_on_${name} BEFORE ${event} ON allocations
    WHEN EXISTS (
      SELECT 1 FROM allocations AS other
      WHERE other.business_id = NEW.business_id AND other.subject = NEW.subject
        AND other.busy_from < NEW.busy_until AND other.busy_until > NEW.busy_from
        AND other.busy_from > NEW.busy_from - ${LONGEST_ALLOCATION}
        AND other.id IS NOT NEW.id)
    BEGIN SELECT RAISE(ABORT, 'allocations_never_overlap'); END`;
}
