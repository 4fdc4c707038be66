import { isPostgres } from "../models/database.ts";
import { ddl, ID, INSTANT } from "./sql.ts";

const BYTES = isPostgres ? "BYTEA" : "BLOB";

/** What people take away and bring along. */
export async function up(): Promise<void> {
  await ddl(
    // An erased customer's row stays, with nobody's name in it, for what was booked and paid.
    `ALTER TABLE customers ADD COLUMN erased_at ${INSTANT}`,
    // A file on its way in or out, worked on by one worker at a time. `done` of `total` steps are
    // behind; options and report are codes, ids and numbers, never what a file says.
    `CREATE TABLE transfers (
      id ${ID},
      business_id INTEGER NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
      staff_id INTEGER NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('customers_in', 'all_out', 'all_in')),
      state TEXT NOT NULL CHECK (state IN ('draft', 'running', 'done', 'refused', 'failed')),
      options TEXT NOT NULL DEFAULT '{}',
      report TEXT NOT NULL DEFAULT '{}',
      done INTEGER NOT NULL DEFAULT 0,
      total INTEGER NOT NULL DEFAULT 0,
      tries INTEGER NOT NULL DEFAULT 0,
      claimed_at ${INSTANT},
      created_at ${INSTANT} NOT NULL,
      finished_at ${INSTANT},
      UNIQUE (business_id, id),
      CHECK ((state IN ('draft', 'running')) = (finished_at IS NULL)),
      CHECK (claimed_at IS NULL OR state = 'running'),
      FOREIGN KEY (business_id, staff_id) REFERENCES staff (business_id, id)
    )`,
    "CREATE INDEX transfers_unfinished ON transfers (state, claimed_at) WHERE finished_at IS NULL",
    // Two at once would undo each other's work. Customers' files only add, each line once.
    `CREATE UNIQUE INDEX transfers_one_at_a_time ON transfers (business_id, kind)
       WHERE state = 'running' AND kind <> 'customers_in'`,
    "CREATE INDEX transfers_by_age ON transfers (created_at)",
    // The file itself: in the database, since processes share no folder, and in pieces, since nobody
    // should have to hold all of it.
    `CREATE TABLE transfer_parts (
      business_id INTEGER NOT NULL,
      transfer_id INTEGER NOT NULL,
      part INTEGER NOT NULL,
      bytes ${BYTES} NOT NULL,
      PRIMARY KEY (business_id, transfer_id, part),
      FOREIGN KEY (business_id, transfer_id)
        REFERENCES transfers (business_id, id) ON DELETE CASCADE
    )`,
  );
}
