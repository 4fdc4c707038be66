// What webhooks are told of, with which fields, and how often it is tried.
import { DAY, type Instant, MINUTE } from "./time.ts";

/** Each event in words, in the order of the form. */
export const webhookEvents = {
  "appointment.requested": "Somebody asks for an appointment that you have to approve",
  "appointment.booked": "An appointment is booked, or approved",
  "appointment.moved": "It is moved to another time or provider",
  "appointment.cancelled": "It is cancelled, or refused",
  "appointment.status_changed": "Somebody has arrived, was served or did not come",
  "customer.created": "A customer is added, by you or by her first booking; not by a file of many",
  "customer.updated": "A customer’s name, address, number, notes or answers change",
  "customer.deleted": "A customer was erased or became one with another; only her number is sent",
} as const;

export type WebhookEvent = keyof typeof webhookEvents;
export type CustomerEvent = Extract<WebhookEvent, `customer.${string}`>;

/** An example, sent at the press of a button, whatever a webhook listens to. */
export const TEST_EVENT = "test";

/**
 * Sent with each event of an appointment, or of a customer: nothing of her but a number. Dots lead
 * into what lies within.
 */
export const plainFields = {
  appointment: {
    id: "The appointment’s number",
    status: "Its status",
    start: "When it starts",
    end: "When it ends",
    zone: "The time zone",
    "service.id": "The service’s number",
    "service.name": "The service’s name",
    "provider.id": "The provider’s number",
    "provider.name": "The provider’s name",
    "location.id": "The location’s number",
    "location.name": "The location’s name",
    people: "How many come",
    addons: "What is added to the service",
    series_id: "The number of the series it is of",
    "customer.id": "The customer’s number",
    price: "The price and its currency",
    created_at: "When it was booked",
    updated_at: "When anything was last done to it",
    cancelled_at: "When it was cancelled",
    coming_at: "When the customer said that she will come",
    version: "Which version of it this is",
  },
  customer: {
    id: "The customer’s number",
    created_at: "When she was added",
  },
} as const;

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
  ["appointment.declined", "appointment.cancelled"],
  ["appointment.expired", "appointment.cancelled"],
  ["appointment.arrived", "appointment.status_changed"],
  ["appointment.completed", "appointment.status_changed"],
  ["appointment.no_show", "appointment.status_changed"],
  ["appointment.unmarked", "appointment.status_changed"],
  ["customer.added", "customer.created"],
  ["customer.changed", "customer.updated"],
  ["customer.merged", "customer.updated"],
]);

export function isOfCustomer(event: string): event is CustomerEvent {
  return event.startsWith("customer.");
}

/** The text of a message, in the form of Standard Webhooks. */
export function payload(type: WebhookEvent | typeof TEST_EVENT, at: Instant, data: object): string {
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
