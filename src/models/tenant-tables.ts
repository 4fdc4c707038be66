// What becomes of each table of a business's rows when a customer takes her data away or is erased.
// A table that is added without an entry, or a text that no entry speaks of, fails
// test/models/tenancy.test.ts.

/** What erasing does to the rows of the customers concerned. */
export type Erased = {
  /** The column that says whose a row is. */
  by: "id" | "customer_id" | "appointment_id";
  /** What each column becomes, in SQL; null: the rows go. */
  become: Record<string, string> | null;
  /** Texts that say nothing of a person, and stay. */
  stay?: readonly string[];
};

export type TenantTable = {
  /** null: no row says anything of a customer. */
  erased: Erased | null;
  /** Rows are hers by the address in their `email`; what erases them says so itself. */
  byAddress?: true;
  /** Columns that nobody takes away: secrets, and what is made of other columns. */
  hidden?: readonly string[];
};

/** What a business shows where an erased customer's name stood. */
export const ERASED_NAME = "Erased customer";

const OF_BUSINESS: TenantTable = { erased: null };

export const tenantTables: Readonly<Record<string, TenantTable>> = {
  absences: OF_BUSINESS,
  absence_mails: OF_BUSINESS,
  addons: OF_BUSINESS,
  allocations: OF_BUSINESS,
  api_keys: { erased: null, hidden: ["key_hash"] },
  // Answers are sealed, and kept for a day; erasure.ts forgets them all, for they may name her.
  api_requests: { erased: null, hidden: ["key_hash", "fingerprint", "answer"] },
  appointment_addons: OF_BUSINESS,
  appointments: {
    erased: {
      by: "customer_id",
      become: { note: "''", phone: "NULL" },
      stay: ["zone", "status", "language", "uid", "token_hash"],
    },
    hidden: ["uid", "token_hash"],
  },
  appointment_values: {
    erased: { by: "appointment_id", become: null },
    hidden: ["search"],
  },
  // The database refuses to change it: it holds codes, ids and instants, never what somebody typed.
  audit_entries: OF_BUSINESS,
  business_profiles: OF_BUSINESS,
  calendar_busy: OF_BUSINESS,
  calendar_feeds: { erased: null, hidden: ["nonce", "token_hash"] },
  categories: OF_BUSINESS,
  closures: OF_BUSINESS,
  contacts: OF_BUSINESS,
  customer_aliases: { erased: { by: "customer_id", become: null }, hidden: ["identity"] },
  customer_values: { erased: { by: "customer_id", become: null }, hidden: ["search"] },
  customers: {
    erased: {
      by: "id",
      become: {
        identity: "NULL",
        name: `'${ERASED_NAME}'`,
        email: "NULL",
        phone: "NULL",
        note: "''",
        alert: "''",
        name_key: "''",
        phone_key: "''",
        search: "''",
        bounced_at: "NULL",
        erased_at: "$now",
      },
    },
    hidden: ["identity", "name_key", "phone_key", "search"],
  },
  deliveries: {
    erased: {
      by: "appointment_id",
      become: { recipient: "NULL", mail_subject: "NULL", mail_text: "NULL" },
      stay: ["kind", "agenda_date", "state", "reason"],
    },
  },
  delivery_appointments: OF_BUSINESS,
  // The address in it goes when the mail with the receipt is out.
  erasures: { erased: null, hidden: ["nonce", "token_hash"] },
  exceptions: OF_BUSINESS,
  fields: OF_BUSINESS,
  holds: { erased: null, hidden: ["token_hash"] },
  hours: OF_BUSINESS,
  invitations: { erased: null, hidden: ["nonce", "token_hash"] },
  locations: OF_BUSINESS,
  // By the address in it: erasure.ts deletes those that lead to nobody any more.
  my_links: { erased: null, hidden: ["nonce", "token_hash", "entry_hash"] },
  notice_texts: OF_BUSINESS,
  notices: OF_BUSINESS,
  password_resets: { erased: null, hidden: ["nonce", "token_hash"] },
  remote_calendars: { erased: null, hidden: ["url", "url_hash"] },
  reminders: OF_BUSINESS,
  resources: OF_BUSINESS,
  retention_runs: OF_BUSINESS,
  retentions: OF_BUSINESS,
  security_mails: OF_BUSINESS,
  series: OF_BUSINESS,
  service_addons: OF_BUSINESS,
  service_fields: OF_BUSINESS,
  service_hours: OF_BUSINESS,
  service_locations: OF_BUSINESS,
  service_needs: OF_BUSINESS,
  service_starts: OF_BUSINESS,
  services: OF_BUSINESS,
  staff: OF_BUSINESS,
  staff_services: OF_BUSINESS,
  // Files with everybody in them: erasure.ts drops those that wait.
  transfer_parts: OF_BUSINESS,
  transfers: OF_BUSINESS,
  // By the address in them: erasure.ts deletes them; who leaves the list takes name and address along.
  waiting_entries: { erased: null, byAddress: true, hidden: ["uid", "token_hash"] },
  waiting_offers: { erased: null, hidden: ["nonce", "token_hash"] },
  webhook_calls: {
    erased: {
      by: "appointment_id",
      become: { body: "NULL" },
      stay: ["event", "message", "state", "reason"],
    },
  },
  webhook_consents: OF_BUSINESS,
  webhooks: { erased: null, hidden: ["secret", "previous_secret"] },
};
