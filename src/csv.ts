// CSV that people open in a spreadsheet: RFC 4180 with a byte order mark, without which Excel takes
// UTF-8 for Windows-1252, and with formulas made harmless: text that begins like one gets an
// apostrophe before it (OWASP, CSV injection).
import { Readable } from "node:stream";
import { stringify } from "csv-stringify";

export type CsvValue = string | number | boolean | null | undefined;
/** A heading and what stands below it for a row. */
export type CsvColumn<T> = readonly [heading: string, value: (row: T) => CsvValue];

/** The rows as CSV, written while they are read: however many there are, few are in memory. */
export function csv<T>(
  columns: ReadonlyArray<CsvColumn<T>>,
  rows: Iterable<T> | AsyncIterable<T>,
): Readable {
  const lines = stringify({
    bom: true,
    header: true,
    columns: columns.map(([heading], i) => ({ key: String(i), header: heading })),
    record_delimiter: "windows",
    quote_record_delimiter: true,
    escape_formulas: true,
    cast: { boolean: (value) => (value ? "yes" : "no") },
  });
  return Readable.from(cells(columns, rows)).compose(lines);
}

const BATCH = 500;

/**
 * All rows of a list that can be read from any row on, a batch at a time.
 * @param fetch at most `limit` rows after `last`, in the list's order; undefined: from the first on
 */
export async function* everyRow<T>(
  fetch: (last: T | undefined, limit: number) => Promise<T[]>,
): AsyncGenerator<T> {
  for (let last: T | undefined; ;) {
    const batch = await fetch(last, BATCH);
    yield* batch;
    if (batch.length < BATCH) return;
    last = batch.at(-1);
  }
}

async function* cells<T>(
  columns: ReadonlyArray<CsvColumn<T>>,
  rows: Iterable<T> | AsyncIterable<T>,
): AsyncGenerator<CsvValue[]> {
  for await (const row of rows) yield columns.map(([, value]) => value(row));
}
