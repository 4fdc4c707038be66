// Lists that people take away as CSV.
import type { Request, Response } from "express";
import { csv, type CsvColumn } from "../csv.ts";
import type { Field } from "../domain/fields.ts";
import { download } from "../web/download.ts";
import type { Slice } from "../web/paging.ts";

/** A list as a file named after it and the business, sent while it is read. */
export function sendFile<T>(
  req: Request,
  res: Response,
  name: string,
  columns: ReadonlyArray<CsvColumn<T>>,
  lines: Iterable<T> | AsyncIterable<T>,
): Promise<void> {
  return download(req, res, `${name}-${req.business.slug}.csv`, csv(columns, lines));
}

const BATCH = 500;

/** All of a list that pages show a slice at a time; for short lists, since each slice counts anew. */
export async function* everySlice<T>(fetch: (slice: Slice) => Promise<T[]>): AsyncGenerator<T> {
  for (let offset = 0; ; offset += BATCH) {
    const batch = await fetch({ limit: BATCH, offset });
    yield* batch;
    if (batch.length < BATCH) return;
  }
}

type WithTexts = { texts: ReadonlyMap<number, string> };

/** A column for each of the business's own fields. */
export function fieldColumns<T extends WithTexts>(fields: readonly Field[]): Array<CsvColumn<T>> {
  return fields.map(({ id, label, archived }) => [
    archived ? `${label} (no longer asked)` : label,
    ({ texts }) => texts.get(id),
  ]);
}
