// What a row of a file must be like before it is stored: whoever brings it may have written it by hand.
import { z } from "zod";
import { MOST_ORIGINS } from "../domain/frames.ts";
import { MOST_OCCURRENCES } from "../domain/recurrence.ts";
import { isSlug } from "../domain/slug.ts";
import { isLocalDate, isZone } from "../domain/time.ts";
import { languages } from "../language.ts";
import { originOf } from "./frames.ts";
import type { Column } from "./schema.ts";
import { NEEDED, type Planned, type PlannedColumn } from "./takeout-tables.ts";

export type Stored = Record<string, string | number | boolean | null>;

const LONGEST = 100_000; // characters
const LARGEST = 2 ** 31 - 1;
const FURTHEST = Date.UTC(2200, 0, 1);
const Address = z.email();
const Origin = z.string().refine((text) => originOf(text) === text);
const pattern = {
  every: z.enum(["day", "week", "month"]),
  interval: z.int().min(1).max(52),
  weekdays: z.array(z.int().min(1).max(7)).max(7).optional(),
  monthly: z.enum(["date", "weekday", "last-weekday"]).optional(),
};
const Rule = z.union([
  z.strictObject({ ...pattern, count: z.int().min(1).max(MOST_OCCURRENCES) }),
  z.strictObject({ ...pattern, until: z.string().refine(isLocalDate) }),
]);

/**
 * A row of the file with its values as they are stored, but for numbers of rows; undefined when it
 * cannot be stored.
 * @param counts how many rows each table of the file has
 */
export function checkedRow(
  { name, columns, numbered }: Planned,
  row: unknown,
  number: number,
  counts: ReadonlyMap<string, number>,
): Stored | undefined {
  if (numbered && (row as Stored | null)?.id !== number) return undefined;
  const checked = checkedColumns(columns, row, counts);
  const needed = NEEDED[name] ?? [];
  return checked && needed.every((column) => checked[column] !== null) ? checked : undefined;
}

/** The same for columns that refer to nothing. */
export function checkedColumns(
  columns: readonly PlannedColumn[],
  row: unknown,
  counts: ReadonlyMap<string, number> = new Map(),
): Stored | undefined {
  if (typeof row !== "object" || row === null) return undefined;
  const known = new Set(columns.map(({ name }) => name));
  if (Object.keys(row).some((name) => !known.has(name))) return undefined;
  const checked: Stored = {};
  for (const column of columns) {
    const value = storedValue(column, (row as Stored)[column.name] ?? null, counts);
    if (value === undefined) return undefined;
    checked[column.name] = value;
  }
  return checked;
}

function storedValue(
  column: PlannedColumn,
  value: unknown,
  counts: ReadonlyMap<string, number>,
): Stored[string] | undefined {
  if (value === null) return column.nullable ? null : undefined;
  if (column.to !== undefined)
    return isWhole(value, 1, counts.get(column.to) ?? 0) ? value : undefined;
  return byType[column.type](value, column);
}

const byType: Record<
  Column["type"],
  (value: unknown, column: Column) => Stored[string] | undefined
> = {
  text: (value, { name }) => (isText(value) && (texts[name]?.(value) ?? true) ? value : undefined),
  integer: (value) => (isWhole(value, -LARGEST, LARGEST) ? value : undefined),
  number: (value) => (typeof value === "number" && Number.isFinite(value) ? value : undefined),
  flag: (value) => (typeof value === "boolean" ? value : undefined),
  instant: (value) => instantOf(value),
  bytes: () => undefined,
};

/** Texts that pages take to be what they are called. */
const texts: Record<string, (text: string) => boolean> = {
  zone: isZone,
  slug: isSlug,
  currency: (text) => /^[A-Z]{3}$/.test(text),
  date: isLocalDate,
  from_date: isLocalDate,
  to_date: isLocalDate,
  value_date: isLocalDate,
  email: (text) => Address.safeParse(text).success,
  language: (text) => languages.includes(text),
  // Who did something, in the history; nothing that is in there can be taken out again.
  actor: (text) => /^(customer|staff|api|operator|system)$/.test(text),
  details: (text) => isJson(text, z.looseObject({})),
  choices: (text) => isJson(text, z.array(z.string())),
  frame_origins: (text) => isJson(text, z.array(Origin).max(MOST_ORIGINS)),
  rule: (text) => isJson(text, Rule),
  addon_ids: (text) => /^\[(\d{1,9}(,\d{1,9})*)?\]$/.test(text),
};

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length <= LONGEST && !value.includes("\0");
}

function isWhole(value: unknown, least: number, most: number): value is number {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
}

function instantOf(value: unknown): number | undefined {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return undefined;
  const instant = Date.parse(value);
  return instant >= 0 && instant <= FURTHEST ? instant : undefined;
}

function isJson(text: string, shape: z.ZodType): boolean {
  try {
    return shape.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}
