import type { NoticeKind } from "../domain/deliveries.ts";
import { MINUTE } from "../domain/time.ts";
import { BadRequest } from "../errors.ts";
import { type Flag, rows, run, transaction } from "./database.ts";

export type { NoticeKind } from "../domain/deliveries.ts";
/** `leads`: how many minutes before the start reminders are sent, the first first. */
export type NoticeSetting = { enabled: boolean; leads: readonly number[] };
/** Whom mails come from and where answers go; null: by way of us, and to the business's address. */
export type Sender = { senderName: string | null; replyTo: string | null };
export type Notices = Record<NoticeKind, NoticeSetting>;

export const noticeKinds: readonly NoticeKind[] = [
  "confirmation",
  "change",
  "cancellation",
  "reminder",
  "staff",
  "agenda",
  "waiting",
];
const DEFAULT_LEADS: readonly number[] = [24 * 60]; // minutes
export const MOST_REMINDERS = 3;

/** Which mails a business has turned on. Read again when each mail is sent. */
export const Notice = {
  /** All kinds of a business; one without a row is off. */
  async allFor(businessId: number): Promise<Notices> {
    const stored = await rows<{ kind: NoticeKind; enabled: Flag; lead: number | null }>(
      `SELECT n.kind, n.enabled, r.lead_minutes AS lead
       FROM notices n
       LEFT JOIN reminders r ON r.business_id = n.business_id AND n.kind = 'reminder'
       WHERE n.business_id = $businessId ORDER BY r.lead_minutes DESC`,
      { businessId },
    );
    const leads = stored.flatMap(({ lead }) => (lead === null ? [] : [lead]));
    const on = new Set(stored.filter(({ enabled }) => enabled).map(({ kind }) => kind));
    return mapKinds((kind) => ({ enabled: on.has(kind), leads: leadsOf(kind, leads) }));
  },

  /**
   * What a new business turns on when it signs up: the form shows each kind as a box, and these are
   * its answers. Inside the transaction of the sign-up.
   */
  async choose(businessId: number, chosen: readonly NoticeKind[] = noticeKinds): Promise<void> {
    for (const kind of noticeKinds)
      await store(businessId, kind, { enabled: chosen.includes(kind), leads: DEFAULT_LEADS });
  },

  /**
   * Turns a notice on or off. Reminders that still wait follow new lead times, and turning them on
   * owes those of each appointment ahead that has none.
   * @throws BadRequest for reminders without lead times, or with too many
   */
  async set(
    business: { id: number },
    kind: NoticeKind,
    { enabled, leads = DEFAULT_LEADS }: { enabled: boolean; leads?: readonly number[] },
    now: number,
  ): Promise<void> {
    const fits = leads.every((lead) => Number.isInteger(lead) && lead >= 1);
    if (!fits || leads.length < 1 || leads.length > MOST_REMINDERS) throw new BadRequest();
    await transaction(async () => {
      await store(business.id, kind, { enabled, leads });
      if (kind !== "reminder" || !enabled) return;
      await oweMissingReminders(business.id, now);
      await dropOtherReminders(business.id);
    });
  },

  /** Owes reminders of what was booked by a customer whose address was not known until now. */
  async catchUp(businessId: number, now: number): Promise<void> {
    const { reminder } = await Notice.allFor(businessId);
    if (reminder.enabled) await oweMissingReminders(businessId, now);
  },
};

function leadsOf(kind: NoticeKind, stored: readonly number[]): readonly number[] {
  if (kind !== "reminder") return [];
  return stored.length === 0 ? DEFAULT_LEADS : stored;
}

function mapKinds(setting: (kind: NoticeKind) => NoticeSetting): Notices {
  return Object.fromEntries(noticeKinds.map((kind) => [kind, setting(kind)])) as Notices;
}

async function store(
  businessId: number,
  kind: NoticeKind,
  { enabled, leads }: NoticeSetting,
): Promise<void> {
  await run(
    `INSERT INTO notices (business_id, kind, enabled) VALUES ($businessId, $kind, $enabled)
     ON CONFLICT (business_id, kind) DO UPDATE SET enabled = excluded.enabled`,
    { businessId, kind, enabled },
  );
  if (kind !== "reminder") return;
  await run("DELETE FROM reminders WHERE business_id = $businessId", { businessId });
  for (const lead of new Set(leads))
    await run("INSERT INTO reminders (business_id, lead_minutes) VALUES ($businessId, $lead)", {
      businessId,
      lead,
    });
}

const OWED_STATES = "('pending', 'sending', 'sent', 'unknown')";

function oweMissingReminders(businessId: number, now: number): Promise<number> {
  const dueAt = `a.starts_at - r.lead_minutes * CAST(${MINUTE} AS BIGINT)`;
  return run(
    `INSERT INTO deliveries
       (business_id, kind, appointment_id, sequence, lead_minutes, due_at, created_at)
     SELECT a.business_id, 'reminder', a.id, a.sequence, r.lead_minutes, ${dueAt},
       CAST($now AS BIGINT)
     FROM appointments a
     JOIN reminders r ON r.business_id = a.business_id
     JOIN customers c ON c.business_id = a.business_id AND c.id = a.customer_id
     WHERE a.business_id = $businessId AND a.status = 'confirmed' AND c.email IS NOT NULL
       AND ${dueAt} > $now
       AND NOT EXISTS (SELECT 1 FROM deliveries d
         WHERE d.business_id = a.business_id AND d.appointment_id = a.id AND d.kind = 'reminder'
           AND d.sequence = a.sequence AND d.lead_minutes = r.lead_minutes
           AND d.state IN ${OWED_STATES})`,
    { businessId, now },
  );
}

// One stays, though nobody wants its lead time any more, where it would be too late for all others:
// better then than never.
function dropOtherReminders(businessId: number): Promise<number> {
  const wanted = "SELECT lead_minutes FROM reminders WHERE business_id = $businessId";
  return run(
    `DELETE FROM deliveries
     WHERE business_id = $businessId AND kind = 'reminder' AND state = 'pending' AND tries = 0
       AND lead_minutes NOT IN (${wanted})
       AND EXISTS (SELECT 1 FROM deliveries o
         WHERE o.business_id = deliveries.business_id AND o.kind = 'reminder'
           AND o.appointment_id = deliveries.appointment_id AND o.sequence = deliveries.sequence
           AND o.lead_minutes IN (${wanted}) AND o.state IN ${OWED_STATES})`,
    { businessId },
  );
}
