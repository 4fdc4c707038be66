// What a call says, and how it is signed (Standard Webhooks, https://www.standardwebhooks.com).
import { Webhook as Signer } from "standardwebhooks";
import { type AppointmentData, payload } from "../domain/webhooks.ts";
import { formatInstant, type Instant, MINUTE, type Zone } from "../domain/time.ts";
import { unseal } from "../secrets.ts";
import { type ClaimedCall, fieldsOf } from "./webhook-claim.ts";

/** The purpose that secrets are sealed for. */
export const SECRET = "webhook secret";

export type Message = { body: string; headers: Record<string, string> };

/** Undefined when no key of ours opens the secret: it was sealed by one that is no longer there. */
export function messageOf(call: ClaimedCall, now: Instant): Message | undefined {
  const secrets = secretsOf(call, now);
  if (!secrets) return undefined;
  const body = payload(call.event, call.createdAt, dataOf(call), fieldsOf(call));
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

function dataOf(call: ClaimedCall): AppointmentData {
  if (call.appointmentId === null) return exampleIn(call);
  const zone = call.appointmentZone ?? call.zone;
  return {
    id: call.appointmentId,
    sequence: call.sequence,
    status: call.status,
    starts_at: isoIn(zone, call.startsAt ?? 0),
    ends_at: isoIn(zone, call.endsAt ?? 0),
    time_zone: zone,
    service_id: call.serviceId,
    service: call.serviceName,
    provider_id: call.staffId,
    provider: call.staffName,
    price: call.price,
    currency: call.currency,
    customer_id: call.customerId,
    customer_name: call.customerName,
    customer_email: call.customerEmail,
    customer_phone: call.customerPhone,
    note: call.note,
  };
}

/** Of nobody: numbers that no row has. */
function exampleIn({ zone, currency, createdAt }: ClaimedCall): AppointmentData {
  return {
    id: 0,
    sequence: 0,
    status: "confirmed",
    starts_at: isoIn(zone, createdAt),
    ends_at: isoIn(zone, createdAt + 60 * MINUTE),
    time_zone: zone,
    service_id: 0,
    service: "Example service",
    provider_id: 0,
    provider: "Example provider",
    price: 3500,
    currency,
    customer_id: 0,
    customer_name: "Example customer",
    customer_email: "customer@example.com",
    customer_phone: "555 0100",
    note: "",
  };
}

/** RFC 3339: 2027-02-01T09:30:00-05:00 */
function isoIn(zone: Zone, instant: Instant): string {
  return formatInstant(instant, zone).dateTime.replace(/\[.*/, "");
}
