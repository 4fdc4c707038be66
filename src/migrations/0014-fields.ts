import { bumpVersionOnChange, ddl, ddlFor, ID, INSTANT } from "./sql.ts";

/** A business's own fields, what was answered, and an index to find people by it. */
export async function up(): Promise<void> {
  await createFields();
  await createValues("customer");
  await createValues("appointment");
  await createAliases();
  // SQLite reads through a business's customers, which are some thousands.
  await ddlFor(
    "postgres",
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX customers_by_search ON customers USING gin (search gin_trgm_ops)",
  );
  // The few who cannot book by themselves: asked for at every booking.
  await ddl(
    "CREATE INDEX customers_blocked ON customers (business_id) WHERE blocked_at IS NOT NULL",
  );
}

/** Whom a customer that was merged into another had booked as; she is found by it from then on. */
async function createAliases(): Promise<void> {
  await ddl(
    `CREATE TABLE customer_aliases (
      business_id INTEGER NOT NULL,
      identity TEXT NOT NULL,
      customer_id INTEGER NOT NULL,
      PRIMARY KEY (business_id, identity),
      FOREIGN KEY (business_id, customer_id)
        REFERENCES customers (business_id, id) ON DELETE CASCADE
    )`,
    "CREATE INDEX customer_aliases_by_customer ON customer_aliases (business_id, customer_id)",
  );
}

async function createFields(): Promise<void> {
  await ddl(
    `CREATE TABLE fields (
      id ${ID},
      business_id INTEGER NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
      key TEXT NOT NULL,
      label TEXT NOT NULL,
      subject TEXT NOT NULL CHECK (subject IN ('customer', 'appointment')),
      type TEXT NOT NULL CHECK (type IN
        ('text', 'long_text', 'number', 'date', 'choice', 'choices', 'checkbox')),
      choices TEXT NOT NULL DEFAULT '[]',
      requirement TEXT NOT NULL CHECK (requirement IN ('hidden', 'optional', 'required')),
      purpose TEXT NOT NULL CHECK (purpose <> ''),
      retention_days INTEGER NOT NULL CHECK (retention_days BETWEEN 1 AND 3650),
      position INTEGER NOT NULL DEFAULT 0,
      archived_at ${INSTANT},
      created_at ${INSTANT} NOT NULL,
      UNIQUE (business_id, id),
      UNIQUE (business_id, key),
      CHECK ((type IN ('choice', 'choices')) = (choices <> '[]'))
    )`,
    `CREATE TABLE service_fields (
      business_id INTEGER NOT NULL,
      service_id INTEGER NOT NULL,
      field_id INTEGER NOT NULL,
      PRIMARY KEY (business_id, field_id, service_id),
      FOREIGN KEY (business_id, service_id)
        REFERENCES services (business_id, id) ON DELETE CASCADE,
      FOREIGN KEY (business_id, field_id) REFERENCES fields (business_id, id) ON DELETE CASCADE
    )`,
  );
  await bumpVersionOnChange("fields", "service_fields");
}

/** Each answer in the column of its type; several choices are a JSON list of texts. */
async function createValues(subject: "customer" | "appointment"): Promise<void> {
  const owner = `${subject}_id`;
  await ddl(
    `CREATE TABLE ${subject}_values (
      business_id INTEGER NOT NULL,
      ${owner} INTEGER NOT NULL,
      field_id INTEGER NOT NULL,
      value_text TEXT,
      value_number DOUBLE PRECISION,
      value_date TEXT,
      search TEXT NOT NULL DEFAULT '',
      saved_at ${INSTANT} NOT NULL,
      PRIMARY KEY (business_id, ${owner}, field_id),
      CHECK (CASE WHEN value_text IS NULL THEN 0 ELSE 1 END +
        CASE WHEN value_number IS NULL THEN 0 ELSE 1 END +
        CASE WHEN value_date IS NULL THEN 0 ELSE 1 END = 1),
      FOREIGN KEY (business_id, ${owner})
        REFERENCES ${subject}s (business_id, id) ON DELETE CASCADE,
      FOREIGN KEY (business_id, field_id) REFERENCES fields (business_id, id)
    )`,
    `CREATE INDEX ${subject}_values_by_field ON ${subject}_values (business_id, field_id, saved_at)`,
  );
}
