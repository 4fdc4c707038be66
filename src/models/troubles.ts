// Connections with other programs that do not work, for the dashboard.
import { type Instant, MINUTE } from "../domain/time.ts";
import { rows } from "./database.ts";
import { TRUSTED_FOR } from "./remote-calendar.ts";

export type Trouble = {
  kind: "webhook" | "calendar";
  /** A webhook's, or that of the provider whose calendar it is. */
  id: number;
  /** A webhook's address, a calendar's name. */
  name: string;
  /** It was let go of, or keeps its provider's times from being offered; else it is still tried. */
  over: boolean;
};

/** One query. */
export async function troublesOf(business: { id: number }, now: Instant): Promise<Trouble[]> {
  const found = await rows<Omit<Trouble, "over"> & { over: boolean | number }>(
    `SELECT 'webhook' AS kind, w.id AS id, w.url AS name, c.ended_by IS NOT NULL AS over
     FROM webhooks w
     JOIN webhook_consents c ON c.business_id = w.business_id AND c.id = (
       SELECT MAX(l.id) FROM webhook_consents l
       WHERE l.business_id = w.business_id AND l.webhook_id = w.id)
     WHERE w.business_id = $businessId
       AND (c.ended_by = 'system' OR (c.ended_by IS NULL AND w.failures >= ${SEVERAL}))
     UNION ALL
     SELECT 'calendar', staff_id, name, trusted_until <= $now FROM remote_calendars
     WHERE business_id = $businessId
       AND (trusted_until <= $now OR (reason IS NOT NULL AND trusted_until <= $soon))
     ORDER BY kind, id`,
    { businessId: business.id, now, soon: now + TRUSTED_FOR - HICCUP },
  );
  return found.map((one) => ({ ...one, over: Boolean(one.over) }));
}

const HICCUP = 60 * MINUTE;
const SEVERAL = 3; // in a row: that is no hiccup any more
