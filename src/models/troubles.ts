// Connections with other programs that do not work, for the dashboard.
import { rows } from "./database.ts";

export type Trouble = {
  kind: "webhook";
  id: number;
  /** A webhook's address. */
  name: string;
  /** It was let go of; else it is still tried. */
  over: boolean;
};

/** One query. */
export async function troublesOf(business: { id: number }): Promise<Trouble[]> {
  const found = await rows<Omit<Trouble, "over"> & { over: boolean | number }>(
    `SELECT 'webhook' AS kind, w.id, w.url AS name, c.ended_by IS NOT NULL AS over
     FROM webhooks w
     JOIN webhook_consents c ON c.business_id = w.business_id AND c.id = (
       SELECT MAX(l.id) FROM webhook_consents l
       WHERE l.business_id = w.business_id AND l.webhook_id = w.id)
     WHERE w.business_id = $businessId
       AND (c.ended_by = 'system' OR (c.ended_by IS NULL AND w.failures >= ${SEVERAL}))
     ORDER BY w.id`,
    { businessId: business.id },
  );
  return found.map((one) => ({ ...one, over: Boolean(one.over) }));
}

const SEVERAL = 3; // in a row: that is no hiccup any more
