import { ddl, ddlFor, ID, INSTANT } from "./sql.ts";

export async function up(): Promise<void> {
  await ddl(
    // One-time links. Only the hash of a link is stored; a mail's text is made when it is sent.
    `CREATE TABLE invitations (
      id ${ID},
      business_id INTEGER NOT NULL,
      staff_id INTEGER NOT NULL,
      email TEXT NOT NULL,
      nonce TEXT NOT NULL,
      token_hash TEXT NOT NULL UNIQUE,
      created_at ${INSTANT} NOT NULL,
      expires_at ${INSTANT} NOT NULL,
      accepted_at ${INSTANT},
      UNIQUE (business_id, id),
      FOREIGN KEY (business_id, staff_id) REFERENCES staff (business_id, id) ON DELETE CASCADE
    )`,
    `CREATE TABLE password_resets (
      id ${ID},
      business_id INTEGER NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
      person_id INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
      nonce TEXT NOT NULL,
      token_hash TEXT NOT NULL UNIQUE,
      created_at ${INSTANT} NOT NULL,
      expires_at ${INSTANT} NOT NULL,
      used_at ${INSTANT},
      UNIQUE (business_id, id)
    )`,
    // A customer's way to her own bookings: the link in the mail is used once, what it opens lasts
    // an hour.
    `CREATE TABLE my_links (
      id ${ID},
      business_id INTEGER NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
      email TEXT NOT NULL,
      language TEXT,
      nonce TEXT NOT NULL,
      token_hash TEXT NOT NULL UNIQUE,
      created_at ${INSTANT} NOT NULL,
      expires_at ${INSTANT} NOT NULL,
      used_at ${INSTANT},
      entry_hash TEXT UNIQUE,
      entry_until ${INSTANT},
      UNIQUE (business_id, id),
      CHECK ((used_at IS NULL) = (entry_hash IS NULL)),
      CHECK ((used_at IS NULL) = (entry_until IS NULL))
    )`,
    "CREATE INDEX my_links_by_email ON my_links (business_id, email)",
    // What was erased at a customer's wish: when and how much, and where the receipt goes, for as
    // long as it is on its way.
    `CREATE TABLE erasures (
      id ${ID},
      business_id INTEGER NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
      actor TEXT NOT NULL CHECK (actor IN ('customer', 'staff')),
      staff_id INTEGER,
      customers INTEGER NOT NULL CHECK (customers > 0),
      appointments INTEGER NOT NULL,
      email TEXT,
      language TEXT,
      nonce TEXT NOT NULL,
      token_hash TEXT NOT NULL UNIQUE,
      created_at ${INSTANT} NOT NULL,
      expires_at ${INSTANT} NOT NULL,
      UNIQUE (business_id, id),
      FOREIGN KEY (business_id, staff_id) REFERENCES staff (business_id, id)
    )`,
    "CREATE INDEX erasures_with_email ON erasures (expires_at) WHERE email IS NOT NULL",
    `CREATE TABLE deliveries (
      id ${ID},
      business_id INTEGER NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
      kind TEXT NOT NULL,
      appointment_id INTEGER,
      staff_id INTEGER,
      invitation_id INTEGER,
      password_reset_id INTEGER,
      my_link_id INTEGER,
      erasure_id INTEGER,
      sequence INTEGER NOT NULL DEFAULT 0,
      lead_minutes INTEGER,
      agenda_date TEXT,
      state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN
        ('pending', 'sending', 'sent', 'failed', 'unknown', 'skipped')),
      reason TEXT,
      tries INTEGER NOT NULL DEFAULT 0,
      due_at ${INSTANT} NOT NULL,
      claimed_at ${INSTANT},
      finished_at ${INSTANT},
      recipient TEXT,
      mail_subject TEXT,
      mail_text TEXT,
      created_at ${INSTANT} NOT NULL,
      UNIQUE (business_id, id),
      CHECK ((state IN ('pending', 'sending')) = (finished_at IS NULL)),
      CHECK ((state = 'sending') = (claimed_at IS NOT NULL)),
      CHECK ((kind = 'agenda') = (agenda_date IS NOT NULL)),
      FOREIGN KEY (business_id, appointment_id)
        REFERENCES appointments (business_id, id) ON DELETE CASCADE,
      FOREIGN KEY (business_id, staff_id) REFERENCES staff (business_id, id) ON DELETE CASCADE,
      FOREIGN KEY (business_id, invitation_id)
        REFERENCES invitations (business_id, id) ON DELETE CASCADE,
      FOREIGN KEY (business_id, password_reset_id)
        REFERENCES password_resets (business_id, id) ON DELETE CASCADE,
      FOREIGN KEY (business_id, my_link_id)
        REFERENCES my_links (business_id, id) ON DELETE CASCADE,
      FOREIGN KEY (business_id, erasure_id)
        REFERENCES erasures (business_id, id) ON DELETE CASCADE
    )`,
    "CREATE INDEX deliveries_due ON deliveries (due_at) WHERE finished_at IS NULL",
    "CREATE INDEX deliveries_by_appointment ON deliveries (business_id, appointment_id)",
    // One a provider and day, whoever owes it how often.
    `CREATE UNIQUE INDEX deliveries_agenda ON deliveries (business_id, staff_id, agenda_date)
       WHERE agenda_date IS NOT NULL`,
    "CREATE INDEX deliveries_newest ON deliveries (business_id, created_at, id)",
    "CREATE INDEX deliveries_texts ON deliveries (finished_at) WHERE mail_text IS NOT NULL",
    `CREATE INDEX deliveries_failed ON deliveries (business_id, created_at, id)
       WHERE state IN ('failed', 'unknown')`,
    // For what goes with them when these are deleted.
    ...["invitation_id", "password_reset_id", "my_link_id", "erasure_id"].map(
      (column) => `CREATE INDEX deliveries_by_${column} ON deliveries (business_id, ${column})
        WHERE ${column} IS NOT NULL`,
    ),
    // Who did what, when. Details are codes, ids and instants; never a name or an address.
    `CREATE TABLE audit_entries (
      id ${ID},
      business_id INTEGER NOT NULL REFERENCES businesses (id),
      at ${INSTANT} NOT NULL,
      actor TEXT NOT NULL CHECK (actor IN ('customer', 'staff', 'api', 'operator', 'system')),
      staff_id INTEGER,
      action TEXT NOT NULL,
      appointment_id INTEGER,
      details TEXT NOT NULL DEFAULT '{}',
      UNIQUE (business_id, id),
      FOREIGN KEY (business_id, staff_id) REFERENCES staff (business_id, id),
      FOREIGN KEY (business_id, appointment_id) REFERENCES appointments (business_id, id)
    )`,
    `CREATE INDEX audit_entries_by_appointment
       ON audit_entries (business_id, appointment_id, at)`,
  );
  await makeAuditAppendOnly();
}

async function makeAuditAppendOnly(): Promise<void> {
  await ddlFor(
    "postgres",
    `CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $body$
     BEGIN RAISE EXCEPTION 'audit entries are append-only'; END $body$`,
    `CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE ON audit_entries
     FOR EACH ROW EXECUTE FUNCTION refuse_change()`,
  );
  await ddlFor(
    "sqlite",
    ...["UPDATE", "DELETE"].map(
      (event) => `CREATE TRIGGER audit_entries_refuse_${event.toLowerCase()}
        BEFORE ${event} ON audit_entries
        BEGIN SELECT RAISE(ABORT, 'audit entries are append-only'); END`,
    ),
  );
}
