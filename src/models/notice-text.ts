import type { CustomerMailKind, WaitingMailKind } from "../domain/deliveries.ts";
import type { OwnText } from "../domain/notice-text.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import { rows, run, transaction } from "./database.ts";
import { editionOf, inTurn, isChange } from "./set-up.ts";

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

  /**
   * Of mails that are sent from now on, those that wait already included.
   * @param seen the edition of what its author changed
   * @throws ChangedMeanwhile
   */
  set(
    business: { id: number },
    name: TextName,
    wanted: OwnText,
    seen: string,
    actor: Actor,
    now: number,
  ): Promise<void> {
    return inTurn(business, async () => {
      const stored = await NoticeText.find(business.id, name);
      if (!isChange(stored ?? USUAL, wanted, seen)) return;
      await run(
        `INSERT INTO notice_texts (business_id, kind, language, subject, text)
         VALUES ($businessId, $kind, $language, $subject, $text)
         ON CONFLICT (business_id, kind, language)
           DO UPDATE SET subject = excluded.subject, text = excluded.text`,
        { businessId: business.id, ...name, ...wanted },
      );
      await note(business.id, "notices.worded", name, actor, now);
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

/** The edition of a business's own words, or of there being none. */
export function textEdition(own: OwnText | undefined): string {
  return editionOf(own ?? USUAL);
}

// No text of anybody's own is empty.
const USUAL: OwnText = { subject: "", text: "" };

function note(
  businessId: number,
  action: string,
  { kind }: TextName,
  actor: Actor,
  now: number,
): Promise<unknown> {
  return AuditEntry.write({ businessId, action, details: { [kind]: true } }, actor, now);
}
