// What of a business's tables goes into the file by which it leaves, and how that file is read again.
// A table that is added goes into it by itself; test/business/takeout.test.ts asks for a word where
// that cannot be.
import { randomUUID } from "node:crypto";
import { type LinkKind, linkToken } from "../links.ts";
import { hashToken } from "../secrets.ts";
import type { Column, Table } from "./schema.ts";

/** The number by which the other side knows a row; null when it does not. */
export type Renumber = (table: string, id: number) => number | null;

/** Tables that stay, and why. The file says so, too. */
export const STAYS: Readonly<Record<string, string>> = {
  absence_mails: "Mails that are still owed are not owed on the other side",
  api_keys: "Keys of other programs are secret, and good only here",
  api_requests: "Answers to other programs are kept for a day",
  calendar_busy: "It is read from calendars elsewhere, and will be read again",
  calendar_feeds: "Links to calendars are secret, and good only here",
  erasures: "Receipts are opened by links that are good only here",
  holds: "A time is kept for ten minutes while somebody fills in a form",
  invitations: "Links are secret, and good only here",
  my_links: "Links are secret, and good for an hour",
  password_resets: "Links are secret, and good for an hour",
  remote_calendars: "Addresses of calendars elsewhere are secret",
  retention_runs: "What was taken away at night is told by the history",
  security_mails: "Mails that are still owed are not owed on the other side",
  transfer_parts: "It would be this file itself",
  transfers: "They tell of files, this one among them",
  waiting_offers: "A time is offered for some hours, by a secret link",
  webhook_calls: "They tell of connections with other programs, which end here",
  webhook_consents: "Whoever connects another program agrees to it anew",
  webhooks: "Their secrets are good only here",
};

/** Rows go only where these columns say something. */
export const NEEDED: Readonly<Record<string, readonly string[]>> = {
  // Those of kept times stay with them.
  allocations: ["appointment_id"],
  // Mails that are still owed are owed anew on the other side, by its notices.
  deliveries: ["appointment_id", "finished_at"],
};

/** Rows that tell of this copy of the business rather than of the business, or of nobody. */
export const EXCEPT: Readonly<Record<string, string>> = {
  audit_entries: "action <> 'business.registered' AND action NOT LIKE 'copy.%'",
  // Who has left the list has taken name and address along.
  waiting_entries: "email <> ''",
};

/** Columns that stay, and what the other side makes of its own. */
export const ANEW: Readonly<Record<string, () => Record<string, string>>> = {
  appointments: () => newLink("appointment"),
  waiting_entries: () => newLink("waiting"),
};

function newLink(kind: LinkKind) {
  const uid = randomUUID();
  return { uid, token_hash: hashToken(linkToken(kind, uid)) };
}

/** Texts with ids in them, and one that tells of what stays. */
export const EMBEDDED: Readonly<
  Record<string, Record<string, (text: string, renumber: Renumber) => string>>
> = {
  allocations: { subject: renumberSubject, group_key: renumberGroup, need: renumberGroup },
  audit_entries: { details: renumberDetails },
  waiting_entries: {
    addon_ids: renumberAddons,
    state: (text) => (text === "offered" ? "waiting" : text),
  },
};

/** Of the business's own row: what is this copy's and not the business's. */
const OWN = new Set(["id", "slug", "version"]);

export type PlannedColumn = Column & {
  /** The table whose rows it names, if it does. */
  to?: string;
};
export type Planned = {
  name: string;
  columns: PlannedColumn[];
  order: string;
  /** The columns that order is made of, if it is of columns alone: no two rows have the same in them. */
  keys: string[];
  numbered: boolean;
};

/** The tables of the file, those that are referred to first. */
export function planOf(schema: ReadonlyMap<string, Table>): Planned[] {
  const going = [...schema.values()].filter(
    ({ name, columns }) => !STAYS[name] && columns.some((column) => column.name === "business_id"),
  );
  const names = new Set(going.map(({ name }) => name));
  const planned: Planned[] = [];
  // Nothing refers to the history, and what is in it cannot be taken back.
  const waiting = going.toSorted((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
  while (waiting.length > 0) {
    const next = waiting.findIndex((table) =>
      parentsOf(table, names).every((to) => planned.some(({ name }) => name === to)),
    );
    const [table] = waiting.splice(next, next < 0 ? 0 : 1);
    if (!table) throw new Error(`tables refer to each other in a circle: ${waiting[0]?.name}`);
    planned.push(plannedTable(table, names));
  }
  return planned;
}

/** The columns of the business's own row. */
export function businessColumns(schema: ReadonlyMap<string, Table>): Column[] {
  return (schema.get("businesses")?.columns ?? []).filter(({ name }) => !OWN.has(name));
}

function rank({ name }: Table): number {
  return name === "audit_entries" ? 1 : 0;
}

function parentsOf({ references }: Table, names: ReadonlySet<string>): string[] {
  return references.map(({ to }) => to).filter((to) => names.has(to));
}

function plannedTable({ name, columns, references }: Table, known: ReadonlySet<string>): Planned {
  const anew = Object.keys(ANEW[name]?.() ?? {});
  const chosen = columns.flatMap((column): PlannedColumn[] => {
    if (column.name === "business_id" || anew.includes(column.name)) return [];
    const to = references.find((one) => one.columns.at(-1) === column.name)?.to;
    if (to === undefined) return [column];
    // What stays is not referred to either.
    return known.has(to) ? [{ ...column, to }] : [];
  });
  const numbered = chosen.some((column) => column.name === "id");
  const order = orderOf(name, chosen, numbered);
  const keys = chosen.filter((column) => order.split(", ").includes(`t.${column.name}`));
  const isPlain = order === keys.map((column) => `t.${column.name}`).join(", ");
  const names = isPlain ? keys.map((column) => column.name) : [];
  return { name, columns: chosen, numbered, order, keys: names };
}

// Rows are numbered in this order, so the copy has to have it as well. There, the first owner is
// whoever takes the business over, and has been there before the others.
function orderOf(name: string, columns: readonly PlannedColumn[], numbered: boolean): string {
  if (name === "staff") return `${OWNERS_FIRST("t")}, t.id`;
  if (numbered) return "t.id";
  const keys = columns.filter(({ nullable }) => !nullable).flatMap((column) => keyOf(column));
  return keys.join(", ") || "1";
}

const OWNERS_FIRST = (alias: string) =>
  `CASE WHEN ${alias}.role = 'owner' AND ${alias}.archived_at IS NULL THEN 0 ELSE 1 END`;

function keyOf({ name, to }: PlannedColumn): string[] {
  if (to !== "staff") return [`t.${name}`];
  return [`(SELECT ${OWNERS_FIRST("o")} FROM staff o WHERE o.id = t.${name})`, `t.${name}`];
}

function renumberSubject(text: string, renumber: Renumber): string {
  const whole = text.replace(/^(staff|resource):(\d+)$/, (_, noun: string, id: string) => {
    return `${noun}:${renumber(noun === "staff" ? "staff" : "resources", Number(id))}`;
  });
  return renumberGroup(whole, renumber);
}

/** group:<service>:<provider>:<start>, and the same for limits a day or a week. */
function renumberGroup(text: string, renumber: Renumber): string {
  return text.replace(
    /\b(group|day|week):(\d+):(\d+):/,
    (_, noun: string, service: string, staff: string) =>
      `${noun}:${renumber("services", Number(service))}:${renumber("staff", Number(staff))}:`,
  );
}

function renumberAddons(text: string, renumber: Renumber): string {
  const ids = (JSON.parse(text) as number[]).map((id) => renumber("addons", id));
  return JSON.stringify(ids.filter((id) => id !== null));
}

const DETAILS: Record<string, string> = {
  absenceId: "absences",
  customerId: "customers",
  fieldId: "fields",
  fromStaff: "staff",
  mergedId: "customers",
  otherId: "customers",
  seriesId: "series",
  serviceId: "services",
  staffId: "staff",
  toStaff: "staff",
  waitingId: "waiting_entries",
};

function renumberDetails(text: string, renumber: Renumber): string {
  const details = Object.entries(JSON.parse(text) as Record<string, unknown>);
  const renumbered = details.map(([key, value]) => {
    const table = DETAILS[key];
    return [key, table && typeof value === "number" ? renumber(table, value) : value];
  });
  return JSON.stringify(Object.fromEntries(renumbered));
}
