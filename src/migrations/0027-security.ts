import { ddl, ID, INSTANT } from "./sql.ts";

export async function up(): Promise<void> {
  await ddl(
    // Who signed in, as far as it is kept: no address, no browser's name for itself. The session is
    // there by the hash of its id, as it is in Redis.
    `CREATE TABLE sign_ins (
      id ${ID},
      person_id INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
      session_hash TEXT NOT NULL UNIQUE,
      at ${INSTANT} NOT NULL,
      seen_day TEXT NOT NULL,
      region TEXT NOT NULL,
      browser TEXT NOT NULL,
      ended_at ${INSTANT}
    )`,
    "CREATE INDEX sign_ins_by_person ON sign_ins (person_id, at)",
    "CREATE INDEX sign_ins_by_instant ON sign_ins (at)",
    // Which mail tells somebody of which sign-in.
    `CREATE TABLE security_mails (
      business_id INTEGER NOT NULL,
      delivery_id INTEGER NOT NULL,
      person_id INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
      sign_in_id INTEGER REFERENCES sign_ins (id) ON DELETE CASCADE,
      PRIMARY KEY (business_id, delivery_id),
      FOREIGN KEY (business_id, delivery_id)
        REFERENCES deliveries (business_id, id) ON DELETE CASCADE
    )`,
    "CREATE INDEX security_mails_by_sign_in ON security_mails (sign_in_id)",
    "CREATE INDEX security_mails_by_person ON security_mails (person_id)",
  );
}
