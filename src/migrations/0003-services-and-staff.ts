import { bumpVersionOnChange, ddl, ID, INSTANT } from "./sql.ts";

export async function up(): Promise<void> {
  await createServicesAndStaff();
  await createWhatServicesNeed();
}

async function createServicesAndStaff(): Promise<void> {
  await ddl(
    `CREATE TABLE categories (
      id ${ID},
      business_id INTEGER NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      position INTEGER NOT NULL DEFAULT 0,
      UNIQUE (business_id, id),
      UNIQUE (business_id, name)
    )`,
    `CREATE TABLE services (
      id ${ID},
      business_id INTEGER NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
      category_id INTEGER,
      position INTEGER NOT NULL DEFAULT 0,
      slug TEXT NOT NULL,
      name TEXT NOT NULL,
      description TEXT NOT NULL DEFAULT '',
      private BOOLEAN NOT NULL DEFAULT FALSE,
      price_shown BOOLEAN NOT NULL DEFAULT TRUE,
      minutes INTEGER NOT NULL CHECK (minutes BETWEEN 5 AND 1440),
      price INTEGER CHECK (price >= 0),
      step INTEGER NOT NULL CHECK (step BETWEEN 5 AND 1440),
      buffer_before INTEGER NOT NULL DEFAULT 0 CHECK (buffer_before BETWEEN 0 AND 480),
      buffer_after INTEGER NOT NULL DEFAULT 0 CHECK (buffer_after BETWEEN 0 AND 480),
      booking_notice INTEGER NOT NULL DEFAULT 0 CHECK (booking_notice >= 0),
      rescheduling_notice INTEGER NOT NULL DEFAULT 0 CHECK (rescheduling_notice >= 0),
      cancelling_notice INTEGER NOT NULL DEFAULT 0 CHECK (cancelling_notice >= 0),
      horizon_days INTEGER NOT NULL DEFAULT 60 CHECK (horizon_days BETWEEN 1 AND 730),
      approval BOOLEAN NOT NULL DEFAULT FALSE,
      seats INTEGER NOT NULL DEFAULT 1 CHECK (seats BETWEEN 1 AND 500),
      party INTEGER NOT NULL DEFAULT 1 CHECK (party BETWEEN 1 AND seats),
      daily_limit INTEGER CHECK (daily_limit BETWEEN 1 AND 100),
      weekly_limit INTEGER CHECK (weekly_limit BETWEEN 1 AND 500),
      deposit_policy TEXT NOT NULL DEFAULT 'none'
        CHECK (deposit_policy IN ('none', 'deposit', 'full')),
      deposit INTEGER CHECK (deposit > 0),
      most_repeats INTEGER NOT NULL DEFAULT 0 CHECK (most_repeats BETWEEN 0 AND 104),
      waiting_list BOOLEAN NOT NULL DEFAULT FALSE,
      archived_at ${INSTANT},
      created_at ${INSTANT} NOT NULL,
      UNIQUE (business_id, id),
      UNIQUE (business_id, slug),
      CHECK ((deposit_policy = 'deposit') = (deposit IS NOT NULL)),
      FOREIGN KEY (business_id, category_id) REFERENCES categories (business_id, id)
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
      sees_all BOOLEAN NOT NULL DEFAULT TRUE,
      wants_agenda BOOLEAN NOT NULL DEFAULT FALSE,
      position INTEGER NOT NULL DEFAULT 0,
      archived_at ${INSTANT},
      created_at ${INSTANT} NOT NULL,
      UNIQUE (business_id, id),
      UNIQUE (business_id, person_id)
    )`,
    "CREATE INDEX staff_by_person ON staff (person_id)",
    "CREATE INDEX staff_with_agenda ON staff (business_id) WHERE wants_agenda",
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
      location_id INTEGER NOT NULL,
      weekday INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 7),
      from_minute INTEGER NOT NULL CHECK (from_minute BETWEEN 0 AND 1439),
      to_minute INTEGER NOT NULL CHECK (to_minute BETWEEN 1 AND 2880),
      UNIQUE (business_id, id),
      CHECK (from_minute < to_minute AND to_minute - from_minute <= 1440),
      FOREIGN KEY (business_id, staff_id) REFERENCES staff (business_id, id) ON DELETE CASCADE,
      FOREIGN KEY (business_id, location_id) REFERENCES locations (business_id, id) ON DELETE CASCADE
    )`,
    "CREATE INDEX hours_by_staff ON hours (business_id, staff_id)",
    `CREATE TABLE exceptions (
      id ${ID},
      business_id INTEGER NOT NULL,
      staff_id INTEGER NOT NULL,
      location_id INTEGER,
      date TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('open', 'closed')),
      from_minute INTEGER,
      to_minute INTEGER,
      UNIQUE (business_id, id),
      CHECK ((from_minute IS NULL) = (to_minute IS NULL)),
      CHECK (from_minute IS NULL OR
        (from_minute BETWEEN 0 AND 1439 AND to_minute > from_minute AND to_minute <= 2880)),
      CHECK (kind = 'closed' OR (from_minute IS NOT NULL AND location_id IS NOT NULL)),
      FOREIGN KEY (business_id, staff_id) REFERENCES staff (business_id, id) ON DELETE CASCADE,
      FOREIGN KEY (business_id, location_id) REFERENCES locations (business_id, id) ON DELETE CASCADE
    )`,
    "CREATE INDEX exceptions_by_date ON exceptions (business_id, date)",
  );
  await bumpVersionOnChange(
    "categories",
    "services",
    "staff",
    "staff_services",
    "hours",
    "exceptions",
  );
}

/** When and where a service can be booked, what it takes, and what can be added to it. */
async function createWhatServicesNeed(): Promise<void> {
  await ddl(
    `CREATE TABLE resources (
      id ${ID},
      business_id INTEGER NOT NULL,
      location_id INTEGER NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('room', 'equipment')),
      name TEXT NOT NULL,
      capacity INTEGER CHECK (capacity BETWEEN 1 AND 500),
      position INTEGER NOT NULL DEFAULT 0,
      archived_at ${INSTANT},
      created_at ${INSTANT} NOT NULL,
      UNIQUE (business_id, id),
      FOREIGN KEY (business_id, location_id) REFERENCES locations (business_id, id) ON DELETE CASCADE
    )`,
    // A need is met by any one of its resources.
    `CREATE TABLE service_needs (
      business_id INTEGER NOT NULL,
      service_id INTEGER NOT NULL,
      need INTEGER NOT NULL CHECK (need BETWEEN 1 AND 5),
      resource_id INTEGER NOT NULL,
      PRIMARY KEY (business_id, service_id, need, resource_id),
      FOREIGN KEY (business_id, service_id) REFERENCES services (business_id, id) ON DELETE CASCADE,
      FOREIGN KEY (business_id, resource_id) REFERENCES resources (business_id, id) ON DELETE CASCADE
    )`,
    // None: at every location.
    `CREATE TABLE service_locations (
      business_id INTEGER NOT NULL,
      service_id INTEGER NOT NULL,
      location_id INTEGER NOT NULL,
      PRIMARY KEY (business_id, service_id, location_id),
      FOREIGN KEY (business_id, service_id) REFERENCES services (business_id, id) ON DELETE CASCADE,
      FOREIGN KEY (business_id, location_id) REFERENCES locations (business_id, id) ON DELETE CASCADE
    )`,
    // None: whenever its providers work.
    `CREATE TABLE service_hours (
      id ${ID},
      business_id INTEGER NOT NULL,
      service_id INTEGER NOT NULL,
      weekday INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 7),
      from_minute INTEGER NOT NULL CHECK (from_minute BETWEEN 0 AND 1439),
      to_minute INTEGER NOT NULL CHECK (to_minute BETWEEN 1 AND 2880),
      UNIQUE (business_id, id),
      CHECK (from_minute < to_minute AND to_minute - from_minute <= 1440),
      FOREIGN KEY (business_id, service_id) REFERENCES services (business_id, id) ON DELETE CASCADE
    )`,
    // None: on the step.
    `CREATE TABLE service_starts (
      business_id INTEGER NOT NULL,
      service_id INTEGER NOT NULL,
      weekday INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 7),
      minute INTEGER NOT NULL CHECK (minute BETWEEN 0 AND 1439),
      PRIMARY KEY (business_id, service_id, weekday, minute),
      FOREIGN KEY (business_id, service_id) REFERENCES services (business_id, id) ON DELETE CASCADE
    )`,
    `CREATE TABLE addons (
      id ${ID},
      business_id INTEGER NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      minutes INTEGER NOT NULL DEFAULT 0 CHECK (minutes BETWEEN 0 AND 480),
      price INTEGER CHECK (price >= 0),
      position INTEGER NOT NULL DEFAULT 0,
      archived_at ${INSTANT},
      created_at ${INSTANT} NOT NULL,
      UNIQUE (business_id, id)
    )`,
    `CREATE TABLE service_addons (
      business_id INTEGER NOT NULL,
      service_id INTEGER NOT NULL,
      addon_id INTEGER NOT NULL,
      PRIMARY KEY (business_id, service_id, addon_id),
      FOREIGN KEY (business_id, service_id) REFERENCES services (business_id, id) ON DELETE CASCADE,
      FOREIGN KEY (business_id, addon_id) REFERENCES addons (business_id, id) ON DELETE CASCADE
    )`,
  );
  await bumpVersionOnChange("resources", "service_needs", "service_locations", "service_hours");
  await bumpVersionOnChange("service_starts", "addons", "service_addons");
}
