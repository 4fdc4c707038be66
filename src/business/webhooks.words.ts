// How pages say what became of calls to others' programs.
import { personalFields } from "../domain/told.ts";
import { webhookEvents } from "../domain/webhooks.ts";
import type { CallLine } from "../models/webhook-call.ts";
import type { Webhook } from "../models/webhook.ts";
import type { Moment, Moments } from "./moments.ts";

const states: Record<CallLine["state"], string> = {
  pending: "waiting",
  sending: "being sent",
  sent: "arrived",
  failed: "failed",
  skipped: "not sent",
};

const events: Record<CallLine["event"], string> = {
  "appointment.requested": "Asked for",
  "appointment.booked": "Booked",
  "appointment.moved": "Moved",
  "appointment.cancelled": "Cancelled",
  "appointment.status_changed": "Status changed",
  "customer.created": "Customer added",
  "customer.updated": "Customer changed",
  "customer.deleted": "Customer gone",
  test: "Example",
};

const reasons: Record<string, string> = {
  address: "the address cannot be gone to",
  private: "the host is in a private network",
  "unknown host": "the host’s name is not known",
  unreachable: "there was no connection",
  certificate: "the host could not prove who it is",
  timeout: "there was no answer in time",
  "too large": "the answer was too long",
  unreadable: "the answer made no sense",
  redirected: "it led on to other addresses",
  "turned off": "the webhook was off",
  secret: "its secret can no longer be read: change it",
  "worker stopped": "we were interrupted",
};

/** A code of an outgoing call, in words. */
export function reasonWords(reason: string, status: number | null): string {
  return reason === "status" ? `the answer was ${status}` : (reasons[reason] ?? reason);
}

export function callWords(line: CallLine, moments: Moments) {
  const { state, reason, status, duration, finishedAt, createdAt, dueAt } = line;
  const why = reason === null ? "" : `: ${reasonWords(reason, status)}`;
  const again = state === "pending" && reason !== null ? momentWords(moments(dueAt)) : undefined;
  return {
    ...line,
    host: new URL(line.url).host,
    what: events[line.event],
    when: momentWords(moments(finishedAt ?? createdAt)),
    how: `${states[state]}${why}`,
    bad: state === "failed" || (state === "pending" && reason !== null),
    again,
    /** It can be sent again: it is over, and the webhook is on. */
    over: finishedAt !== null && Boolean(line.listens),
    took: duration === null ? undefined : `${duration} ms`,
  };
}

/** Whether it is on, and if not, why. */
export function standing(webhook: Webhook, moments: Moments) {
  const { givenAt, givenBy, endedAt, endedBy, failingSince } = webhook;
  const on = endedAt === null;
  const since = moments(endedAt ?? givenAt).day;
  const off = endedBy === "system" ? "Switched off because it did not work" : "Off";
  return {
    on,
    bad: on ? failingSince !== null : endedBy === "system",
    words: `${on ? "On" : off} since ${since}`,
    by: givenBy,
    agreed: moments(givenAt).day,
    failing: on && failingSince !== null ? moments(failingSince).day : undefined,
  };
}

export function termsWords({ events: told, fields }: Webhook) {
  return {
    events: told.map((event) => webhookEvents[event]),
    fields: fields.map((field) => personalFields[field]),
  };
}

function momentWords({ day, time }: Moment): string {
  return `${day}, ${time}`;
}
