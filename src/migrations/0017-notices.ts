import { ddl, ID } from "./sql.ts";

/** What a business says in its customers' mails, where it does not use the usual words. */
export async function up(): Promise<void> {
  await ddl(
    `CREATE TABLE notice_texts (
      id ${ID},
      business_id INTEGER NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
      kind TEXT NOT NULL CHECK (kind IN
        ('confirmation', 'change', 'cancellation', 'reminder', 'request', 'decline')),
      language TEXT NOT NULL,
      subject TEXT NOT NULL CHECK (subject <> ''),
      text TEXT NOT NULL CHECK (text LIKE '%{link}%'),
      UNIQUE (business_id, id),
      UNIQUE (business_id, kind, language)
    )`,
  );
}
