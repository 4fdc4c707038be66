// What a call says, and how it is signed (Standard Webhooks, https://www.standardwebhooks.com).
import { Webhook as Signer } from "standardwebhooks";
import { type AppointmentFacts, toldAppointment, toldCustomer } from "../domain/told.ts";
import { payload } from "../domain/webhooks.ts";
import { type Instant, MINUTE } from "../domain/time.ts";
import { unseal } from "../secrets.ts";
import { AppointmentFeed } from "./appointment-feed.ts";
import { CustomerFeed } from "./customer-feed.ts";
import { type ClaimedCall, fieldsOf } from "./webhook-claim.ts";

/** The purpose that secrets are sealed for. */
export const SECRET = "webhook secret";

export type Message = { body: string; headers: Record<string, string> };

/**
 * As things are now: a message is made when it is sent, and only of what is agreed to by then.
 * Undefined when no key of ours opens the secret: it was sealed by one that is no longer there.
 * @throws NotFound when what it is about has gone in this very moment
 */
export async function messageOf(call: ClaimedCall, now: Instant): Promise<Message | undefined> {
  const secrets = secretsOf(call, now);
  if (!secrets) return undefined;
  const body = payload(call.event, call.createdAt, await dataOf(call));
  const at = new Date(now);
  return {
    body,
    headers: {
      "Content-Type": "application/json",
      "webhook-id": call.message,
      "webhook-timestamp": String(Math.floor(now / 1000)),
      "webhook-signature": secrets
        .map((secret) => new Signer(secret).sign(call.message, at, body))
        .join(" "),
    },
  };
}

/** The new one, and for a day the one before it. */
function secretsOf(call: ClaimedCall, now: Instant): string[] | undefined {
  const { secret, previousSecret, previousUntil } = call;
  const sealed = [secret];
  if (previousSecret !== null && (previousUntil ?? 0) > now) sealed.push(previousSecret);
  const [first, ...others] = sealed.map((text) => unseal(SECRET, text));
  return first === undefined ? undefined : [first, ...others.filter((one) => one !== undefined)];
}

async function dataOf(call: ClaimedCall): Promise<object> {
  const { businessId, appointmentId, customerId, goneCustomer, currency } = call;
  if (goneCustomer !== null) return { id: goneCustomer };
  if (customerId !== null)
    return toldCustomer(await CustomerFeed.one(businessId, customerId), fieldsOf(call));
  const facts =
    appointmentId === null ? exampleIn(call) : await AppointmentFeed.one(businessId, appointmentId);
  return toldAppointment(facts, currency, fieldsOf(call));
}

/** Of nobody: numbers that no row has. */
function exampleIn({ zone, createdAt }: ClaimedCall): AppointmentFacts {
  return {
    id: 0,
    status: "confirmed",
    startsAt: createdAt,
    endsAt: createdAt + 60 * MINUTE,
    zone,
    price: 3500,
    note: "",
    sequence: 0,
    createdAt,
    updatedAt: createdAt,
    cancelledAt: null,
    comingAt: null,
    serviceId: 0,
    serviceName: "Example service",
    staffId: 0,
    staffName: "Example provider",
    locationId: 0,
    locationName: "Example location",
    people: 1,
    addons: [],
    seriesId: null,
    customerId: 0,
    customerName: "Example customer",
    customerEmail: "customer@example.com",
    customerPhone: "555 0100",
    otherPhone: null,
  };
}
