import { ddl, INSTANT } from "./sql.ts";

/** For how long a business keeps what is its own to decide about, and what was taken away when. */
export async function up(): Promise<void> {
  await ddl(
    // The usual months where there is no row. The bounds are those of src/domain/data-classes.ts.
    `CREATE TABLE retentions (
      business_id INTEGER NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
      class TEXT NOT NULL,
      months INTEGER NOT NULL,
      PRIMARY KEY (business_id, class),
      CHECK ((class = 'customer' AND months BETWEEN 3 AND 120) OR
             (class = 'note' AND months BETWEEN 1 AND 60) OR
             (class = 'absence_note' AND months BETWEEN 1 AND 36))
    )`,
    // The last night's work. What earlier ones took away is told by the history.
    `CREATE TABLE retention_runs (
      business_id INTEGER NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
      ran_at ${INSTANT} NOT NULL,
      counts TEXT NOT NULL,
      PRIMARY KEY (business_id)
    )`,
    `CREATE INDEX appointments_noted ON appointments (business_id, ends_at)
       WHERE note <> '' OR phone IS NOT NULL`,
    "CREATE INDEX absences_noted ON absences (business_id, to_date) WHERE note <> ''",
  );
}
