// Two rows that are one person: finding them, and making one of them.
import { UniqueConstraintError } from "sequelize";
import type { Instant } from "../domain/time.ts";
import { Conflict } from "../errors.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import { Customer, type CustomerDetails } from "./customer.ts";
import { identityOf, refreshSearch } from "./customer-keys.ts";
import { isPostgres, rows, run, transaction } from "./database.ts";
import { Notice } from "./notice.ts";
import { oweCalls } from "./webhook-owed.ts";

/** Tables whose rows go over to the customer who stays. A test sees to it that none is missing. */
export const MOVED = ["appointments", "customer_aliases"] as const;
/**
 * Tables that are emptied with the row that goes: both may have an answer, of which hers stays; and
 * what other programs were to be told of the other is no longer true.
 */
export const JOINED = ["customer_values", "webhook_calls"] as const;

type Same = "name" | "e-mail" | "phone";
export type Likeness = CustomerDetails & { id: number; same: Same };
export type Pair = { same: Same; customers: [PairMember, PairMember] };
type PairMember = CustomerDetails & { id: number };

const FEW = 10;
const MOST_PAIRS = 50;

export const CustomerMerger = {
  /** Others who may be the same person, the likeliest first. */
  async like({ id, businessId }: Customer): Promise<Likeness[]> {
    const found = await rows<Likeness>(
      `${SAMES.map((same) => LIKE(same)).join(" UNION ALL ")} LIMIT ${FEW * SAMES.length}`,
      { businessId, id },
    );
    const once = new Map(found.toReversed().map((one) => [one.id, one]));
    return [...once.values()].toReversed().slice(0, FEW);
  },

  /** Those of a business who may be one person, two and two. */
  async pairs(business: { id: number }): Promise<Pair[]> {
    const found = await rows<Record<string, string> & { same: Same; aId: number; bId: number }>(
      `SELECT * FROM (${SAMES.map((same) => PAIRS(same)).join(" UNION ALL ")}) AS pairs
       LIMIT ${MOST_PAIRS}`,
      { businessId: business.id },
    );
    const once = new Map(found.map((line) => [`${line.aId} ${line.bId}`, line]));
    return [...once.values()].map((line) => ({
      same: line.same,
      customers: [member(line, "a", line.aId), member(line, "b", line.bId)],
    }));
  },

  /**
   * What was the other's becomes hers: appointments, notes, alerts, and what was not known of her.
   * Where both know something, hers stays, and a mail address or phone number of the other's goes to
   * the notes, so that nothing is lost. Blocked is who was blocked either way. Who books under the
   * other's name and address from then on is her.
   * @throws Conflict when a third customer has the name and mail address that would come of it
   */
  async merge(stays: Customer, goes: Customer, actor: Actor, now: Instant): Promise<void> {
    try {
      await transaction(() => mergeRows(stays, goes, actor, now));
    } catch (error) {
      if (!(error instanceof UniqueConstraintError)) throw error;
      throw new Conflict("A third customer has that name and mail address: merge those two first");
    }
  },
};

async function mergeRows(stays: Customer, goes: Customer, actor: Actor, now: Instant) {
  const { businessId } = stays;
  const bind = { businessId, staysId: stays.id, goesId: goes.id };
  const [hers, others] = await locked(stays, goes);
  if (!hers || !others) return; // merged already, by the same form sent twice, or erased
  for (const table of MOVED)
    await run(
      `UPDATE ${table} SET customer_id = $staysId
       WHERE business_id = $businessId AND customer_id = $goesId`,
      bind,
    );
  await run(JOIN_VALUES, bind);
  await run("DELETE FROM customers WHERE business_id = $businessId AND id = $goesId", bind);
  const known = joined(hers, others);
  const identity = identityOf(known.name, known.email);
  await run(UPDATE, { ...bind, ...known, identity });
  if (others.identity !== null && others.identity !== identity)
    await run(ADD_ALIAS, { ...bind, identity: others.identity });
  await refreshSearch(businessId, stays.id);
  if (hers.email === null && known.email !== null) await Notice.catchUp(businessId, now);
  const details = { customerId: stays.id, mergedId: goes.id };
  await AuditEntry.write({ businessId, action: "customer.merged", details }, actor, now);
  await oweCalls({ businessId, goneCustomer: goes.id }, "customer.deleted", now);
}

/** Both rows as they are by now, in the order asked for; nobody changes them until the end. */
async function locked(stays: Customer, goes: Customer): Promise<Array<Customer | undefined>> {
  const ids = [stays.id, goes.id];
  if (isPostgres)
    await rows(
      `SELECT id FROM customers WHERE business_id = $businessId AND id IN ($a, $b)
       ORDER BY id FOR UPDATE`,
      { businessId: stays.businessId, a: ids[0], b: ids[1] },
    );
  const found = await Customer.findAll({
    where: { businessId: stays.businessId, id: ids, erasedAt: null },
  });
  return ids.map((id) => found.find((one) => one.id === id));
}

function joined(hers: Customer, others: Customer) {
  const also = [others.email, others.phone].filter(
    (one, i) =>
      one !== null && [hers.email, hers.phone][i] !== null && one !== [hers.email, hers.phone][i],
  );
  const name = others.name === hers.name ? [] : [others.name];
  const kept = also.length + name.length > 0 ? `Also: ${[...name, ...also].join(", ")}` : "";
  const email = hers.email ?? others.email;
  return {
    name: hers.name,
    email,
    phone: hers.phone ?? others.phone,
    note: texts(hers.note, others.note, kept).join("\n\n"),
    alert: texts(hers.alert, others.alert).join("; "),
    blockedAt: hers.blockedAt ?? others.blockedAt,
    approvedAt: hers.approvedAt ?? others.approvedAt,
    // It is the mail address that was confirmed.
    confirmedAt: hers.confirmedAt ?? (others.email === email ? others.confirmedAt : null),
    createdAt: Math.min(hers.createdAt, others.createdAt),
  };
}

function texts(...all: string[]): string[] {
  return [...new Set(all.filter(Boolean))];
}

const UPDATE = `UPDATE customers SET identity = $identity, email = $email, phone = $phone,
    note = $note, alert = $alert, blocked_at = $blockedAt, approved_at = $approvedAt,
    confirmed_at = $confirmedAt, created_at = $createdAt
  WHERE business_id = $businessId AND id = $staysId`;
const ADD_ALIAS = `INSERT INTO customer_aliases (business_id, identity, customer_id)
  VALUES ($businessId, $identity, $staysId)
  ON CONFLICT (business_id, identity) DO UPDATE SET customer_id = excluded.customer_id`;
const JOIN_VALUES = `INSERT INTO customer_values (business_id, customer_id, field_id, value_text,
    value_number, value_date, search, saved_at)
  SELECT business_id, CAST($staysId AS INTEGER), field_id, value_text, value_number, value_date,
    search, saved_at
  FROM customer_values WHERE business_id = $businessId AND customer_id = $goesId
  ON CONFLICT DO NOTHING`;

const SAMES: readonly Same[] = ["e-mail", "phone", "name"];
// A phone number of fewer digits, and no name at all, make nobody the same.
const EQUAL: Record<Same, string> = {
  name: "b.name_key = a.name_key AND a.name_key <> ''",
  "e-mail": "b.email = a.email",
  phone: "b.phone_key = a.phone_key AND LENGTH(a.phone_key) >= 7",
};
const LIKE = (same: Same) => `SELECT b.id, b.name, b.email, b.phone, '${same}' AS same
  FROM customers a JOIN customers b ON b.business_id = a.business_id AND ${EQUAL[same]}
  WHERE a.business_id = $businessId AND a.id = $id AND b.id <> a.id`;
const PAIRS = (same: Same) => `SELECT '${same}' AS same, a.id AS "aId", a.name AS "aName",
    a.email AS "aEmail", a.phone AS "aPhone", b.id AS "bId", b.name AS "bName",
    b.email AS "bEmail", b.phone AS "bPhone"
  FROM customers a
  JOIN customers b ON b.business_id = a.business_id AND ${EQUAL[same]} AND b.id > a.id
  WHERE a.business_id = $businessId`;

function member(line: Record<string, unknown>, side: "a" | "b", id: number): PairMember {
  const [name, email, phone] = ["Name", "Email", "Phone"].map((column) => line[side + column]);
  return { id, name: String(name), email: email as string | null, phone: phone as string | null };
}
