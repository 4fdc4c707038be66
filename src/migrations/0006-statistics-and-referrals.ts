import { ddl, INSTANT } from "./sql.ts";

/** Counts and nothing else: no column here can hold a person, a session or a business. */
export function up(): Promise<void> {
  return ddl(
    `CREATE TABLE visit_counts (
      day TEXT NOT NULL,
      area TEXT NOT NULL CHECK (area IN ('site', 'booking', 'workspace')),
      audience TEXT NOT NULL CHECK (audience IN ('visitor', 'customer', 'business')),
      region TEXT NOT NULL,
      page TEXT NOT NULL,
      browser TEXT NOT NULL,
      language TEXT NOT NULL,
      visits INTEGER NOT NULL CHECK (visits > 0),
      PRIMARY KEY (day, area, audience, region, page, browser, language)
    )`,
    // A batch is added once, however often its job runs.
    `CREATE TABLE visit_batches (
      batch TEXT PRIMARY KEY,
      added_at ${INSTANT} NOT NULL
    )`,
    // "Never write to me again": a keyed hash, made at the friend's own wish, and nothing beside it.
    `CREATE TABLE referral_refusals (
      address_hash TEXT PRIMARY KEY
    )`,
    `CREATE TABLE switches (
      name TEXT PRIMARY KEY,
      enabled BOOLEAN NOT NULL,
      changed_at ${INSTANT} NOT NULL,
      operator_id INTEGER REFERENCES operators (id)
    )`,
  );
}
