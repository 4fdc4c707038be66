// Customers as the workspace's pages list them: projections, one query a page.
import type { Instant } from "../domain/time.ts";
import type { Book } from "./appointment-list.ts";
import type { CustomerDetails } from "./customer.ts";
import { WITH_ONLY } from "./customer-statements.ts";
import { type Flag, rows } from "./database.ts";
import { searchFor } from "./search.ts";

export type CustomerLine = CustomerDetails & {
  id: number;
  alert: string;
  blocked: boolean;
  /** Has yet to be approved. */
  waiting: boolean;
  noShows: number;
  /** The start of the last appointment, past or to come, that was not cancelled. */
  lastStart: Instant | null;
};
export const SHOWN = ["blocked", "waiting", "no-shows"] as const;
export type CustomerFilter = { search?: string; shown?: (typeof SHOWN)[number] | undefined };
type Stored = Omit<CustomerLine, "blocked" | "waiting"> & { blocked: Flag; waiting: Flag };

/** A customer with all that a file of customers tells of her. */
export type CustomerLineInFull = CustomerLine & {
  note: string;
  createdAt: Instant;
  nameKey: string;
};

export type Totals = {
  bookings: number;
  completed: number;
  noShows: number;
  cancelled: number;
  ahead: number;
  /** What the completed ones cost, in hundredths. */
  money: number;
};

export const CustomerList = {
  /** By name; those in whom, or in whose answers, each typed word is found. */
  async matching(
    { id: businessId, only }: Book,
    filter: CustomerFilter,
    { limit, offset }: { limit: number; offset: number },
  ): Promise<CustomerLine[]> {
    const { conditions, bind } = conditionsOf(filter);
    if (only !== undefined) conditions.push(WITH_ONLY);
    const lines = await rows<Stored>(
      `SELECT ${COLUMNS} FROM customers c WHERE ${conditions.join(" AND ")}
       ORDER BY c.name_key, c.id LIMIT $limit OFFSET $offset`,
      { ...bind, businessId, only, limit, offset },
    );
    return lines.map(asLine);
  },

  /** The same of all, a batch at a time: `limit` after `last`. */
  async after(
    business: { id: number },
    filter: CustomerFilter,
    last: CustomerLineInFull | undefined,
    limit: number,
  ): Promise<CustomerLineInFull[]> {
    const { conditions, bind } = conditionsOf(filter);
    conditions.push("(c.name_key, c.id) > ($nameKey, $id)");
    const from = { nameKey: last?.nameKey ?? "", id: last?.id ?? 0 };
    const lines = await rows<Stored & CustomerLineInFull>(
      `SELECT ${COLUMNS}, c.note, c.created_at AS "createdAt", c.name_key AS "nameKey"
       FROM customers c
       WHERE ${conditions.join(" AND ")}
       ORDER BY c.name_key, c.id LIMIT $limit`,
      { ...bind, ...from, businessId: business.id, limit },
    );
    return lines.map((line) => ({ ...line, ...asLine(line) }));
  },

  /** What has come of a customer's bookings; one that is over counts as completed unless she did not come. */
  async totals({ id: businessId, only }: Book, customerId: number, now: Instant): Promise<Totals> {
    const [totals] = await rows<Totals>(
      `SELECT COUNT(*) AS bookings,
         COALESCE(SUM(CASE WHEN ${COMPLETED} THEN 1 ELSE 0 END), 0) AS completed,
         COALESCE(SUM(CASE WHEN status = 'no_show' THEN 1 ELSE 0 END), 0) AS "noShows",
         COALESCE(SUM(CASE WHEN status = 'cancelled' THEN 1 ELSE 0 END), 0) AS cancelled,
         COALESCE(SUM(CASE WHEN ${COMPLETED} THEN COALESCE(price, 0) ELSE 0 END), 0) AS money
       FROM appointments WHERE business_id = $businessId AND customer_id = $customerId
         ${only === undefined ? "" : "AND staff_id = $only"}`,
      { businessId, customerId, only, now },
    );
    const { bookings = 0, completed = 0, noShows = 0, cancelled = 0, money = 0 } = totals ?? {};
    const ahead = bookings - completed - noShows - cancelled;
    return { bookings, completed, noShows, cancelled, ahead, money };
  },
};

const COMPLETED = `(status = 'completed' OR
  (status IN ('confirmed', 'arrived') AND ends_at <= CAST($now AS BIGINT)))`;
const NO_SHOWS = `SELECT COUNT(*) FROM appointments a WHERE a.business_id = c.business_id
  AND a.customer_id = c.id AND a.status = 'no_show'`;
const CONDITIONS: Record<(typeof SHOWN)[number], string> = {
  blocked: "c.blocked_at IS NOT NULL",
  waiting: "c.approved_at IS NULL",
  "no-shows": `(${NO_SHOWS}) > 0`,
};
const COLUMNS = `c.id, c.name, c.email, c.phone, c.alert, c.blocked_at IS NOT NULL AS blocked,
  c.approved_at IS NULL AS waiting, (${NO_SHOWS}) AS "noShows",
  (SELECT MAX(a.starts_at) FROM appointments a WHERE a.business_id = c.business_id
     AND a.customer_id = c.id AND a.status <> 'cancelled') AS "lastStart"`;

function conditionsOf({ search, shown }: CustomerFilter) {
  const found = searchFor(search ?? "");
  const conditions = ["c.business_id = $businessId", "c.erased_at IS NULL"];
  if (found) conditions.push(found.condition);
  if (shown) conditions.push(CONDITIONS[shown]);
  return { conditions, bind: found?.bind };
}

function asLine(line: Stored): CustomerLine {
  return { ...line, blocked: Boolean(line.blocked), waiting: Boolean(line.waiting) };
}
