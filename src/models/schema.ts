// What the database itself says of its tables, the same for both databases.
import { type Flag, isPostgres, rows } from "./database.ts";

/** Every BIGINT is an instant. */
export type ColumnType = "text" | "integer" | "instant" | "flag" | "number" | "bytes";
/** Required: must be given when a row is made. */
export type Column = { name: string; type: ColumnType; required: boolean; nullable: boolean };
export type Reference = { columns: string[]; to: string; toColumns: string[] };
export type Table = { name: string; columns: Column[]; references: Reference[] };

/** Every table of ours, by name. */
export async function readSchema(): Promise<Map<string, Table>> {
  const names = await rows<{ name: string }>(isPostgres ? PG_TABLES : SQLITE_TABLES);
  const tables = new Map<string, Table>();
  for (const { name } of names)
    tables.set(name, {
      name,
      columns: await columnsOf(name),
      references: await referencesOf(name),
    });
  return tables;
}

/** Whether rows of the table belong to a business. */
export function isTenants({ columns }: Table): boolean {
  return columns.some(({ name }) => name === "business_id");
}

async function columnsOf(table: string): Promise<Column[]> {
  const columns = await rows<{ name: string; type: string; required: Flag; nullable: Flag }>(
    isPostgres ? PG_COLUMNS : SQLITE_COLUMNS,
    { table },
  );
  return columns.map(({ name, type, required, nullable }) => ({
    name,
    type: typeOf(type),
    required: Boolean(required),
    nullable: Boolean(nullable),
  }));
}

function typeOf(declared: string): ColumnType {
  const type = types[declared.toLowerCase()];
  if (!type) throw new Error(`columns of type ${declared} are not known here`);
  return type;
}

const types: Record<string, ColumnType> = {
  text: "text",
  integer: "integer",
  bigint: "instant",
  boolean: "flag",
  "double precision": "number",
  bytea: "bytes",
  blob: "bytes",
};

async function referencesOf(table: string): Promise<Reference[]> {
  const pairs = await rows<{ id: number; to: string; own: string; other: string }>(
    isPostgres ? PG_REFERENCES : SQLITE_REFERENCES,
    { table },
  );
  return [...Map.groupBy(pairs, ({ id }) => id).values()].map((group) => ({
    columns: group.map(({ own }) => own),
    to: group[0]?.to ?? "",
    toColumns: group.map(({ other }) => other),
  }));
}

const PG_TABLES = `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`;
const SQLITE_TABLES = `SELECT name FROM sqlite_schema
  WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1`;

const PG_COLUMNS = `SELECT column_name AS name, data_type AS type,
    is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO' AS required,
    is_nullable = 'YES' AS nullable
  FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $table
  ORDER BY ordinal_position`;
const SQLITE_COLUMNS = `SELECT name, type, "notnull" AND dflt_value IS NULL AS required,
    NOT "notnull" AS nullable
  FROM pragma_table_info($table) ORDER BY cid`;

const PG_REFERENCES = `SELECT c.oid AS id, c.confrelid::regclass::text AS "to",
    own.attname AS own, other.attname AS other
  FROM pg_constraint c
  CROSS JOIN LATERAL unnest(c.conkey, c.confkey) WITH ORDINALITY AS pair (own, other, position)
  JOIN pg_attribute own ON own.attrelid = c.conrelid AND own.attnum = pair.own
  JOIN pg_attribute other ON other.attrelid = c.confrelid AND other.attnum = pair.other
  WHERE c.contype = 'f' AND c.conrelid = $table::regclass ORDER BY c.oid, pair.position`;
const SQLITE_REFERENCES = `SELECT id, "table" AS "to", "from" AS own, "to" AS other
  FROM pragma_foreign_key_list($table) ORDER BY id, seq`;
