import { ddl, ID, INSTANT } from "./sql.ts";

// Long absences are stored in pieces, so what overlaps is found in a short range of the index.
const LONGEST_PIECE = 48 * 60 * 60 * 1000;

export async function up(): Promise<void> {
  await ddl(
    // A secret link to one provider's appointments. Only its hash is stored.
    `CREATE TABLE calendar_feeds (
      id ${ID},
      business_id INTEGER NOT NULL,
      staff_id INTEGER NOT NULL,
      nonce TEXT NOT NULL,
      token_hash TEXT NOT NULL UNIQUE,
      names_customers BOOLEAN NOT NULL,
      created_at ${INSTANT} NOT NULL,
      UNIQUE (business_id, id),
      UNIQUE (business_id, staff_id),
      FOREIGN KEY (business_id, staff_id) REFERENCES staff (business_id, id) ON DELETE CASCADE
    )`,
    // A calendar elsewhere that is read because somebody agreed to it: for the row's lifetime. Its
    // address is sealed, for whoever has it can read the calendar.
    `CREATE TABLE remote_calendars (
      id ${ID},
      business_id INTEGER NOT NULL,
      staff_id INTEGER NOT NULL,
      name TEXT NOT NULL,
      url TEXT NOT NULL,
      url_hash TEXT NOT NULL,
      agreed_by INTEGER NOT NULL,
      etag TEXT,
      last_modified TEXT,
      busy_hash TEXT,
      expanded_at ${INSTANT},
      read_at ${INSTANT},
      trusted_until ${INSTANT} NOT NULL,
      due_at ${INSTANT} NOT NULL,
      claimed_at ${INSTANT},
      reason TEXT,
      status INTEGER,
      told_at ${INSTANT},
      created_at ${INSTANT} NOT NULL,
      UNIQUE (business_id, id),
      UNIQUE (business_id, staff_id, url_hash),
      FOREIGN KEY (business_id, staff_id) REFERENCES staff (business_id, id) ON DELETE CASCADE,
      FOREIGN KEY (business_id, agreed_by) REFERENCES staff (business_id, id)
    )`,
    "CREATE INDEX remote_calendars_due ON remote_calendars (due_at)",
    "CREATE INDEX remote_calendars_lost ON remote_calendars (trusted_until) WHERE told_at IS NULL",
    // When somebody is busy there, and not with what.
    `CREATE TABLE calendar_busy (
      id ${ID},
      business_id INTEGER NOT NULL,
      remote_calendar_id INTEGER NOT NULL,
      staff_id INTEGER NOT NULL,
      busy_from ${INSTANT} NOT NULL,
      busy_until ${INSTANT} NOT NULL,
      UNIQUE (business_id, id),
      CHECK (busy_from < busy_until AND busy_until - busy_from <= ${LONGEST_PIECE}),
      FOREIGN KEY (business_id, remote_calendar_id)
        REFERENCES remote_calendars (business_id, id) ON DELETE CASCADE,
      FOREIGN KEY (business_id, staff_id) REFERENCES staff (business_id, id) ON DELETE CASCADE
    )`,
    "CREATE INDEX calendar_busy_by_time ON calendar_busy (business_id, busy_from)",
    "CREATE INDEX calendar_busy_by_calendar ON calendar_busy (business_id, remote_calendar_id)",
  );
}
