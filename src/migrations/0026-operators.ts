import { ddl, ID, INSTANT } from "./sql.ts";

/** What an operator has signed: that she tells nothing on. Renewing it is another row. */
export async function up(): Promise<void> {
  await ddl(
    `CREATE TABLE non_disclosures (
      id ${ID},
      operator_id INTEGER NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
      signed_on TEXT NOT NULL,
      ends_on TEXT NOT NULL,
      created_at ${INSTANT} NOT NULL,
      ended_at ${INSTANT},
      CHECK (signed_on <= ends_on)
    )`,
    "CREATE INDEX non_disclosures_by_operator ON non_disclosures (operator_id, ends_on)",
  );
}
