import { bumpVersionOnChange, ddl, ID, INSTANT } from "./sql.ts";

export async function up(): Promise<void> {
  await ddl(
    `CREATE TABLE services (
      id ${ID},
      business_id INTEGER NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
      slug TEXT NOT NULL,
      name TEXT NOT NULL,
      minutes INTEGER NOT NULL CHECK (minutes BETWEEN 5 AND 1440),
      price INTEGER CHECK (price >= 0),
      step INTEGER NOT NULL CHECK (step BETWEEN 5 AND 1440),
      buffer_before INTEGER NOT NULL DEFAULT 0 CHECK (buffer_before BETWEEN 0 AND 480),
      buffer_after INTEGER NOT NULL DEFAULT 0 CHECK (buffer_after BETWEEN 0 AND 480),
      booking_notice INTEGER NOT NULL DEFAULT 0 CHECK (booking_notice >= 0),
      rescheduling_notice INTEGER NOT NULL DEFAULT 0 CHECK (rescheduling_notice >= 0),
      cancelling_notice INTEGER NOT NULL DEFAULT 0 CHECK (cancelling_notice >= 0),
      horizon_days INTEGER NOT NULL DEFAULT 60 CHECK (horizon_days BETWEEN 1 AND 730),
      archived_at ${INSTANT},
      created_at ${INSTANT} NOT NULL,
      UNIQUE (business_id, id),
      UNIQUE (business_id, slug)
    )`,
    // A row without a person is a provider who can be booked but does not sign in.
    `CREATE TABLE staff (
      id ${ID},
      business_id INTEGER NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
      person_id INTEGER REFERENCES people (id),
      role TEXT NOT NULL CHECK (role IN ('owner', 'manager', 'scheduler', 'provider')),
      name TEXT NOT NULL,
      email TEXT,
      bookable BOOLEAN NOT NULL DEFAULT TRUE,
      position INTEGER NOT NULL DEFAULT 0,
      archived_at ${INSTANT},
      created_at ${INSTANT} NOT NULL,
      UNIQUE (business_id, id),
      UNIQUE (business_id, person_id)
    )`,
    "CREATE INDEX staff_by_person ON staff (person_id)",
    `CREATE TABLE staff_services (
      business_id INTEGER NOT NULL,
      staff_id INTEGER NOT NULL,
      service_id INTEGER NOT NULL,
      PRIMARY KEY (business_id, staff_id, service_id),
      FOREIGN KEY (business_id, staff_id) REFERENCES staff (business_id, id) ON DELETE CASCADE,
      FOREIGN KEY (business_id, service_id) REFERENCES services (business_id, id) ON DELETE CASCADE
    )`,
    // Minutes of the local day; to_minute past 1440 runs into the next morning.
    `CREATE TABLE hours (
      id ${ID},
      business_id INTEGER NOT NULL,
      staff_id INTEGER NOT NULL,
      weekday INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 7),
      from_minute INTEGER NOT NULL CHECK (from_minute BETWEEN 0 AND 1439),
      to_minute INTEGER NOT NULL CHECK (to_minute BETWEEN 1 AND 2880),
      UNIQUE (business_id, id),
      CHECK (from_minute < to_minute AND to_minute - from_minute <= 1440),
      FOREIGN KEY (business_id, staff_id) REFERENCES staff (business_id, id) ON DELETE CASCADE
    )`,
    "CREATE INDEX hours_by_staff ON hours (business_id, staff_id)",
    `CREATE TABLE exceptions (
      id ${ID},
      business_id INTEGER NOT NULL,
      staff_id INTEGER NOT NULL,
      date TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('open', 'closed')),
      from_minute INTEGER,
      to_minute INTEGER,
      UNIQUE (business_id, id),
      CHECK ((from_minute IS NULL) = (to_minute IS NULL)),
      CHECK (from_minute IS NULL OR
        (from_minute BETWEEN 0 AND 1439 AND to_minute > from_minute AND to_minute <= 2880)),
      CHECK (kind = 'closed' OR from_minute IS NOT NULL),
      FOREIGN KEY (business_id, staff_id) REFERENCES staff (business_id, id) ON DELETE CASCADE
    )`,
    "CREATE INDEX exceptions_by_date ON exceptions (business_id, date)",
  );
  await bumpVersionOnChange("services", "staff", "staff_services", "hours", "exceptions");
}
