// Every column of every table, and what is kept in it. A column that is added without a word here
// fails test/models/tenancy.test.ts, and so does a word without a column.
import type { ClassName } from "../domain/data-classes.ts";
import type { Table } from "../models/schema.ts";

/**
 * The columns of a table by class (src/domain/data-classes.ts says what a class is, why it is kept,
 * for how long, and who sees it). The first class is the row's own: when it goes, all of it goes.
 * Another class takes its columns away earlier.
 */
type Entry = Partial<Record<ClassName, string>>;

/** Numbers of rows, instants of their keeping, hashes: they say something only with their row. */
const BY_RULE = /^(id|uid|nonce|position|version|sequence|tries|state)$|_(id|at|by|until|hash)$/;

export const dataMap: Readonly<Record<string, Entry>> = {
  absence_mails: { delivery: "" },
  absences: { staff: "from_date to_date", absence_note: "note" },
  addons: { offer: "name minutes price" },
  allocations: {
    appointment: "subject busy_from busy_until away_from group_key need",
  },
  api_keys: { integration: "name scopes prefix last_used_on" },
  api_requests: { api_answer: "fingerprint answer" },
  appointment_addons: { appointment: "name minutes price" },
  appointment_values: { answer: "value_text value_number value_date search" },
  appointments: {
    appointment: "people zone status price deposit language",
    note: "note phone",
  },
  audit_entries: { history: "at actor action details" },
  business_profiles: { profile: "revenue headcount industry" },
  businesses: {
    business: "slug name address phone email sender_name reply_to",
    offer: `zone currency language other_languages bookings_open holiday_region travel_minutes
      approve_first confirm_first_email agenda_hour frame_origins`,
  },
  calendar_busy: { calendar: "busy_from" },
  calendar_feeds: { staff: "names_customers" },
  categories: { offer: "name" },
  closures: { offer: "from_date to_date reason" },
  contacts: { business: "role name email" },
  customer_aliases: { customer: "identity" },
  customer_values: { answer: "value_text value_number value_date search" },
  customers: { customer: "identity name email phone note alert name_key phone_key search" },
  deliveries: {
    delivery: "kind lead_minutes agenda_date reason",
    mail_text: "recipient mail_subject mail_text",
  },
  delivery_appointments: { delivery: "start_before" },
  erasures: {
    receipt: "actor customers appointments language",
    receipt_address: "email",
  },
  exceptions: { staff: "date kind from_minute to_minute" },
  fields: { offer: "key label subject type choices requirement purpose retention_days" },
  holds: { hold: "any_staff people addon_ids offered" },
  hours: { staff: "weekday from_minute to_minute" },
  invitations: { staff_link: "email" },
  locations: { offer: "slug name address phone zone" },
  migrations: { system: "name" },
  my_links: { customer_link: "email language" },
  non_disclosures: { operator: "signed_on ends_on" },
  notice_texts: { offer: "kind language subject text" },
  notices: { offer: "kind enabled" },
  operators: { operator: "email name sign_in_version" },
  password_resets: { staff_link: "" },
  people: { account: "email name sign_in_version" },
  referral_refusals: { refusal: "" },
  reminders: { offer: "lead_minutes" },
  remote_calendars: { calendar: "name url etag last_modified reason status" },
  resources: { offer: "kind name capacity" },
  retention_runs: { receipt: "counts" },
  retentions: { offer: "class months" },
  security_mails: { delivery: "" },
  series: { appointment: "rule" },
  service_addons: { offer: "" },
  service_fields: { offer: "" },
  service_hours: { offer: "weekday from_minute to_minute" },
  service_locations: { offer: "" },
  service_needs: { offer: "need" },
  service_starts: { offer: "weekday minute" },
  services: {
    offer: `slug name description private price_shown minutes price step buffer_before buffer_after
      booking_notice rescheduling_notice cancelling_notice horizon_days approval seats party
      daily_limit weekly_limit deposit_policy deposit most_repeats waiting_list`,
  },
  sign_ins: { sign_in: "at seen_day region browser" },
  staff: { staff: "role name email bookable sees_all wants_agenda" },
  staff_services: { offer: "" },
  switches: { system: "name enabled" },
  transfer_parts: { file: "part bytes" },
  transfers: { file_report: "kind options report done total" },
  visit_batches: { batch: "batch" },
  visit_counts: { count: "day area audience region page browser language visits" },
  waiting_entries: {
    waiting: `people addon_ids name email phone language from_date to_date from_minute
      to_minute`,
  },
  waiting_offers: { waiting: "" },
  webhook_calls: {
    delivery: "event message gone_customer reason status duration",
    webhook_text: "body",
  },
  webhook_consents: { integration: "events fields" },
  webhooks: { integration: "url secret previous_secret failures failing_since" },
};

/** A column with its class; null: it says something only with its row. */
export type MappedColumn = { column: string; class: ClassName | null };

/** The columns of a table that are spoken of, in the order of the map. */
export function mapped(table: string): MappedColumn[] {
  return Object.entries(dataMap[table] ?? {}).flatMap(([name, columns]) =>
    wordsOf(columns).map((column) => ({ column, class: name as ClassName })),
  );
}

/** What is wrong with the map's word on a table, each with what to do about it. */
export function problemsOf({ name, columns }: Table): string[] {
  const at = `src/privacy/data-map.ts, dataMap.${name}`;
  if (!dataMap[name])
    return [`${at}: say what the table keeps, such as ${name}: { staff: "${texts(columns)}" }`];
  const said = mapped(name).map(({ column }) => column);
  const there = columns.map((column) => column.name);
  return [
    ...there
      .filter((column) => !said.includes(column) && !BY_RULE.test(column))
      .map(
        (column) =>
          `${at}: add "${column}" to one of the classes of src/domain/data-classes.ts ` +
          "(or add a class there, with a sweep if it passes)",
      ),
    ...said
      .filter((column) => !there.includes(column))
      .map((column) => `${at}: "${column}" is no column of the table; take it out`),
    ...said
      .filter((column, i) => said.indexOf(column) !== i)
      .map((column) => `${at}: "${column}" stands there twice`),
  ];
}

/** Tables that are spoken of and not there. */
export function unknownTables(schema: ReadonlyMap<string, Table>): string[] {
  return Object.keys(dataMap).filter((name) => !schema.has(name));
}

function texts(columns: Table["columns"]): string {
  return columns
    .map(({ name }) => name)
    .filter((name) => !BY_RULE.test(name))
    .join(" ");
}

function wordsOf(columns: string): string[] {
  return columns.split(/\s+/).filter(Boolean);
}
