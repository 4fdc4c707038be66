import { ddl } from "./sql.ts";

/** Which mail tells somebody what became of which time off. */
export async function up(): Promise<void> {
  await ddl(
    `CREATE TABLE absence_mails (
      business_id INTEGER NOT NULL,
      absence_id INTEGER NOT NULL,
      delivery_id INTEGER NOT NULL,
      PRIMARY KEY (business_id, absence_id),
      UNIQUE (business_id, delivery_id),
      FOREIGN KEY (business_id, absence_id) REFERENCES absences (business_id, id) ON DELETE CASCADE,
      FOREIGN KEY (business_id, delivery_id)
        REFERENCES deliveries (business_id, id) ON DELETE CASCADE
    )`,
  );
}
