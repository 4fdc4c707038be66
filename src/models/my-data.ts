// All that is stored of a customer, for herself: every table that says something of customers, with
// names where rows refer to others.
import { formatInstant, type Zone } from "../domain/time.ts";
import { rows } from "./database.ts";
import { type Column, readSchema, type Table } from "./schema.ts";
import { theirRows } from "./forgetting.ts";
import { tenantTables } from "./tenant-tables.ts";

/** A row by its columns' names; instants as RFC 9557, in the business's zone. */
export type DataRow = Record<string, string | number | boolean | null>;
/** Rows by the names of their tables. */
export type PersonalData = Record<string, DataRow[]>;

type Chosen = { name: string; column: Column; sql: string };

export async function dataOf(
  business: { id: number; zone: Zone },
  email: string,
  customerIds: readonly number[],
): Promise<PersonalData> {
  const schema = await readSchema();
  const data: PersonalData = {};
  for (const [name, { erased, byAddress }] of Object.entries(tenantTables)) {
    const table = schema.get(name);
    if (!table || !(erased || byAddress)) continue;
    const chosen = columnsOf(table, schema);
    if (chosen.length === 0) continue;
    const list = chosen.map((column) => `${column.sql} AS "${column.name}"`).join(", ");
    const found = await rows<DataRow>(
      `SELECT ${list} FROM ${name} t
       WHERE business_id = $businessId AND ${erased ? theirRows(erased.by, customerIds) : "email = $email"}
       ORDER BY 1`,
      { businessId: business.id, email },
    );
    data[name] = found.map((row) => readable(row, chosen, business.zone));
  }
  return data;
}

/** What rows refer to is named, where it has a name; what only links rows is left out. */
function columnsOf(table: Table, schema: ReadonlyMap<string, Table>): Chosen[] {
  const { hidden = [] } = tenantTables[table.name] ?? {};
  return table.columns.flatMap((column): Chosen[] => {
    const { name } = column;
    if (name === "business_id" || hidden.includes(name)) return [];
    const to = table.references.find(({ columns }) => columns.at(-1) === name)?.to;
    if (to === undefined || to === "appointments") return [{ name, column, sql: `t.${name}` }];
    const title = NAMES.find((one) => schema.get(to)?.columns.some((other) => other.name === one));
    if (!title || to === "customers") return [];
    const sql = `(SELECT r.${title} FROM ${to} r WHERE r.id = t.${name})`;
    return [{ name: name.replace(/_id$/, ""), column: { ...column, type: "text" }, sql }];
  });
}

const NAMES = ["name", "label"];

function readable(row: DataRow, chosen: readonly Chosen[], zone: Zone): DataRow {
  return Object.fromEntries(
    chosen.map(({ name, column }) => [name, asRead(row[name] ?? null, column, zone)]),
  );
}

function asRead(value: DataRow[string], { type }: Column, zone: Zone): DataRow[string] {
  if (value === null) return null;
  if (type === "flag") return Boolean(value);
  return type === "instant" ? formatInstant(Number(value), zone).dateTime : value;
}
