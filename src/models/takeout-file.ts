// The file by which a business left, as it is read again: all of it is looked at before any of it is
// stored.
import { type Archive, type Bytes, openArchive } from "../unzip.ts";
import type { Column } from "./schema.ts";
import { checkedColumns, checkedRow, type Stored } from "./takeout-check.ts";
import { FORMAT, VERSION } from "./takeout-export.ts";
import type { Planned } from "./takeout-tables.ts";

/** Why a file was refused, in the words of the page. */
export const REFUSALS = {
  archive: "It is no ZIP file, or a damaged one, or there is too much in it",
  format: "It is no file by which a business left Plainbook, or a newer Plainbook’s",
  row: "A row in it is not as it must be",
  owner: "There is no owner in it",
  filled: "There is something in this business already",
  erased: "A customer was erased meanwhile, and the file may name her",
  broken: "Something went wrong again and again; it has been noted",
} as const;
export type TakeoutReport = {
  /** Rows by table. */
  tables?: Record<string, number>;
  refusal?: keyof typeof REFUSALS;
  /** Where, if it is known. */
  table?: string;
  row?: number;
};

/** The file cannot be stored. */
export class Refusal extends Error {
  readonly report: TakeoutReport;
  constructor(refusal: keyof typeof REFUSALS, table?: string, row?: number) {
    super(refusal);
    this.report = { refusal, ...(table ? { table } : {}), ...(row ? { row } : {}) };
  }
}

export type TakeoutFile = {
  archive: Archive;
  business: Stored;
  /** Rows by table. */
  counts: Map<string, number>;
  firstOwner: Stored;
};

/**
 * Reads all of it once, so that what cannot be stored is known before anything is.
 * @throws Refusal, BadArchive
 */
export async function readTakeout(
  bytes: Bytes,
  plan: readonly Planned[],
  columns: readonly Column[],
): Promise<TakeoutFile> {
  const archive = await openArchive(bytes);
  const about = await jsonOf(archive, "about.json");
  const { format, version } = (about ?? {}) as Record<string, unknown>;
  if (format !== FORMAT || version !== VERSION) throw new Refusal("format");
  const own = await Array.fromAsync(fileRows(archive, "businesses"));
  const business = checkedColumns(columns, own[0]);
  if (!business || own.length !== 1) throw new Refusal("row", "businesses");
  const counts = new Map<string, number>();
  let firstOwner: Stored | undefined;
  for (const table of plan) {
    let count = 0;
    for await (const row of fileRows(archive, table.name)) {
      const checked = checkedRow(table, row, ++count, counts);
      if (!checked) throw new Refusal("row", table.name, count);
      if (table.name === "staff") firstOwner ??= checked;
    }
    counts.set(table.name, count);
  }
  if (firstOwner?.role !== "owner" || firstOwner.archived_at !== null) throw new Refusal("owner");
  return { archive, business, counts, firstOwner };
}

async function jsonOf(archive: Archive, name: string): Promise<unknown> {
  const lines = await Array.fromAsync(archive.lines(name));
  return parsed(lines.join("\n"));
}

/** The rows of a table in the file: a list with one on each line. */
export async function* fileRows(archive: Archive, table: string): AsyncGenerator {
  for await (const line of archive.lines(`data/${table}.json`)) {
    const text = line.trim().replace(/,$/, "");
    if (text !== "[" && text !== "]" && text !== "[]" && text !== "") yield parsed(text);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
