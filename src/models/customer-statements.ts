// The statements of Customer's verbs.
import { WEBHOOKS_LISTEN } from "./webhook-owed.ts";

/**
 * Whoever is known keeps her phone number. Approval and confirmation are asked of those only who
 * come by themselves while the business asks for it. `blocked`: whoever has been asked to call goes
 * by her mail address or phone number, or another spelling of her name would book again. Who was
 * merged into another is that one. `heard`: there are webhooks that may have to be told.
 */
export const FIND_OR_MAKE = `INSERT INTO customers (business_id, identity, name, email, phone,
    name_key, phone_key, search, approved_at, confirmed_at, created_at)
  SELECT b.id,
    COALESCE((SELECT c.identity FROM customer_aliases l
      JOIN customers c ON c.business_id = l.business_id AND c.id = l.customer_id
      WHERE l.business_id = b.id AND l.identity = $identity), $identity),
    $name, $email, $phone, $nameKey, $phoneKey, $search,
    CASE WHEN $online AND b.approve_first THEN NULL ELSE CAST($now AS BIGINT) END,
    CASE WHEN $online AND b.confirm_first_email THEN NULL ELSE CAST($now AS BIGINT) END,
    CAST($now AS BIGINT)
  FROM businesses b WHERE b.id = $businessId
  ON CONFLICT (business_id, identity) DO UPDATE SET
    phone = COALESCE(customers.phone, excluded.phone),
    phone_key = CASE WHEN customers.phone IS NULL
      THEN excluded.phone_key ELSE customers.phone_key END,
    search = CASE WHEN customers.phone IS NULL AND excluded.phone IS NOT NULL
      THEN customers.search || ' ' || excluded.phone_key ELSE customers.search END,
    approved_at = COALESCE(customers.approved_at, excluded.approved_at),
    confirmed_at = COALESCE(customers.confirmed_at, excluded.confirmed_at)
  RETURNING id, phone, search, approved_at AS "approvedAt", confirmed_at AS "confirmedAt",
    EXISTS (SELECT 1 FROM customers o
      WHERE o.business_id = $businessId AND o.blocked_at IS NOT NULL
        AND (o.email = $email OR (o.phone_key = $phoneKey AND LENGTH($phoneKey) >= $digits))
    ) AS blocked,
    ${WEBHOOKS_LISTEN} AS heard, created_at AS "createdAt"`;

/** Takes one away who was made although she, by this name and address, had become another. */
export const UNMAKE_MERGED = `DELETE FROM customers
  WHERE business_id = $businessId AND id = $id AND EXISTS (
    SELECT 1 FROM customer_aliases l
    JOIN customers c ON c.business_id = l.business_id AND c.id = l.customer_id
    WHERE l.business_id = customers.business_id AND l.identity = customers.identity
      AND c.identity IS NOT NULL)`;

export const ADDED_BEFORE = `SELECT id FROM customers
  WHERE business_id = $businessId AND name = $oldName AND COALESCE(email, '') = $oldEmail
    AND COALESCE(phone, '') = $oldPhone AND note = $oldNote AND alert = $oldAlert
    AND created_at > $since
  ORDER BY id LIMIT 1`;

/** Whether a customer (alias c) is of one provider's book. */
export const WITH_ONLY = `(
  EXISTS (SELECT 1 FROM appointments a WHERE a.business_id = c.business_id
    AND a.customer_id = c.id AND a.staff_id = $only)
  OR NOT EXISTS (SELECT 1 FROM appointments a WHERE a.business_id = c.business_id
    AND a.customer_id = c.id))`;
export const HERS = `SELECT c.id FROM customers c
  WHERE c.business_id = $businessId AND c.id = $id AND ${WITH_ONLY}`;

const COLUMNS = `INSERT INTO customers (business_id, identity, name, email, phone, note, alert,
    name_key, phone_key, search, approved_at, confirmed_at, created_at)`;
const UNLESS_KNOWN = `ON CONFLICT (business_id, identity) DO NOTHING`;

/** Whom staff write down, they know. */
export const ADD = `${COLUMNS}
  VALUES ($businessId, $identity, $name, $email, $phone, $note, $alert,
    $nameKey, $phoneKey, $search, $now, $now, $now)
  ${UNLESS_KNOWN}
  RETURNING id`;

const ADDED = [
  "identity",
  "name",
  "email",
  "phone",
  "note",
  "alert",
  "nameKey",
  "phoneKey",
  "search",
] as const;

/** The same for some hundreds; what is the same of all of them is bound besides. */
export function addMany(lines: ReadonlyArray<Record<(typeof ADDED)[number], string | null>>): {
  sql: string;
  bind: Record<string, string | null>;
} {
  const bind: Record<string, string | null> = {};
  const values = lines.map((line, i) => {
    for (const name of ADDED) bind[`${name}${i}`] = line[name];
    const own = ADDED.map((name) => `$${name}${i}`).join(", ");
    return `($businessId, ${own}, $now, $now, $now)`;
  });
  const sql = `${COLUMNS} VALUES ${values.join(", ")} ${UNLESS_KNOWN} RETURNING id, identity`;
  return { sql, bind };
}

export const CHANGE = `UPDATE customers
  SET identity = $identity, name = $name, email = $email, phone = $phone, note = $note,
    alert = $alert,
    bounced_at = CASE WHEN email = $email THEN bounced_at END
  WHERE business_id = $businessId AND id = $customerId AND name = $oldName
    AND COALESCE(email, '') = $oldEmail AND COALESCE(phone, '') = $oldPhone AND note = $oldNote
    AND alert = $oldAlert AND erased_at IS NULL`;

/** Who is written down anew under a name and address is herself, not whom she was once merged into. */
export const FORGET_ALIAS = `DELETE FROM customer_aliases
  WHERE business_id = $businessId AND identity = $identity`;
