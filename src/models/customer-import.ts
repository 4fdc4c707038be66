// A file of customers becomes customers, in the background: some lines in a transaction, with the
// number of the last one, so that a worker may be killed at any time and another goes on.
import { setImmediate } from "node:timers/promises";
import { readRows, decode, type Separator } from "../csv-reading.ts";
import { type Checked, checkLine, type Mapping, type Problem } from "../customer-file.ts";
import { about, type Field } from "../domain/fields.ts";
import type { Instant } from "../domain/time.ts";
import { AuditEntry } from "./audit-entry.ts";
import { takeRecords } from "./customer-import-taking.ts";
import { rows } from "./database.ts";
import { Fields } from "./field.ts";
import { Notice } from "./notice.ts";
import { type Clock, type Lease, type Transfer, Transfers } from "./transfer.ts";

export type ImportOptions = {
  separator: Separator;
  headings: boolean;
  mapping: Mapping;
  /** Of lines that are not right: leave them out, or take nothing at all. */
  faults: "skip" | "refuse";
  /** Of customers who are known: leave them as they are, or take what the file says. */
  known: "skip" | "update";
};
export type ImportReport = {
  /** Why it has ended before its time: somebody was erased, and the file may name her. */
  refusal?: "erased";
  added: number;
  updated: number;
  /** Known, and left as they are. */
  known: number;
  /** How many lines were not right, and the first of them, by their numbers in the file. */
  faulty: number;
  faults: Array<[line: number, problem: Problem, fieldId?: number]>;
};

export const MOST_LINES = 50_000;
export const MOST_FAULTS = 2000; // that a report names

const BREATH = 1000; // lines
const AT_ONCE = 100; // lines in a transaction, so that bookings need not wait long
const NOTHING: ImportReport = { added: 0, updated: 0, known: 0, faulty: 0, faults: [] };

export const CustomerImport = {
  report(transfer: Transfer): ImportReport {
    return { ...NOTHING, ...(transfer.report as Partial<ImportReport>) };
  },

  /** The file's lines, the first `most` of them. */
  async lines(transfer: Pick<Transfer, "businessId" | "id">, separator: Separator, most: number) {
    const { text } = decode(await Transfers.content(transfer));
    return readRows(text, separator, most);
  },
};

export async function importCustomers(lease: Lease, clock: Clock): Promise<void> {
  const options = lease.options as ImportOptions;
  const lines = await CustomerImport.lines(lease, options.separator, MOST_LINES + 1);
  const fields = await fieldsOf(lease.businessId);
  const checked = await checkAll(lines, options, fields);
  const report = { ...CustomerImport.report(lease), ...faultsOf(checked) };
  if (report.faulty > 0 && options.faults === "refuse")
    return Transfers.finish(lease, "refused", report, clock());
  const done = await takeAll({ ...lease, report }, checked, clock);
  await Transfers.finish(done, "done", done.report, clock());
}

/** What can be known of a customer; what is no longer asked, too. */
async function fieldsOf(businessId: number): Promise<Field[]> {
  const [business] = await rows<{ id: number; version: number }>(
    "SELECT id, version FROM businesses WHERE id = $businessId",
    { businessId },
  );
  return business ? about("customer", await Fields.of(business)) : [];
}

/** Some thousand at a time, so that others' jobs of this process need not wait for all. */
async function checkAll(
  lines: readonly string[][],
  { headings, mapping }: ImportOptions,
  fields: readonly Field[],
): Promise<Checked[]> {
  const checked: Checked[] = [];
  for (const [i, cells] of lines.entries()) {
    checked.push(i === 0 && headings ? "empty" : checkLine(cells, mapping, fields));
    if (i % BREATH === 0) await setImmediate();
  }
  return checked;
}

function faultsOf(checked: readonly Checked[]): Pick<ImportReport, "faulty" | "faults"> {
  const faults: ImportReport["faults"] = [];
  for (const [i, line] of checked.entries()) {
    if (typeof line !== "object" || !("problem" in line)) continue;
    const { problem, fieldId } = line;
    faults.push(fieldId === undefined ? [i + 1, problem] : [i + 1, problem, fieldId]);
  }
  return { faulty: faults.length, faults: faults.slice(0, MOST_FAULTS) };
}

async function takeAll(begun: Lease, checked: readonly Checked[], clock: Clock): Promise<Lease> {
  const total = checked.length;
  let lease = begun;
  while (lease.done < total) {
    const [at, now] = [lease, clock()];
    const lines = checked.slice(at.done, at.done + AT_ONCE);
    lease = await Transfers.advance(at, now, async () => {
      const report = { ...(at.report as ImportReport) };
      const records = lines.flatMap((line) =>
        typeof line === "object" && "record" in line ? [line.record] : [],
      );
      const { known } = at.options as ImportOptions;
      const taken = await takeRecords(at.businessId, records, known, now);
      report.added += taken.added;
      report.updated += taken.updated;
      report.known += taken.known;
      const done = at.done + lines.length;
      if (done === total) await conclude(at, report, now);
      return { done, total, report };
    });
  }
  return lease;
}

async function conclude(
  { businessId, staffId }: Lease,
  { added, updated, known, faulty }: ImportReport,
  now: Instant,
): Promise<void> {
  await Notice.catchUp(businessId, now);
  const details = { added, updated, known, faulty };
  await AuditEntry.write(
    { businessId, action: "customers.imported", details },
    { kind: "staff", staffId },
    now,
  );
}
