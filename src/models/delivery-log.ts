// All mails of a business, with what became of each.
import type { DeliveryState } from "../domain/deliveries.ts";
import { rows } from "./database.ts";
import type { DeliveryLine } from "./delivery.ts";
import { toId } from "./id.ts";

export type BusinessLine = DeliveryLine & {
  appointmentId: number | null;
  customerName: string | null;
  customerEmail: string | null;
};

/** What the log can be narrowed to. */
export const LOG_FILTERS: Readonly<Record<string, readonly DeliveryState[]>> = {
  failed: ["failed", "unknown"],
  waiting: ["pending", "sending"],
  sent: ["sent"],
  skipped: ["skipped"],
};

// A new password is between the service and a person: her business has no part in it.
const LINES = `SELECT d.id, d.kind, d.state, d.reason, d.tries, d.appointment_id AS "appointmentId",
    COALESCE(s.name, i.name) AS "staffName", c.name AS "customerName", c.email AS "customerEmail",
    d.due_at AS "dueAt", d.finished_at AS "finishedAt", d.recipient, d.mail_subject AS subject,
    d.mail_text AS text
  FROM deliveries d
  LEFT JOIN appointments a ON a.business_id = d.business_id AND a.id = d.appointment_id
  LEFT JOIN customers c ON c.business_id = a.business_id AND c.id = a.customer_id
  LEFT JOIN invitations v ON v.business_id = d.business_id AND v.id = d.invitation_id
  LEFT JOIN staff i ON i.business_id = v.business_id AND i.id = v.staff_id
  LEFT JOIN staff s ON s.business_id = d.business_id AND s.id = d.staff_id
  WHERE d.business_id = $businessId AND d.kind <> 'password_reset'`;

export const DeliveryLog = {
  /** Those owed last come first; of all states, or of those named. */
  ofBusiness(
    businessId: number,
    states: readonly DeliveryState[] = [],
    { limit, offset }: { limit: number; offset: number },
  ): Promise<BusinessLine[]> {
    return rows<BusinessLine>(
      `${LINES} ${among(states)} ORDER BY d.id DESC LIMIT $limit OFFSET $offset`,
      { businessId, limit, offset },
    );
  },

  /** The same, a batch at a time: `limit` of those that come after one; undefined: from the first on. */
  after(
    businessId: number,
    states: readonly DeliveryState[] = [],
    last: number | undefined,
    limit: number,
  ): Promise<BusinessLine[]> {
    const further = last === undefined ? "" : "AND d.id < $last";
    return rows<BusinessLine>(
      `${LINES} ${among(states)} ${further} ORDER BY d.id DESC LIMIT $limit`,
      { businessId, last, limit },
    );
  },

  /** Undefined for nobody's and somebody else's alike. */
  async find(businessId: number, id: unknown): Promise<BusinessLine | undefined> {
    const [line] = await rows<BusinessLine>(`${LINES} AND d.id = $id`, {
      businessId,
      id: toId(id),
    });
    return line;
  },
};

function among(states: readonly DeliveryState[]): string {
  if (states.length === 0) return "";
  return `AND d.state IN (${states.map((state) => `'${state}'`).join(", ")})`;
}
