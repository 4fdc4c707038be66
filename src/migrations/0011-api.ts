import { ddl, ID, INSTANT } from "./sql.ts";

export async function up(): Promise<void> {
  await ddl(
    // What others' programs sign in with. Only the hash of a key is stored, and how it begins.
    `CREATE TABLE api_keys (
      id ${ID},
      business_id INTEGER NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      scopes TEXT NOT NULL CHECK (scopes <> ''),
      prefix TEXT NOT NULL,
      key_hash TEXT NOT NULL UNIQUE,
      staff_id INTEGER NOT NULL,
      last_used_on TEXT,
      created_at ${INSTANT} NOT NULL,
      revoked_at ${INSTANT},
      UNIQUE (business_id, id),
      FOREIGN KEY (business_id, staff_id) REFERENCES staff (business_id, id)
    )`,
    // What was answered to a request with an idempotency key, sealed, for a day.
    `CREATE TABLE api_requests (
      id ${ID},
      business_id INTEGER NOT NULL,
      api_key_id INTEGER NOT NULL,
      key_hash TEXT NOT NULL,
      fingerprint TEXT NOT NULL,
      claimed_at ${INSTANT} NOT NULL,
      answer TEXT,
      created_at ${INSTANT} NOT NULL,
      UNIQUE (business_id, id),
      UNIQUE (business_id, api_key_id, key_hash),
      FOREIGN KEY (business_id, api_key_id)
        REFERENCES api_keys (business_id, id) ON DELETE CASCADE
    )`,
    "CREATE INDEX api_requests_by_age ON api_requests (created_at)",
    // Which appointments have changed since a program last asked.
    "CREATE INDEX audit_entries_by_time ON audit_entries (business_id, at)",
  );
}
