import type { NoticeKind } from "../domain/deliveries.ts";
import { MINUTE } from "../domain/time.ts";
import { BadRequest } from "../errors.ts";
import { rows, run, transaction } from "./database.ts";

export type { NoticeKind } from "../domain/deliveries.ts";
/** `leadMinutes`: how long before the start a reminder is sent; null for the other kinds. */
export type NoticeSetting = { enabled: boolean; leadMinutes: number | null };
/** Whom mails come from and where answers go; null: by way of us, and to the business's address. */
export type Sender = { senderName: string | null; replyTo: string | null };
export type Notices = Record<NoticeKind, NoticeSetting>;

export const noticeKinds: readonly NoticeKind[] = [
  "confirmation",
  "change",
  "cancellation",
  "reminder",
  "staff",
];
export const DEFAULT_LEAD = 24 * 60; // minutes

/** Which mails a business has turned on. Read again when each mail is sent. */
export const Notice = {
  /** All kinds of a business; one without a row is off. */
  async allFor(businessId: number): Promise<Notices> {
    const stored = await rows<{ kind: NoticeKind } & NoticeSetting>(
      `SELECT kind, enabled, lead_minutes AS "leadMinutes" FROM notices
       WHERE business_id = $businessId`,
      { businessId },
    );
    const byKind = new Map(stored.map((row) => [row.kind, row]));
    return mapKinds((kind) => ({
      enabled: Boolean(byKind.get(kind)?.enabled),
      leadMinutes: kind === "reminder" ? (byKind.get(kind)?.leadMinutes ?? DEFAULT_LEAD) : null,
    }));
  },

  /**
   * What a new business turns on when it signs up: the form shows each kind as a box, and these are
   * its answers. Inside the transaction of the sign-up.
   */
  async choose(businessId: number, chosen: readonly NoticeKind[] = noticeKinds): Promise<void> {
    for (const kind of noticeKinds)
      await store(businessId, kind, { enabled: chosen.includes(kind), leadMinutes: DEFAULT_LEAD });
  },

  /**
   * Turns a notice on or off. Reminders that still wait follow a new lead time, and turning them on
   * owes one for each appointment ahead that has none.
   * @throws BadRequest for a reminder without a lead time
   */
  async set(
    business: { id: number },
    kind: NoticeKind,
    setting: { enabled: boolean; leadMinutes?: number | null },
    now: number,
  ): Promise<void> {
    const leadMinutes = setting.leadMinutes ?? DEFAULT_LEAD;
    if (!Number.isInteger(leadMinutes) || leadMinutes < 1) throw new BadRequest();
    await transaction(async () => {
      await store(business.id, kind, { enabled: setting.enabled, leadMinutes });
      if (kind !== "reminder" || !setting.enabled) return;
      await shiftReminders(business.id, leadMinutes * MINUTE, now);
      await oweMissingReminders(business.id, leadMinutes * MINUTE, now);
    });
  },

  /** Owes reminders of what was booked by a customer whose address was not known until now. */
  async catchUp(businessId: number, now: number): Promise<void> {
    const { enabled, leadMinutes } = (await Notice.allFor(businessId)).reminder;
    if (enabled) await oweMissingReminders(businessId, (leadMinutes ?? DEFAULT_LEAD) * MINUTE, now);
  },
};

function mapKinds(setting: (kind: NoticeKind) => NoticeSetting): Notices {
  return Object.fromEntries(noticeKinds.map((kind) => [kind, setting(kind)])) as Notices;
}

function store(
  businessId: number,
  kind: NoticeKind,
  { enabled, leadMinutes }: NoticeSetting,
): Promise<number> {
  return run(
    `INSERT INTO notices (business_id, kind, enabled, lead_minutes)
     VALUES ($businessId, $kind, $enabled, $leadMinutes)
     ON CONFLICT (business_id, kind)
       DO UPDATE SET enabled = excluded.enabled, lead_minutes = excluded.lead_minutes`,
    { businessId, kind, enabled, leadMinutes: kind === "reminder" ? leadMinutes : null },
  );
}

// One whose new due instant has passed keeps its old one: late is better than at once or never.
function shiftReminders(businessId: number, lead: number, now: number): Promise<number> {
  return run(
    `UPDATE deliveries SET due_at = a.starts_at - CAST($lead AS BIGINT)
     FROM appointments a
     WHERE deliveries.business_id = $businessId AND deliveries.kind = 'reminder'
       AND deliveries.state = 'pending' AND deliveries.tries = 0
       AND a.business_id = deliveries.business_id AND a.id = deliveries.appointment_id
       AND a.starts_at - CAST($lead AS BIGINT) > $now`,
    { businessId, lead, now },
  );
}

function oweMissingReminders(businessId: number, lead: number, now: number): Promise<number> {
  return run(
    `INSERT INTO deliveries (business_id, kind, appointment_id, sequence, due_at, created_at)
     SELECT a.business_id, 'reminder', a.id, a.sequence, a.starts_at - CAST($lead AS BIGINT),
            CAST($now AS BIGINT)
     FROM appointments a
     JOIN customers c ON c.business_id = a.business_id AND c.id = a.customer_id
     WHERE a.business_id = $businessId AND a.status = 'confirmed' AND c.email IS NOT NULL
       AND a.starts_at - CAST($lead AS BIGINT) > $now
       AND NOT EXISTS (SELECT 1 FROM deliveries d
         WHERE d.business_id = a.business_id AND d.appointment_id = a.id AND d.kind = 'reminder'
           AND d.sequence = a.sequence AND d.state IN ('pending', 'sending', 'sent', 'unknown'))`,
    { businessId, lead, now },
  );
}
