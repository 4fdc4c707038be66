// What others' programs are told of appointments, with which fields, and how often it is tried.
import { DAY, type Instant, MINUTE } from "./time.ts";

/** Each event in words, in the order of the form. */
export const webhookEvents = {
  "appointment.requested": "Somebody asks for an appointment that you have to approve",
  "appointment.booked": "An appointment is booked, or approved",
  "appointment.moved": "It is moved to another time or provider",
  "appointment.cancelled": "It is cancelled, or refused",
  "appointment.status_changed": "Somebody has arrived, was served or did not come",
} as const;

export type WebhookEvent = keyof typeof webhookEvents;

/** An example, sent at the press of a button, whatever a webhook listens to. */
export const TEST_EVENT = "test";

/** Sent with each event: nothing of a customer but a number. */
export const plainFields = {
  id: "The appointment’s number",
  sequence: "How often it has been changed: of two messages, the higher one is newer",
  status: "Its status",
  starts_at: "When it starts",
  ends_at: "When it ends",
  time_zone: "The time zone",
  service_id: "The service’s number",
  service: "The service’s name",
  provider_id: "The provider’s number",
  provider: "The provider’s name",
  price: "The price, in hundredths",
  currency: "The currency",
  customer_id: "The customer’s number",
} as const;

/** Sent only where the owner has agreed to it. */
export const personalFields = {
  customer_name: "Name",
  customer_email: "E-mail address",
  customer_phone: "Phone number",
  note: "What was written when booking",
} as const;

export type PlainField = keyof typeof plainFields;
export type PersonalField = keyof typeof personalFields;
type Value = string | number | null;
export type AppointmentData = Record<PlainField | PersonalField, Value>;

export function isWebhookEvent(text: string): text is WebhookEvent {
  return Object.hasOwn(webhookEvents, text);
}

/** Which event an entry of the audit trail is, if anybody outside can listen to it. */
export function eventOf(action: string): WebhookEvent | undefined {
  return isWebhookEvent(action) ? action : otherNames.get(action);
}

const otherNames = new Map<string, WebhookEvent>([
  ["appointment.approved", "appointment.booked"],
  ["appointment.confirmed", "appointment.booked"],
  ["appointment.repeated", "appointment.booked"],
  ["appointment.declined", "appointment.cancelled"],
  ["appointment.expired", "appointment.cancelled"],
  ["appointment.arrived", "appointment.status_changed"],
  ["appointment.completed", "appointment.status_changed"],
  ["appointment.no_show", "appointment.status_changed"],
  ["appointment.unmarked", "appointment.status_changed"],
]);

/** What is sent, in the form of Standard Webhooks: the fields agreed to, and no others. */
export function payload(
  type: WebhookEvent | typeof TEST_EVENT,
  at: Instant,
  appointment: AppointmentData,
  agreed: readonly PersonalField[],
): string {
  const names = [...Object.keys(plainFields), ...agreed] as Array<keyof AppointmentData>;
  const data = Object.fromEntries(names.map((name) => [name, appointment[name]]));
  return JSON.stringify({ type, timestamp: new Date(at).toISOString(), data });
}

/** How long one event is tried. */
export const TRIED_FOR = DAY;
const LONGEST_WAIT = 240; // minutes

/**
 * When a call that failed is tried again, or undefined when it has been tried for long enough: after
 * 1, 2, 4 … 128 minutes, then each 4 hours, 13 tries in a day.
 */
export function nextCall(
  { tries, giveUpAt }: { tries: number; giveUpAt: Instant },
  now: Instant,
): Instant | undefined {
  const minutes = Math.min(2 ** (Math.max(tries, 1) - 1), LONGEST_WAIT);
  const next = now + minutes * MINUTE;
  return next < giveUpAt ? next : undefined;
}

/** Whether a target has failed so long that it is no use to go on. */
export function isHopeless(
  { failures, failingSince }: { failures: number; failingSince: Instant },
  now: Instant,
): boolean {
  return failures >= 10 && now - failingSince >= 3 * DAY;
}
