// A business leaves with everything: its tables as JSON, for programs and for coming back, and as CSV,
// for people, in one archive. Made by a worker, kept for a day.
import { Readable } from "node:stream";
import { csv, type CsvColumn } from "../csv.ts";
import { formatInstant, type Zone } from "../domain/time.ts";
import { json, zip, type ZipEntry } from "../zip.ts";
import { AuditEntry } from "./audit-entry.ts";
import { transaction } from "./database.ts";
import { type ColumnType, readSchema } from "./schema.ts";
import { type Read, snapshot } from "./snapshot.ts";
import {
  businessColumns,
  EMBEDDED,
  EXCEPT,
  NEEDED,
  planOf,
  type Planned,
  STAYS,
} from "./takeout-tables.ts";
import { inPieces } from "./transfer-content.ts";
import { type Clock, type Lease, Transfers } from "./transfer.ts";

export const FORMAT = "plainbook-takeout";
export const VERSION = 1;

type Value = string | number | boolean | null;
/** Instants are RFC 3339 in UTC; `id` and what refers to rows are numbers within the file. */
export type FileRow = Record<string, Value>;

const BATCH = 1000; // rows

export async function exportEverything(lease: Lease, clock: Clock): Promise<void> {
  await transaction(() => Transfers.dropPieces(lease)); // of a worker that died
  let held = lease;
  let part = 0;
  const store = async (bytes: Buffer) => {
    held = await Transfers.addPiece(held, part++, bytes, clock());
  };
  const files = await snapshot(async (read) => {
    const writer = await writerOf(lease.businessId, read, clock);
    for await (const piece of inPieces(zip(writer.entries))) await store(piece);
    return writer.counts;
  });
  const now = clock();
  await transaction(() => writeAudit(lease, now));
  await Transfers.finish(held, "done", { tables: files }, now);
}

function writeAudit({ businessId, staffId }: Lease, now: number): Promise<void> {
  const actor = { kind: "staff", staffId } as const;
  return AuditEntry.write({ businessId, action: "copy.exported" }, actor, now);
}

/** Numbers given to rows as they are met. */
function numbering() {
  const numbers = new Map<string, Map<number, number>>();
  return {
    give(table: string, id: number): number {
      const ofTable = numbers.get(table) ?? new Map<number, number>();
      numbers.set(table, ofTable);
      const given = ofTable.get(id) ?? ofTable.size + 1;
      ofTable.set(id, given);
      return given;
    },
    of: (table: string, id: number): number | null => numbers.get(table)?.get(id) ?? null,
  };
}

type Numbering = ReturnType<typeof numbering>;

async function writerOf(businessId: number, read: Read, clock: Clock) {
  const schema = await readSchema();
  const plan = planOf(schema);
  const numbers = numbering();
  const counts: Record<string, number> = {};
  const business = await businessRow(businessId, businessColumns(schema), read);
  const zone = String(business.zone);
  const rowsOf = (table: Planned) => tableRows(table, businessId, read, numbers);
  const about = () => ({
    format: FORMAT,
    version: VERSION,
    business: business.name ?? null,
    madeAt: new Date(clock()).toISOString(),
    rows: counts,
    stays: STAYS,
  });
  const entries: ZipEntry[] = [
    ["data/businesses.json", () => listOf([business])],
    ...plan.map((table): ZipEntry => [
      `data/${table.name}.json`,
      () => listOf(counted(rowsOf(table), (count) => (counts[table.name] = count))),
    ]),
    ...plan.map((table): ZipEntry => [
      `csv/${table.name}.csv`,
      () => csv(csvColumns(table, zone), rowsOf(table)),
    ]),
    ["about.json", () => json(about())],
  ];
  return { entries, counts };
}

async function businessRow(
  businessId: number,
  columns: ReadonlyArray<{ name: string; type: ColumnType }>,
  read: Read,
): Promise<FileRow> {
  const list = columns.map(({ name }) => name).join(", ");
  const [row] = await read<FileRow>(`SELECT ${list} FROM businesses WHERE id = $businessId`, {
    businessId,
  });
  if (!row) throw new Error("the business has gone");
  return Object.fromEntries(columns.map(({ name, type }) => [name, toFile(row[name], type)]));
}

async function* tableRows(
  table: Planned,
  businessId: number,
  read: Read,
  numbers: Numbering,
): AsyncGenerator<FileRow> {
  const { name, columns, order, keys } = table;
  const conditions = [
    "t.business_id = $businessId",
    ...(NEEDED[name] ?? []).map((column) => `t.${column} IS NOT NULL`),
    ...[EXCEPT[name] ?? []].flat(),
  ];
  const select = `SELECT ${columns.map((column) => `t.${column.name}`).join(", ") || "1"}
    FROM ${name} t WHERE ${conditions.join(" AND ")}`;
  const named = (list: (key: string) => string) => keys.map(list).join(", ");
  // By key, a page costs the same however far it is; tables without one are short.
  const further = `AND (${named((key) => `t.${key}`)}) > (${named((key) => `$${key}`)})`;
  let last: FileRow = {};
  for (let offset = 0; ; offset += BATCH) {
    const batch = await read<FileRow>(
      keys.length > 0
        ? `${select} ${offset > 0 ? further : ""} ORDER BY ${order} LIMIT ${BATCH}`
        : `${select} ORDER BY ${order} LIMIT ${BATCH} OFFSET ${offset}`,
      { businessId, ...Object.fromEntries(keys.map((key) => [key, last[key]])) },
    );
    for (const row of batch) if (goes(table, row, numbers)) yield fileRow(table, row, numbers);
    if (batch.length < BATCH) return;
    last = batch.at(-1) ?? last;
  }
}

/** Not what says more of a row that stays. */
function goes({ columns }: Planned, row: FileRow, numbers: Numbering): boolean {
  return columns.every(
    ({ name, to, nullable }) => !to || nullable || numbers.of(to, Number(row[name])) !== null,
  );
}

function fileRow({ name, columns }: Planned, row: FileRow, numbers: Numbering): FileRow {
  return Object.fromEntries(
    columns.map((column) => {
      const value = row[column.name] ?? null;
      if (value === null) return [column.name, null];
      if (column.name === "id") return ["id", numbers.give(name, Number(value))];
      if (column.to) return [column.name, numbers.of(column.to, Number(value))];
      const renumber = EMBEDDED[name]?.[column.name];
      return [
        column.name,
        renumber ? renumber(String(value), numbers.of) : toFile(value, column.type),
      ];
    }),
  );
}

function toFile(value: Value | undefined, type: ColumnType): Value {
  if (value === null || value === undefined) return null;
  if (type === "flag") return Boolean(value);
  return type === "instant" ? new Date(Number(value)).toISOString() : value;
}

/** A JSON list with a row on each line, so that it can be read line by line. */
function listOf(all: Iterable<FileRow> | AsyncIterable<FileRow>): Readable {
  return Readable.from(linesOf(all), { objectMode: false });
}

async function* linesOf(all: Iterable<FileRow> | AsyncIterable<FileRow>): AsyncGenerator<string> {
  let separator = "[\n";
  for await (const row of all) {
    yield `${separator}${JSON.stringify(row)}`;
    separator = ",\n";
  }
  yield separator === "[\n" ? "[]\n" : "\n]\n";
}

async function* counted(all: AsyncIterable<FileRow>, tell: (count: number) => void) {
  let count = 0;
  for await (const row of all) {
    count++;
    yield row;
  }
  tell(count);
}

/** Instants as people of the business read them. */
function csvColumns({ columns }: Planned, zone: Zone): Array<CsvColumn<FileRow>> {
  return columns.map(({ name, type }) => [
    name,
    (row) => {
      const value = row[name];
      return type === "instant" && typeof value === "string"
        ? formatInstant(Date.parse(value), zone).dateTime
        : value;
    },
  ]);
}
