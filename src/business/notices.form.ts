import { z } from "zod";
import { durationText } from "../domain/duration.ts";
import { noticeKinds, type Notices, type Sender } from "../models/notice.ts";
import { box, mailAddress, optionalLine, whole } from "../web/form.ts";
import type { Option } from "./meanwhile.ts";

const LONGEST_LEAD = 28 * 1440; // minutes

const leadTime = whole("Choose how long before the start", 15, LONGEST_LEAD, "minutes");
const furtherLead = z
  .string()
  .default("")
  .transform((text) => text || undefined)
  .pipe(leadTime.optional());

export const NoticesForm = z.object({
  confirmation: box,
  change: box,
  cancellation: box,
  reminder: box,
  staff: box,
  sender_name: optionalLine(80).transform((text) => text || null),
  reply_to: optionalLine(254)
    .transform((text) => text || undefined)
    .pipe(mailAddress().optional())
    .transform((address) => address ?? null),
  lead: leadTime,
  lead_2: furtherLead,
  lead_3: furtherLead,
});

/** What each notice is, for the owner. */
export const explained: Array<[kind: (typeof noticeKinds)[number], label: string, hint: string]> = [
  [
    "confirmation",
    "Confirmation to the customer",
    "One mail when an appointment is made, with a calendar file and the link to move or cancel it.",
  ],
  ["change", "Change to the customer", "One mail when an appointment is moved."],
  ["cancellation", "Cancellation to the customer", "One mail when an appointment is cancelled."],
  ["reminder", "Reminder to the customer", "One to three mails before the start."],
  [
    "staff",
    "Notice to the provider",
    "One mail to the provider when one of their appointments is made, moved or cancelled.",
  ],
];

export function toValues(notices: Notices, sender: Sender): Record<string, unknown> {
  const boxes = noticeKinds.map((kind) => [kind, notices[kind].enabled ? "1" : ""]);
  const [lead, second = "", third = ""] = notices.reminder.leads;
  return {
    ...Object.fromEntries(boxes),
    lead,
    lead_2: second,
    lead_3: third,
    sender_name: sender.senderName ?? "",
    reply_to: sender.replyTo ?? "",
  };
}

const USUAL_LEADS = [60, 120, 240, 720, 1440, 2880, 4320, 10_080];

/** The lead times that were chosen, each once, the first to be sent first. */
export function leadsIn({ lead, lead_2, lead_3 }: z.output<typeof NoticesForm>): number[] {
  const chosen = [lead, lead_2, lead_3].filter((one) => one !== undefined);
  return [...new Set(chosen)].toSorted((a, b) => b - a);
}

/** The lead times to choose from, those that are set included. */
export function leadOptions(set: readonly number[]): Option[] {
  const minutes = new Set([...USUAL_LEADS, ...set]);
  const sorted = [...minutes].toSorted((a, b) => a - b);
  return sorted.map((lead) => [lead, `${durationText(lead)} before`]);
}
