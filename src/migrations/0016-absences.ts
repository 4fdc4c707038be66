import { bumpVersionOnChange, ddl, ID, INSTANT } from "./sql.ts";

export async function up(): Promise<void> {
  await ddl(
    // Days off that somebody asks for; only granted ones keep her from being booked.
    `CREATE TABLE absences (
      id ${ID},
      business_id INTEGER NOT NULL,
      staff_id INTEGER NOT NULL,
      from_date TEXT NOT NULL,
      to_date TEXT NOT NULL,
      note TEXT NOT NULL DEFAULT '',
      state TEXT NOT NULL DEFAULT 'requested'
        CHECK (state IN ('requested', 'granted', 'refused', 'withdrawn')),
      decided_by INTEGER,
      decided_at ${INSTANT},
      created_at ${INSTANT} NOT NULL,
      UNIQUE (business_id, id),
      CHECK (from_date <= to_date),
      CHECK (state <> 'requested' OR decided_at IS NULL),
      CHECK (state NOT IN ('granted', 'refused') OR
        (decided_by IS NOT NULL AND decided_at IS NOT NULL)),
      FOREIGN KEY (business_id, staff_id) REFERENCES staff (business_id, id) ON DELETE CASCADE,
      FOREIGN KEY (business_id, decided_by) REFERENCES staff (business_id, id)
    )`,
    "CREATE INDEX absences_by_date ON absences (business_id, to_date)",
  );
  await bumpVersionOnChange("absences");
}
