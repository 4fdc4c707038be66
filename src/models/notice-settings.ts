// Which mails a business sends, when, and in whose name: what one form changes at once.
import type { Instant } from "../domain/time.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import { Business } from "./business.ts";
import { Notice, type NoticeKind, noticeKinds, type Sender } from "./notice.ts";
import { inTurn, isChange } from "./set-up.ts";

export type NoticeFields = Record<NoticeKind, boolean> &
  Sender & {
    /** How many minutes before the start reminders go out, the first first. */
    leads: readonly number[];
    /** The local hour at which agendas go out. */
    agendaHour: number;
  };

export const NoticeSettings = {
  async of({ id, senderName, replyTo, agendaHour }: Business): Promise<NoticeFields> {
    const notices = await Notice.allFor(id);
    const on = noticeKinds.map((kind) => [kind, notices[kind].enabled]);
    const switches = Object.fromEntries(on) as Record<NoticeKind, boolean>;
    return { ...switches, leads: notices.reminder.leads, senderName, replyTo, agendaHour };
  },

  /**
   * @param seen the edition of the fields the owner changed
   * @throws ChangedMeanwhile; BadRequest for reminders without lead times, or with too many
   */
  change(
    business: Business,
    wanted: NoticeFields,
    seen: string,
    actor: Actor,
    now: Instant,
  ): Promise<void> {
    return inTurn(business, async () => {
      const stored = await NoticeSettings.of(await business.reload());
      if (!isChange(stored, wanted, seen)) return;
      await storeNotices(business, stored, wanted, now);
      const { senderName, replyTo, agendaHour } = wanted;
      await Business.update({ senderName, replyTo, agendaHour }, { where: { id: business.id } });
      const on = noticeKinds.map((kind) => [kind, wanted[kind]]);
      const renamed = stored.senderName !== senderName || stored.replyTo !== replyTo;
      const details = { ...Object.fromEntries(on), sender: renamed };
      const fact = { businessId: business.id, action: "notices.changed", details };
      await AuditEntry.write(fact, actor, now);
    });
  },
};

/** Only those that change: reminders that are turned on are owed for what is ahead. */
async function storeNotices(
  business: Business,
  stored: NoticeFields,
  { leads, ...wanted }: NoticeFields,
  now: Instant,
): Promise<void> {
  const later = String(stored.leads) !== String(leads);
  for (const kind of noticeKinds)
    if (stored[kind] !== wanted[kind] || (kind === "reminder" && later))
      await Notice.set(business, kind, { enabled: wanted[kind], leads }, now);
}
