// Some lines of a file become customers, with few statements for all of them.
import type { FileRecord } from "../customer-file.ts";
import { isGiven } from "../domain/fields.ts";
import type { Instant } from "../domain/time.ts";
import { Answers } from "./answer.ts";
import { identityOf, keysOf, refreshSearch } from "./customer-keys.ts";
import { ADD, addMany, FORGET_ALIAS } from "./customer-statements.ts";
import { rows, run } from "./database.ts";

type Taken = Record<"added" | "updated" | "known", number>;
/** Of customers who are known: leave them as they are, or take what the file says. */
type Known = "skip" | "update";
type Identified = { record: FileRecord; identity: string };

/** Of two lines that are one customer, the second finds her known. Inside a transaction. */
export async function takeRecords(
  businessId: number,
  records: readonly FileRecord[],
  known: Known,
  now: Instant,
): Promise<Taken> {
  const fresh = new Map<string, Identified>();
  const others: FileRecord[] = [];
  const identities = records.map(({ name, email }) => identityOf(name, email));
  const before = await knownAmong(businessId, identities);
  for (const [i, record] of records.entries()) {
    const identity = identities[i];
    const isNew = identity && !before.has(identity) && !fresh.has(identity);
    if (isNew) fresh.set(identity, { record, identity });
    else others.push(record);
  }
  const taken = { added: await add(businessId, [...fresh.values()], now), updated: 0, known: 0 };
  taken.known += fresh.size - taken.added; // booked in this very moment
  for (const record of others) taken[await takeOne(businessId, record, known, now)]++;
  return taken;
}

async function knownAmong(
  businessId: number,
  identities: ReadonlyArray<string | null>,
): Promise<Set<string>> {
  const asked = identities.filter((identity) => identity !== null);
  if (asked.length === 0) return new Set();
  const { list, bind } = listed(asked);
  const found = await rows<{ identity: string }>(
    `SELECT identity FROM customers WHERE business_id = $businessId AND identity IN (${list})`,
    { businessId, ...bind },
  );
  return new Set(found.map(({ identity }) => identity));
}

/** Those nobody knows; gives how many. */
async function add(
  businessId: number,
  fresh: readonly Identified[],
  now: Instant,
): Promise<number> {
  if (fresh.length === 0) return 0;
  const lines = fresh.map(({ record: { answers, ...record }, identity }) => {
    return { ...record, identity, ...keysOf(record, answers.filter(isGiven)) };
  });
  const { sql, bind } = addMany(lines);
  const made = await rows<{ id: number; identity: string }>(sql, { ...bind, businessId, now });
  const ids = new Map(made.map(({ id, identity }) => [identity, id]));
  const added = fresh.filter(({ identity }) => ids.has(identity));
  await forgetAliases(
    businessId,
    added.map(({ identity }) => identity),
  );
  const answers = added.map(
    ({ record, identity }) => [ids.get(identity) ?? 0, record.answers] as const,
  );
  await Answers.keepMany({ businessId, subject: "customer" }, answers, now);
  return added.length;
}

async function forgetAliases(businessId: number, identities: readonly string[]): Promise<void> {
  if (identities.length === 0) return;
  const { list, bind } = listed(identities);
  await run(
    `DELETE FROM customer_aliases WHERE business_id = $businessId AND identity IN (${list})`,
    { businessId, ...bind },
  );
}

/** One who may be known: by name and mail address, or without one by name and phone number. */
async function takeOne(
  businessId: number,
  { answers, ...record }: FileRecord,
  known: Known,
  now: Instant,
): Promise<keyof Taken> {
  const identity = identityOf(record.name, record.email);
  const keys = keysOf(record, answers.filter(isGiven));
  const bind = { ...record, ...keys, identity, businessId, now };
  const [same] = await rows<{ id: number }>(identity ? BY_IDENTITY : BY_PHONE, bind);
  if (same && known === "skip") return "known";
  const [made] = same ? [] : await rows<{ id: number }>(ADD, bind);
  const id = (same ?? made)?.id;
  if (id === undefined) return "known"; // booked in this very moment
  await Answers.keep({ businessId, subject: "customer", id }, answers, now);
  if (made) {
    if (identity) await run(FORGET_ALIAS, bind);
    return "added";
  }
  await run(UPDATE, { ...bind, id });
  await refreshSearch(businessId, id);
  return "updated";
}

function listed(texts: readonly string[]): { list: string; bind: Record<string, string> } {
  const bind = Object.fromEntries(texts.map((text, i) => [`text${i}`, text]));
  return { bind, list: texts.map((_, i) => `$text${i}`).join(", ") };
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
