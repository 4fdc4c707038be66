// What webhooks are told, for the document and the page: the resources of the API in an envelope.
import { z } from "zod";
import { isOfCustomer, type WebhookEvent, webhookEvents } from "../domain/webhooks.ts";
import { Appointment } from "./appointments.schema.ts";
import { exampleAppointment } from "./appointments.shown.ts";
import { Customer } from "./customers.schema.ts";
import { example, type ExampleTimes } from "./example.ts";
import { Id, Moment, utc } from "./wire.ts";

export const ToldCustomer = Customer.pick({ id: true, created_at: true })
  .extend(Customer.pick({ name: true, email: true, phone: true }).partial().shape)
  .meta({
    id: "ToldCustomer",
    description: "A customer; of name, email and phone what the owner has agreed to",
  });

export type Message = { event: WebhookEvent; words: string; schema: z.ZodType; example: object };

/** Each event with the text of its message. */
export function messagesOn(times: ExampleTimes): Message[] {
  return Object.entries(webhookEvents).map(([name, words]) => {
    const event = name as WebhookEvent;
    return {
      event,
      words,
      schema: z.object({ type: z.literal(event), timestamp: Moment, data: dataOf(event) }),
      example: { type: event, timestamp: utc(times.now), data: exampleOf(event, times) },
    };
  });
}

/** Sent along with each message, by Standard Webhooks. */
export const messageHeaders = {
  "webhook-id": "The message’s name; the same when it is sent again, so that a double can be told",
  "webhook-timestamp": "When it was sent, in seconds since 1970",
  "webhook-signature":
    "v1, and the base64 of HMAC-SHA-256 over id, timestamp and body with dots between them, by the secret; several with blanks between them while a secret is changed",
} as const;

function dataOf(event: WebhookEvent): z.ZodType {
  if (event === "customer.deleted") return z.object({ id: Id });
  return isOfCustomer(event) ? ToldCustomer : Appointment;
}

/** With nothing of the customer but her number, as it is unless the owner ticks more. */
function exampleOf(event: WebhookEvent, times: ExampleTimes): object {
  const { id } = example.customer;
  if (event === "customer.deleted") return { id };
  if (isOfCustomer(event)) return { id, created_at: utc(times.now) };
  const more = {
    "appointment.requested": { status: "requested", version: "0-requested" } as const,
    "appointment.booked": {},
    "appointment.moved": { version: "1-confirmed" },
    "appointment.cancelled": {
      status: "cancelled",
      cancelled_at: utc(times.now),
      version: "1-cancelled",
    } as const,
    "appointment.status_changed": { status: "arrived", version: "0-arrived" } as const,
  }[event];
  const { fields: _, note: __, ...told } = exampleAppointment(times, more);
  return { ...told, customer: { id } };
}
