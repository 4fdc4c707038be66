import { z } from "zod";
import { durationText } from "../domain/duration.ts";
import { noticeKinds } from "../models/notice.ts";
import type { NoticeFields } from "../models/notice-settings.ts";
import { box, mailAddress, optionalLine, whole } from "../web/form.ts";
import type { Labels, Option } from "./meanwhile.ts";
import { clockWords } from "./moments.ts";

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
  agenda: box,
  agenda_hour: whole("Choose an hour", 0, 23),
  waiting: box,
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
    "One mail to the provider when one of their appointments is made, moved or cancelled, or when their time off is granted or refused.",
  ],
  [
    "agenda",
    "Agenda to the provider",
    "One mail each morning with the appointments of the day, to each provider who wants it.",
  ],
  [
    "waiting",
    "Receipt to whoever joins a waiting list",
    "One mail with the link to leave the list. What becomes free is offered by mail in any case.",
  ],
];

export function toFields(input: z.output<typeof NoticesForm>): NoticeFields {
  const { sender_name, reply_to, agenda_hour, lead, lead_2, lead_3, ...switches } = input;
  const leads = leadsIn([lead, lead_2, lead_3]);
  return {
    ...switches,
    leads,
    agendaHour: agenda_hour,
    senderName: sender_name,
    replyTo: reply_to,
  };
}

export function toValues(fields: NoticeFields): Record<string, unknown> {
  const boxes = noticeKinds.map((kind) => [kind, fields[kind] ? "1" : ""]);
  const [lead, second = "", third = ""] = fields.leads;
  return {
    ...Object.fromEntries(boxes),
    lead,
    lead_2: second,
    lead_3: third,
    agenda_hour: fields.agendaHour,
    sender_name: fields.senderName ?? "",
    reply_to: fields.replyTo ?? "",
  };
}

const ON_OR_OFF: Option[] = [
  ["1", "on"],
  ["", "off"],
];

export function labelsFor(leads: readonly number[]): Labels {
  const times = [["", "no"], ...leadOptions(leads)] as Option[];
  const kinds = explained.map(([kind, label]) => [kind, [label, ON_OR_OFF]]);
  return {
    ...(Object.fromEntries(kinds) as Labels),
    lead: ["When reminders go out", times],
    lead_2: ["And once more", times],
    lead_3: ["And a third time", times],
    agenda_hour: ["When agendas go out", hourOptions],
    sender_name: "Name of the sender",
    reply_to: "Where answers go",
  };
}

/** Each hour of the day, by the clock. */
export const hourOptions: Option[] = Array.from({ length: 24 }, (_, hour) => [
  hour,
  clockWords(hour * 60),
]);

const USUAL_LEADS = [60, 120, 240, 720, 1440, 2880, 4320, 10_080];

/** Those that were chosen, each once, the first to be sent first. */
function leadsIn(leads: ReadonlyArray<number | undefined>): number[] {
  const chosen = leads.filter((one) => one !== undefined);
  return [...new Set(chosen)].toSorted((a, b) => b - a);
}

/** The lead times to choose from, those that are set included. */
export function leadOptions(set: readonly number[]): Option[] {
  const minutes = new Set([...USUAL_LEADS, ...set]);
  const sorted = [...minutes].toSorted((a, b) => a - b);
  return sorted.map((lead) => [lead, `${durationText(lead)} before`]);
}
