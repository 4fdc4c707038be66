import { ddl, ID } from "./sql.ts";

/** What a business says in its customers' mails, and when it reminds them. */
export async function up(): Promise<void> {
  await ddl(
    // A business's own words; the usual ones where there is no row.
    `CREATE TABLE notice_texts (
      id ${ID},
      business_id INTEGER NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
      kind TEXT NOT NULL CHECK (kind IN
        ('confirmation', 'change', 'cancellation', 'reminder', 'request', 'decline',
         'waiting_joined', 'waiting_offer')),
      language TEXT NOT NULL,
      subject TEXT NOT NULL CHECK (subject <> ''),
      text TEXT NOT NULL CHECK (text LIKE '%{link}%'),
      UNIQUE (business_id, id),
      UNIQUE (business_id, kind, language)
    )`,
    // How long before the start a reminder goes out: several, one each.
    `CREATE TABLE reminders (
      business_id INTEGER NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
      lead_minutes INTEGER NOT NULL CHECK (lead_minutes > 0),
      PRIMARY KEY (business_id, lead_minutes)
    )`,
  );
}
