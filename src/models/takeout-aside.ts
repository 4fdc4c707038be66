// What was in a business before a file came into it: put aside until the file is all there, so that one
// that is refused leaves the business as it was.
import { rows, run } from "./database.ts";
import type { Stored } from "./takeout-check.ts";
import type { Planned } from "./takeout-tables.ts";
import type { Lease } from "./transfer.ts";

type Aside = { business: Stored; owner: Stored; tables: Array<[table: string, rows: Stored[]]> };
/** Names of columns that the file brings. */
type Brought = { business: readonly string[]; owner: readonly string[] };

const PART = -1; // of the transfer; those of the file itself count from 0

// Of a table, all but these rows make room. Mails without an appointment lead people to their accounts.
const GOING: Readonly<Record<string, string>> = {
  staff: "id <> $staffId",
  deliveries: "appointment_id IS NOT NULL",
};

/** Keeps what will be cleared, or changed. Inside a transaction. */
export async function setAside(
  { businessId, staffId, id }: Lease,
  plan: readonly Planned[],
  { business, owner }: Brought,
): Promise<void> {
  const aside: Aside = {
    business: await rowOf("businesses", business, businessId),
    owner: await rowOf("staff", owner, staffId),
    tables: [],
  };
  for (const { name } of cleared(plan)) {
    const found = await rows<Stored>(`SELECT * FROM ${name} WHERE ${going(name)}`, {
      businessId,
      staffId,
    });
    aside.tables.push([name, found]);
  }
  const bytes = Buffer.from(JSON.stringify(aside));
  await run(`DELETE ${KEPT}`, { businessId, id });
  await run(
    `INSERT INTO transfer_parts (business_id, transfer_id, part, bytes)
     VALUES ($businessId, $id, ${PART}, $bytes)`,
    { businessId, id, bytes },
  );
}

/**
 * Takes away all but the history, and whoever brings the file. Inside a transaction.
 * @param but tables that stay as well
 */
export async function clear(
  { businessId, staffId }: Lease,
  plan: readonly Planned[],
  but: readonly string[] = [],
): Promise<void> {
  for (const { name } of cleared(plan).toReversed())
    if (!but.includes(name))
      await run(`DELETE FROM ${name} WHERE ${going(name)}`, { businessId, staffId });
}

/** Puts what was set aside where it was. Inside a transaction, and into what is clear. */
export async function putBack({ businessId, staffId, id }: Lease): Promise<void> {
  const [kept] = await rows<{ bytes: Buffer }>(`SELECT bytes ${KEPT}`, { businessId, id });
  if (!kept) throw new Error("nothing was put aside");
  const { business, owner, tables } = JSON.parse(kept.bytes.toString()) as Aside;
  for (const [table, all] of tables) for (const row of all) await store(table, row);
  await update("staff", owner, staffId);
  await update("businesses", business, businessId);
}

export function update(table: string, values: Stored, id: number): Promise<number> {
  const changes = Object.keys(values).map((name) => `${name} = $${name}`);
  return run(`UPDATE ${table} SET ${changes.join(", ")} WHERE id = $rowId`, {
    ...values,
    rowId: id,
  });
}

const KEPT = `FROM transfer_parts
  WHERE business_id = $businessId AND transfer_id = $id AND part = ${PART}`;

/** Nothing takes an entry out of the history. */
function cleared(plan: readonly Planned[]): Planned[] {
  return plan.filter(({ name }) => name !== "audit_entries");
}

function going(table: string): string {
  return ["business_id = $businessId", GOING[table] ?? []].flat().join(" AND ");
}

async function rowOf(table: string, columns: readonly string[], id: number): Promise<Stored> {
  const list = columns.join(", ");
  const [found] = await rows<Stored>(`SELECT ${list} FROM ${table} WHERE id = $id`, { id });
  if (!found) throw new Error(`a row of ${table} has gone`);
  return found;
}

function store(table: string, row: Stored): Promise<number> {
  const names = Object.keys(row);
  const values = names.map((name) => `$${name}`);
  return run(`INSERT INTO ${table} (${names.join(", ")}) VALUES (${values.join(", ")})`, row);
}
