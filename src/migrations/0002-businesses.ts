import { bumpVersionOnChange, ddl, ddlFor, ID, INSTANT } from "./sql.ts";

export async function up(): Promise<void> {
  await ddl(
    `CREATE TABLE businesses (
      id ${ID},
      slug TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL,
      address TEXT NOT NULL,
      phone TEXT NOT NULL,
      email TEXT NOT NULL,
      zone TEXT NOT NULL,
      currency TEXT NOT NULL DEFAULT 'USD',
      language TEXT NOT NULL DEFAULT 'en',
      other_languages BOOLEAN NOT NULL DEFAULT TRUE,
      bookings_open BOOLEAN NOT NULL DEFAULT TRUE,
      holiday_region TEXT,
      travel_minutes INTEGER NOT NULL DEFAULT 0 CHECK (travel_minutes BETWEEN 0 AND 480),
      approve_first BOOLEAN NOT NULL DEFAULT FALSE,
      confirm_first_email BOOLEAN NOT NULL DEFAULT FALSE,
      sender_name TEXT,
      reply_to TEXT,
      agenda_hour INTEGER NOT NULL DEFAULT 6 CHECK (agenda_hour BETWEEN 0 AND 23),
      frame_origins TEXT NOT NULL DEFAULT '[]',
      version INTEGER NOT NULL DEFAULT 1,
      created_at ${INSTANT} NOT NULL
    )`,
    // A place of the business. What is NULL is as the business's own: it has one place at first.
    `CREATE TABLE locations (
      id ${ID},
      business_id INTEGER NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
      slug TEXT NOT NULL,
      name TEXT NOT NULL,
      address TEXT,
      phone TEXT,
      zone TEXT,
      position INTEGER NOT NULL DEFAULT 0,
      archived_at ${INSTANT},
      created_at ${INSTANT} NOT NULL,
      UNIQUE (business_id, id),
      UNIQUE (business_id, slug)
    )`,
    // What a business may tell but need not: removable without a trace in its main row.
    `CREATE TABLE business_profiles (
      business_id INTEGER PRIMARY KEY REFERENCES businesses (id) ON DELETE CASCADE,
      revenue TEXT,
      headcount TEXT,
      industry TEXT
    )`,
    `CREATE TABLE contacts (
      business_id INTEGER NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
      role TEXT NOT NULL CHECK (role IN ('primary', 'billing')),
      name TEXT NOT NULL,
      email TEXT NOT NULL,
      PRIMARY KEY (business_id, role)
    )`,
    `CREATE TABLE closures (
      id ${ID},
      business_id INTEGER NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
      location_id INTEGER,
      from_date TEXT NOT NULL,
      to_date TEXT NOT NULL,
      reason TEXT NOT NULL DEFAULT '',
      UNIQUE (business_id, id),
      CHECK (from_date <= to_date),
      FOREIGN KEY (business_id, location_id) REFERENCES locations (business_id, id) ON DELETE CASCADE
    )`,
    "CREATE INDEX closures_by_date ON closures (business_id, to_date)",
    `CREATE TABLE notices (
      business_id INTEGER NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
      kind TEXT NOT NULL CHECK (kind IN
        ('confirmation', 'change', 'cancellation', 'reminder', 'staff', 'agenda', 'waiting')),
      enabled BOOLEAN NOT NULL,
      PRIMARY KEY (business_id, kind)
    )`,
  );
  await bumpOnOwnChange();
  await bumpVersionOnChange("closures", "locations");
  await giveEveryBusinessAPlace();
}

/** By trigger, so that no business is ever without a location. */
async function giveEveryBusinessAPlace(): Promise<void> {
  const first = `INSERT INTO locations (business_id, slug, name, created_at)
    VALUES (NEW.id, 'main', NEW.name, NEW.created_at);`;
  await ddlFor(
    "postgres",
    `CREATE FUNCTION give_first_location() RETURNS trigger LANGUAGE plpgsql AS $body$
     BEGIN ${first} RETURN NULL; END $body$`,
    `CREATE TRIGGER businesses_have_a_location AFTER INSERT ON businesses
     FOR EACH ROW EXECUTE FUNCTION give_first_location()`,
  );
  await ddlFor(
    "sqlite",
    `CREATE TRIGGER businesses_have_a_location AFTER INSERT ON businesses BEGIN ${first} END`,
  );
}

async function bumpOnOwnChange(): Promise<void> {
  await ddlFor(
    "postgres",
    `CREATE FUNCTION bump_business_version() RETURNS trigger LANGUAGE plpgsql AS $body$
     BEGIN
       UPDATE businesses SET version = version + 1
         WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.business_id ELSE NEW.business_id END;
       RETURN NULL;
     END $body$`,
    `CREATE FUNCTION bump_own_version() RETURNS trigger LANGUAGE plpgsql AS $body$
     BEGIN NEW.version := OLD.version + 1; RETURN NEW; END $body$`,
    `CREATE TRIGGER businesses_bump_version BEFORE UPDATE ON businesses
     FOR EACH ROW WHEN (NEW.version = OLD.version) EXECUTE FUNCTION bump_own_version()`,
  );
  await ddlFor(
    "sqlite",
    `CREATE TRIGGER businesses_bump_version AFTER UPDATE ON businesses
     WHEN NEW.version = OLD.version
     BEGIN UPDATE businesses SET version = version + 1 WHERE id = NEW.id; END`,
  );
}
