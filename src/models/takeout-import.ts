// A business comes back with everything it had left with: into one in which nothing is yet, some rows
// at a time, so that a worker may be killed at any time and another goes on.
import { DatabaseError, UniqueConstraintError } from "sequelize";
import { BadArchive } from "../unzip.ts";
import { AuditEntry } from "./audit-entry.ts";
import { forgetTraces, rows, run } from "./database.ts";
import { Notice } from "./notice.ts";
import { readSchema } from "./schema.ts";
import { clear, putBack, setAside, update } from "./takeout-aside.ts";
import { checkedRow, type Stored } from "./takeout-check.ts";
import {
  fileRows,
  readTakeout,
  Refusal,
  type TakeoutFile,
  type TakeoutReport,
} from "./takeout-file.ts";
import {
  ANEW,
  businessColumns,
  EMBEDDED,
  planOf,
  type Planned,
  type Renumber,
} from "./takeout-tables.ts";
import { receivedBytes } from "./transfer-content.ts";
import { type Clock, type Lease, LeaseLost, Transfers } from "./transfer.ts";

const LOCATIONS = "locations";
const AT_ONCE = 500; // rows in a transaction, so that bookings of others need not wait long
const MOST_VALUES = 32_000; // of a statement: SQLite takes 32 766, PostgreSQL 65 535

/** Whether nothing is in a business yet but what signing up puts there. */
export async function isEmpty(businessId: number): Promise<boolean> {
  const [found] = await rows<{ count: number }>(
    `SELECT (SELECT COUNT(*) FROM customers WHERE business_id = $businessId) +
       (SELECT COUNT(*) FROM services WHERE business_id = $businessId) +
       (SELECT COUNT(*) FROM appointments WHERE business_id = $businessId) +
       (SELECT COUNT(*) - 1 FROM staff WHERE business_id = $businessId) AS count`,
    { businessId },
  );
  return Number(found?.count) === 0;
}

export async function importEverything(lease: Lease, clock: Clock): Promise<void> {
  const schema = await readSchema();
  const plan = planOf(schema);
  try {
    if (lease.isGivenUp) throw new Refusal((lease.report as TakeoutReport).refusal ?? "broken");
    const bytes = await receivedBytes(lease);
    const file = await readTakeout(bytes, plan, businessColumns(schema));
    await write(lease, plan, file, clock);
  } catch (error) {
    const report = reportOf(error, lease);
    if (!report) throw error;
    const undone = await undo(lease, plan, clock());
    await Transfers.finish(await latest(lease), undone ? "refused" : "failed", report, clock());
    if (report.refusal === "broken" && !lease.isGivenUp) throw error;
  }
}

/** Undefined while it may be tried again. */
function reportOf(error: unknown, { isLastTry }: Lease): TakeoutReport | undefined {
  if (error instanceof Refusal) return error.report;
  if (error instanceof BadArchive) return { refusal: "archive" };
  return isLastTry && !(error instanceof LeaseLost) ? { refusal: "broken" } : undefined;
}

async function write(begun: Lease, plan: readonly Planned[], file: TakeoutFile, clock: Clock) {
  const total = [...file.counts.values()].reduce((sum, count) => sum + count, 0);
  const ids = new Map<string, number[]>();
  let lease = begun;
  if (lease.total === 0) lease = await makeRoom(lease, plan, file, total, clock());
  let before = 0;
  for (const table of plan) {
    const count = file.counts.get(table.name) ?? 0;
    const stored = Math.min(Math.max(lease.done - before, 0), count);
    // Of a worker that died: the rows are there, in the order of the file.
    const known = table.numbered && stored > 0 ? await storedIds(lease, table) : [];
    ids.set(table.name, known);
    if (stored < count) lease = await writeTable(lease, { table, file, ids, from: stored }, clock);
    before += count;
  }
  const report: TakeoutReport = { tables: Object.fromEntries(file.counts) };
  lease = await conclude(lease, file, report, clock());
  await Transfers.finish(lease, "done", report, clock());
}

/**
 * What signing up has put into the business is put aside, but for where it is: without that it would
 * have no page. Nobody can book until it is all there.
 */
function makeRoom(
  lease: Lease,
  plan: readonly Planned[],
  file: TakeoutFile,
  total: number,
  now: number,
) {
  const { businessId } = lease;
  return Transfers.advance(lease, now, async () => {
    if (!(await isEmpty(businessId))) throw new Refusal("filled");
    const { id: _, ...owner } = file.firstOwner;
    const [business, staff] = [Object.keys(file.business), Object.keys(owner)];
    await setAside(lease, plan, { business, owner: staff });
    await clear(lease, plan, [LOCATIONS]);
    await become(lease, file);
    await run("UPDATE businesses SET bookings_open = FALSE WHERE id = $businessId", { businessId });
    return { done: 0, total };
  });
}

async function storedIds({ businessId }: Lease, { name, order }: Planned): Promise<number[]> {
  const found = await rows<{ id: number }>(
    `SELECT t.id FROM ${name} t WHERE t.business_id = $businessId ORDER BY ${order}`,
    { businessId },
  );
  return found.map(({ id }) => id);
}

/** Rows one after the other; `number`: of the first in the file. */
type Batch = { rows: Stored[]; number: number };
type Writing = { table: Planned; file: TakeoutFile; ids: Map<string, number[]>; from: number };

async function writeTable(begun: Lease, writing: Writing, clock: Clock): Promise<Lease> {
  const { table, file, ids, from } = writing;
  const own = ids.get(table.name) ?? [];
  let lease = begun;
  let batch: Stored[] = [];
  let number = 0;
  const atOnce = Math.min(AT_ONCE, Math.floor(MOST_VALUES / (table.columns.length + 3)));
  const flush = async () => {
    const [at, stored, first] = [lease, batch, number - batch.length + 1];
    batch = [];
    if (stored.length === 0) return;
    let made: number[] = [];
    const store = (parts: Batch[]) =>
      Transfers.advance(at, clock(), async () => {
        made = [];
        for (const part of parts) made.push(...(await insert(at, writing, part)));
        return { done: at.done + stored.length };
      });
    lease = await store([{ rows: stored, number: first }]).catch((error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
      // Which of them it was is known one by one.
      return store(stored.map((row, i) => ({ rows: [row], number: first + i })));
    });
    if (table.numbered) own.push(...made);
  };
  for await (const row of fileRows(file.archive, table.name)) {
    if (++number <= from) continue;
    const checked = checkedRow(table, row, number, file.counts);
    if (!checked) throw new Refusal("row", table.name, number);
    batch.push(checked);
    if (batch.length === atOnce) await flush();
  }
  await flush();
  return lease;
}

/**
 * Some rows with one statement; gives their ids in order.
 * @throws Refusal when the database does not take them, of the first
 */
async function insert(lease: Lease, { table, ids }: Writing, batch: Batch): Promise<number[]> {
  const { name, numbered } = table;
  const { businessId, staffId } = lease;
  // Where the business was until now.
  if (name === LOCATIONS && batch.number === 1)
    await run("DELETE FROM locations WHERE business_id = $businessId", { businessId });
  // Whoever brings the file is the first owner, who is here already.
  const here = name === "staff" && batch.number === 1 ? [staffId] : [];
  const all = batch.rows.slice(here.length).map((row) => valuesOf(table, row, businessId, ids));
  const [first] = all;
  if (!first) return here;
  const names = Object.keys(first);
  const bind = Object.fromEntries(
    all.flatMap((values, i) => names.map((one) => [`${one}_${i}`, values[one]])),
  );
  const list = all.map((_, i) => `(${names.map((one) => `$${one}_${i}`).join(", ")})`);
  const made = await refusing(name, batch.number, () =>
    rows<{ id: number }>(
      `INSERT INTO ${name} (${names.join(", ")}) VALUES ${list.join(", ")}
       ${numbered ? "RETURNING id" : ""}`,
      bind,
    ),
  );
  // They are numbered in the order of the file, but need not be told in it.
  return [...here, ...made.map(({ id }) => id).toSorted((a, b) => a - b)];
}

/** A row as it is stored here, with the ids of this side. */
function valuesOf(
  { name, columns }: Planned,
  row: Stored,
  businessId: number,
  ids: ReadonlyMap<string, number[]>,
): Stored {
  const renumber: Renumber = (to, one) => ids.get(to)?.[one - 1] ?? null;
  const values: Stored = { business_id: businessId, ...ANEW[name]?.() };
  for (const column of columns) {
    const value = row[column.name] ?? null;
    if (column.name === "id") continue;
    const embedded = EMBEDDED[name]?.[column.name];
    if (column.to && value !== null) values[column.name] = renumber(column.to, Number(value));
    else values[column.name] = embedded && value ? embedded(String(value), renumber) : value;
  }
  return values;
}

/** @throws Refusal when the database does not take the row */
async function refusing<T>(table: string, row: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isRefusal(error) ? new Refusal("row", table, row) : error;
  }
}

/** A rule of the database, rather than a database that is away. */
function isRefusal(error: unknown): boolean {
  if (error instanceof UniqueConstraintError) return true;
  if (!(error instanceof DatabaseError)) return false;
  // PostgreSQL: class 22, data exceptions, and 23, broken constraints.
  return /^(22|23|SQLITE_CONSTRAINT)/.test((error.original as { code?: string }).code ?? "");
}

/** Bookings are taken again, if they were. */
function conclude(lease: Lease, file: TakeoutFile, report: unknown, now: number) {
  const { businessId, staffId } = lease;
  return Transfers.advance(lease, now, async () => {
    await become(lease, file);
    await Notice.catchUp(businessId, now);
    const actor = { kind: "staff", staffId } as const;
    await AuditEntry.write({ businessId, action: "copy.imported" }, actor, now);
    return { report };
  });
}

/** The business and its first owner become those of the file. @throws Refusal */
async function become(
  { businessId, staffId }: Lease,
  { business, firstOwner }: TakeoutFile,
): Promise<void> {
  const { id: _, ...owner } = firstOwner;
  await refusing("staff", 1, () => update("staff", owner, staffId));
  await refusing("businesses", 1, () => update("businesses", business, businessId));
}

/** The business is as it was; unless there is history of what has to go. */
async function undo(lease: Lease, plan: readonly Planned[], now: number): Promise<boolean> {
  const current = await latest(lease);
  if (current.total === 0) return true;
  try {
    await Transfers.advance(current, now, async () => {
      await clear(current, plan);
      await putBack(current);
      return { done: 0, total: 0 };
    });
  } catch (error) {
    if (error instanceof DatabaseError) return false;
    throw error;
  }
  await forgetTraces();
  return true;
}

/** The lease as it is held now. @throws LeaseLost */
async function latest(lease: Lease): Promise<Lease> {
  const { id, businessId, kind } = lease;
  const [held] = await rows<{ claimedAt: number | null }>(
    `SELECT claimed_at AS "claimedAt" FROM transfers WHERE id = $id`,
    { id },
  );
  const claimedAt = held?.claimedAt;
  if (claimedAt === null || claimedAt === undefined) throw new LeaseLost();
  return { ...lease, ...(await Transfers.find({ id: businessId }, kind, id)), claimedAt };
}
