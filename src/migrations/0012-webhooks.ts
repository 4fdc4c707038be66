import { ddl, ID, INSTANT } from "./sql.ts";

export async function up(): Promise<void> {
  await ddl(
    // Where others' programs are told of changes. Secrets are sealed.
    `CREATE TABLE webhooks (
      id ${ID},
      business_id INTEGER NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
      url TEXT NOT NULL,
      secret TEXT NOT NULL,
      previous_secret TEXT,
      previous_until ${INSTANT},
      failures INTEGER NOT NULL DEFAULT 0,
      failing_since ${INSTANT},
      created_at ${INSTANT} NOT NULL,
      UNIQUE (business_id, id),
      UNIQUE (business_id, url),
      CHECK ((previous_secret IS NULL) = (previous_until IS NULL)),
      CHECK ((failures = 0) = (failing_since IS NULL))
    )`,
    // Who agreed to what being sent. A webhook is on while one of these has not ended.
    `CREATE TABLE webhook_consents (
      id ${ID},
      business_id INTEGER NOT NULL,
      webhook_id INTEGER NOT NULL,
      staff_id INTEGER NOT NULL,
      events TEXT NOT NULL,
      fields TEXT NOT NULL DEFAULT '',
      given_at ${INSTANT} NOT NULL,
      ended_at ${INSTANT},
      ended_by TEXT CHECK (ended_by IN ('staff', 'system')),
      UNIQUE (business_id, id),
      CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
      FOREIGN KEY (business_id, webhook_id)
        REFERENCES webhooks (business_id, id) ON DELETE CASCADE,
      FOREIGN KEY (business_id, staff_id) REFERENCES staff (business_id, id)
    )`,
    `CREATE UNIQUE INDEX webhook_consents_live ON webhook_consents (business_id, webhook_id)
       WHERE ended_at IS NULL`,
    "CREATE INDEX webhook_consents_by_webhook ON webhook_consents (business_id, webhook_id, given_at)",
    // One message to one webhook. What was sent is kept for 30 days. Of a customer who is no longer
    // there, only the number she had is known.
    `CREATE TABLE webhook_calls (
      id ${ID},
      business_id INTEGER NOT NULL,
      webhook_id INTEGER NOT NULL,
      event TEXT NOT NULL,
      message TEXT NOT NULL,
      appointment_id INTEGER,
      customer_id INTEGER,
      gone_customer INTEGER,
      state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN
        ('pending', 'sending', 'sent', 'failed', 'skipped')),
      reason TEXT,
      status INTEGER,
      duration INTEGER,
      tries INTEGER NOT NULL DEFAULT 0,
      due_at ${INSTANT} NOT NULL,
      give_up_at ${INSTANT} NOT NULL,
      claimed_at ${INSTANT},
      finished_at ${INSTANT},
      body TEXT,
      created_at ${INSTANT} NOT NULL,
      UNIQUE (business_id, id),
      CHECK ((state IN ('pending', 'sending')) = (finished_at IS NULL)),
      CHECK ((state = 'sending') = (claimed_at IS NOT NULL)),
      FOREIGN KEY (business_id, webhook_id)
        REFERENCES webhooks (business_id, id) ON DELETE CASCADE,
      FOREIGN KEY (business_id, appointment_id)
        REFERENCES appointments (business_id, id) ON DELETE CASCADE,
      FOREIGN KEY (business_id, customer_id)
        REFERENCES customers (business_id, id) ON DELETE CASCADE,
      CHECK ((event = 'customer.deleted') = (gone_customer IS NOT NULL))
    )`,
    "CREATE INDEX webhook_calls_due ON webhook_calls (webhook_id, due_at) WHERE finished_at IS NULL",
    "CREATE INDEX webhook_calls_by_webhook ON webhook_calls (business_id, webhook_id, id)",
    "CREATE INDEX webhook_calls_by_appointment ON webhook_calls (business_id, appointment_id)",
    `CREATE INDEX webhook_calls_by_customer ON webhook_calls (business_id, customer_id)
       WHERE customer_id IS NOT NULL`,
    "CREATE INDEX webhook_calls_newest ON webhook_calls (business_id, created_at, id)",
    "CREATE INDEX webhook_calls_texts ON webhook_calls (finished_at) WHERE body IS NOT NULL",
  );
}
