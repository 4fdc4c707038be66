// An appointment's history and its mails, in words.
import { type Mark, MARKS, marksOf, type Status } from "../domain/status.ts";
import type { Instant } from "../domain/time.ts";
import type { AuditLine } from "../models/audit-entry.ts";
import type { DeliveryLine } from "../models/delivery.ts";
import type { Moments } from "./moments.ts";

export type HistoryLine = { at: number; who: string; what: string };

const actors: Record<AuditLine["actor"], string> = {
  customer: "The customer",
  staff: "Somebody who worked here",
  api: "A program",
  operator: "An operator of the service",
  system: "The system",
};

const mails: Record<DeliveryLine["kind"], string> = {
  confirmation: "Confirmation",
  change: "Change",
  cancellation: "Cancellation",
  reminder: "Reminder",
  verification: "Question whether the address is right",
  request: "Receipt of the request",
  decline: "Refusal",
  staff_requested: "Request",
  staff_booked: "Booking",
  staff_changed: "Change",
  staff_cancelled: "Cancellation",
  invitation: "Invitation",
  password_reset: "Link for a new password",
  new_sign_in: "News of a sign-in",
  webhook_off: "News of a webhook",
  my_link: "Link to the customer’s bookings",
  erasure: "Receipt of an erasure",
  calendar_lost: "News of a calendar",
  agenda: "Agenda of the day",
  absence: "Answer about time off",
  waiting_joined: "Receipt of the waiting list",
  waiting_offer: "Offer from the waiting list",
};

const states: Record<DeliveryLine["state"], string> = {
  pending: "waiting",
  sending: "being sent",
  sent: "sent",
  failed: "failed",
  unknown: "may not have arrived",
  skipped: "not sent",
};

const reasons: Record<string, string> = {
  refused: "refused by the mail server",
  deferred: "put off by the mail server",
  unreachable: "the mail server could not be reached",
  unknown: "the connection broke while it was sent",
  "turned off": "the notice is turned off",
  "no address": "no mail address is known",
  cancelled: "the appointment was cancelled",
  superseded: "replaced by a new one",
  marked: "it had been said who came",
  withdrawn: "it was taken back",
  empty: "no appointment was left",
  "too late": "it was too late",
  expired: "the link had expired",
  used: "the link had been used",
  erased: "the customer’s data was erased",
  "worker stopped": "the connection broke while it was sent",
  "not composed": "it could not be written",
};

const nouns: Record<Mark, string> = {
  arrived: "arrival",
  completed: "completion",
  no_show: "no-show",
  confirmed: "correction",
};

const events: Record<string, string> = {
  "appointment.booked": "booked it",
  "appointment.pending": "booked it, and has to confirm the mail address",
  "appointment.expired": "took it back: nobody confirmed the mail address in time",
  "appointment.requested": "asked for it",
  "appointment.approved": "said yes to it",
  "appointment.declined": "said no to it",
  "appointment.cancelled": "cancelled it",
  "appointment.details_changed": "changed the note or the answers",
  "appointment.arrived": "said that the customer arrived",
  "appointment.coming": "said: I will come",
  "appointment.completed": "said that it was completed",
  "appointment.no_show": "said that the customer did not come",
  "appointment.unmarked": "took back what was said: it is confirmed",
};

const ANSWERS: Array<[noun: string, text: string]> = [
  ["approval", "Say yes"],
  ["refusal", "Say no"],
];

/** What can be said of an appointment now: the noun of the route, and the words of the button. */
export function marksWords(
  line: { status: Status; startsAt: Instant },
  now: Instant,
): Array<[noun: string, text: string]> {
  if (line.status === "requested") return ANSWERS;
  return marksOf(line, now).map((mark) => [nouns[mark], MARKS[mark]]);
}

export function historyWords(
  { at: instant, actor, staffName, keyName, action, details }: AuditLine,
  moments: Moments,
  staff: ReadonlyMap<number, string>,
): HistoryLine {
  const overridden = details.override === true ? "; the usual rules were set aside" : "";
  const others = Number(details.together ?? 1) - 1;
  const along =
    others > 0 ? `, together with ${others === 1 ? "another" : `${others} others`}` : "";
  const who = staffName ?? (keyName ? `A program (${keyName})` : actors[actor]);
  return {
    at: instant,
    who,
    what: `${whatWords(action, details, moments, staff)}${along}${overridden}`,
  };
}

/** @param email the customer's, if one is known */
export function deliveryWords(line: DeliveryLine, moments: Moments, email: string | null) {
  const { kind, state, staffName, dueAt, finishedAt } = line;
  const hopeless = state === "pending" && staffName === null && !email;
  const reason = hopeless ? "no address" : line.reason;
  const when = moments(finishedAt ?? dueAt);
  return {
    ...line,
    what: mails[kind],
    whom: staffName ?? "the customer",
    how: reason ? `${states[state]} (${reasons[reason] ?? reason})` : states[state],
    when: `${finishedAt === null ? "due " : ""}${when.day}, ${when.time}`,
    bad: state === "failed" || state === "unknown",
  };
}

function whatWords(
  action: string,
  { from, to, fromStaff, toStaff }: AuditLine["details"],
  moments: Moments,
  staff: ReadonlyMap<number, string>,
): string {
  if (action !== "appointment.moved")
    return events[action] ?? action.replace(/^.*\./, "").replaceAll(/[-_]/g, " ");
  const times =
    typeof from === "number" && typeof to === "number" && from !== to
      ? ` from ${words(from, moments)} to ${words(to, moments)}`
      : "";
  const names = [fromStaff, toStaff].map((id) => staff.get(Number(id)) ?? "somebody");
  return `moved it${times}${fromStaff === toStaff ? "" : `, ${names.join(" to ")}`}`;
}

function words(instant: number, moments: Moments): string {
  const { day, time } = moments(instant);
  return `${day}, ${time}`;
}
