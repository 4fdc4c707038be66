import { ddl, ID, INSTANT } from "./sql.ts";

export async function up(): Promise<void> {
  await ddl(
    // Who waits for a time to become free. Minutes are of the local day; null: whenever. The
    // delivery is the mail that she has joined, where one is owed.
    `CREATE TABLE waiting_entries (
      id ${ID},
      business_id INTEGER NOT NULL,
      service_id INTEGER NOT NULL,
      staff_id INTEGER,
      location_id INTEGER NOT NULL,
      people INTEGER NOT NULL CHECK (people >= 1),
      addon_ids TEXT NOT NULL DEFAULT '[]',
      name TEXT NOT NULL,
      email TEXT NOT NULL,
      phone TEXT,
      language TEXT,
      from_date TEXT NOT NULL,
      to_date TEXT NOT NULL,
      from_minute INTEGER CHECK (from_minute BETWEEN 0 AND 1439),
      to_minute INTEGER CHECK (to_minute BETWEEN 0 AND 1439),
      uid TEXT NOT NULL,
      token_hash TEXT NOT NULL UNIQUE,
      delivery_id INTEGER,
      state TEXT NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'offered', 'booked', 'left', 'over')),
      created_at ${INSTANT} NOT NULL,
      ended_at ${INSTANT},
      UNIQUE (business_id, id),
      UNIQUE (business_id, uid),
      CHECK (from_date <= to_date),
      CHECK (from_minute <= to_minute),
      CHECK ((state IN ('waiting', 'offered')) = (ended_at IS NULL)),
      FOREIGN KEY (business_id, service_id) REFERENCES services (business_id, id) ON DELETE CASCADE,
      FOREIGN KEY (business_id, staff_id) REFERENCES staff (business_id, id) ON DELETE CASCADE,
      FOREIGN KEY (business_id, location_id) REFERENCES locations (business_id, id) ON DELETE CASCADE,
      FOREIGN KEY (business_id, delivery_id)
        REFERENCES deliveries (business_id, id) ON DELETE CASCADE
    )`,
    `CREATE UNIQUE INDEX waiting_entries_open ON waiting_entries (business_id, service_id, email)
       WHERE ended_at IS NULL`,
    `CREATE INDEX waiting_entries_by_delivery ON waiting_entries (business_id, delivery_id)
       WHERE delivery_id IS NOT NULL`,
    "CREATE INDEX waiting_entries_ended ON waiting_entries (ended_at) WHERE ended_at IS NOT NULL",
    // Each is a hold with the same token, and a mail. The hold is forgotten after a day, the offer
    // is not: no time is offered to the same entry twice.
    `CREATE TABLE waiting_offers (
      id ${ID},
      business_id INTEGER NOT NULL,
      waiting_entry_id INTEGER NOT NULL,
      delivery_id INTEGER NOT NULL,
      staff_id INTEGER NOT NULL,
      starts_at ${INSTANT} NOT NULL,
      ends_at ${INSTANT} NOT NULL,
      expires_at ${INSTANT} NOT NULL,
      nonce TEXT NOT NULL,
      token_hash TEXT NOT NULL UNIQUE,
      state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'taken', 'refused', 'expired')),
      created_at ${INSTANT} NOT NULL,
      UNIQUE (business_id, id),
      UNIQUE (business_id, waiting_entry_id, starts_at),
      CHECK (starts_at < ends_at),
      FOREIGN KEY (business_id, waiting_entry_id)
        REFERENCES waiting_entries (business_id, id) ON DELETE CASCADE,
      FOREIGN KEY (business_id, delivery_id)
        REFERENCES deliveries (business_id, id) ON DELETE CASCADE,
      FOREIGN KEY (business_id, staff_id) REFERENCES staff (business_id, id) ON DELETE CASCADE
    )`,
    `CREATE UNIQUE INDEX waiting_offers_open ON waiting_offers (business_id, waiting_entry_id)
       WHERE state = 'open'`,
    "CREATE INDEX waiting_offers_by_delivery ON waiting_offers (business_id, delivery_id)",
    "ALTER TABLE holds ADD COLUMN offered BOOLEAN NOT NULL DEFAULT FALSE",
  );
}
