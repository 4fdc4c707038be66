import type { CustomerMailKind, WaitingMailKind } from "../domain/deliveries.ts";
import type { OwnText } from "../domain/notice-text.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import { rows, run, transaction } from "./database.ts";

/** A mail that asks to confirm an address is ours to word. */
export type TextKind = Exclude<CustomerMailKind, "verification"> | WaitingMailKind;
export type TextName = { kind: TextKind; language: string };

/** A business's own words for its customers' mails, one a kind and language; else the usual ones. */
export const NoticeText = {
  async find(businessId: number, { kind, language }: TextName): Promise<OwnText | undefined> {
    const [found] = await rows<OwnText>(
      `SELECT subject, text FROM notice_texts
       WHERE business_id = $businessId AND kind = $kind AND language = $language`,
      { businessId, kind, language },
    );
    return found;
  },

  namesOf(businessId: number): Promise<TextName[]> {
    return rows<TextName>(
      "SELECT kind, language FROM notice_texts WHERE business_id = $businessId",
      { businessId },
    );
  },

  /** Of mails that are sent from now on, those that wait already included. */
  async set(
    business: { id: number },
    name: TextName,
    { subject, text }: OwnText,
    actor: Actor,
    now: number,
  ): Promise<void> {
    await transaction(async () => {
      const changed = await run(
        `INSERT INTO notice_texts (business_id, kind, language, subject, text)
         VALUES ($businessId, $kind, $language, $subject, $text)
         ON CONFLICT (business_id, kind, language)
           DO UPDATE SET subject = excluded.subject, text = excluded.text
           WHERE notice_texts.subject <> excluded.subject OR notice_texts.text <> excluded.text`,
        { businessId: business.id, ...name, subject, text },
      );
      if (changed > 0) await note(business.id, "notices.worded", name, actor, now);
    });
  },

  /** Back to the usual words. */
  async remove(business: { id: number }, name: TextName, actor: Actor, now: number) {
    await transaction(async () => {
      const removed = await run(
        `DELETE FROM notice_texts
         WHERE business_id = $businessId AND kind = $kind AND language = $language`,
        { businessId: business.id, ...name },
      );
      if (removed > 0) await note(business.id, "notices.usual", name, actor, now);
    });
  },
};

function note(
  businessId: number,
  action: string,
  { kind }: TextName,
  actor: Actor,
  now: number,
): Promise<unknown> {
  return AuditEntry.write({ businessId, action, details: { [kind]: true } }, actor, now);
}
