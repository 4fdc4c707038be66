// A file of customers becomes customers, in the background: some lines in a transaction, with the
// number of the last one, so that a worker may be killed at any time and another goes on.
import { readRows, decode, type Separator } from "../csv-reading.ts";
import {
  type Checked,
  checkLine,
  type FileRecord,
  type Mapping,
  type Problem,
} from "../customer-file.ts";
import type { Instant } from "../domain/time.ts";
import { AuditEntry } from "./audit-entry.ts";
import { identityOf, keysOf, refreshSearch } from "./customer-keys.ts";
import { ADD, FORGET_ALIAS } from "./customer-statements.ts";
import { rows, run } from "./database.ts";
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
  added: number;
  updated: number;
  /** Known, and left as they are. */
  known: number;
  /** How many lines were not right, and the first of them, by their numbers in the file. */
  faulty: number;
  faults: Array<[line: number, problem: Problem]>;
};

export const MOST_LINES = 50_000;
export const MOST_FAULTS = 2000; // that a report names

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
  const checked = lines.map((cells, i) =>
    i === 0 && options.headings ? "empty" : checkLine(cells, options.mapping),
  );
  const report = { ...CustomerImport.report(lease), ...faultsOf(checked) };
  if (report.faulty > 0 && options.faults === "refuse")
    return Transfers.finish(lease, "refused", report, clock());
  const done = await takeAll({ ...lease, report }, checked, clock);
  await Transfers.finish(done, "done", done.report, clock());
}

function faultsOf(checked: readonly Checked[]): Pick<ImportReport, "faulty" | "faults"> {
  const faults = checked.flatMap((line, i): ImportReport["faults"] =>
    typeof line === "object" && "problem" in line ? [[i + 1, line.problem]] : [],
  );
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
      for (const line of lines)
        if (typeof line === "object" && "record" in line)
          report[await take(at, line.record, now)]++;
      const done = at.done + lines.length;
      if (done === total) await conclude(at, report, now);
      return { done, total, report };
    });
  }
  return lease;
}

type Taken = "added" | "updated" | "known";

/** One line's customer, who may be known. Inside a transaction. */
async function take(
  { businessId, options }: Lease,
  record: FileRecord,
  now: Instant,
): Promise<Taken> {
  const identity = identityOf(record.name, record.email);
  const bind = { ...record, ...keysOf(record), identity, businessId, now };
  const [same] = await rows<{ id: number }>(identity ? BY_IDENTITY : BY_PHONE, bind);
  if (same) {
    if ((options as ImportOptions).known === "skip") return "known";
    await run(UPDATE, { ...bind, id: same.id });
    await refreshSearch(businessId, same.id);
    return "updated";
  }
  const made = await rows(ADD, bind);
  if (made.length === 0) return "known"; // booked in this very moment
  if (identity) await run(FORGET_ALIAS, bind);
  return "added";
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

const BY_IDENTITY = `SELECT id FROM customers
  WHERE business_id = $businessId AND identity = $identity`;
/** Without a mail address: the same name with the same number. */
const BY_PHONE = `SELECT id FROM customers
  WHERE business_id = $businessId AND name_key = $nameKey AND phone_key = $phoneKey
    AND phone_key <> '' AND erased_at IS NULL
  ORDER BY id LIMIT 1`;
/** What the file leaves empty stays as it is. */
const UPDATE = `UPDATE customers
  SET name = $name, phone = COALESCE($phone, phone),
    note = CASE WHEN CAST($note AS TEXT) = '' THEN note ELSE $note END,
    alert = CASE WHEN CAST($alert AS TEXT) = '' THEN alert ELSE $alert END
  WHERE business_id = $businessId AND id = $id`;
