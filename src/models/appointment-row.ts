// The rows of appointments, read and written; the verbs are in appointment.ts.
import { randomUUID } from "node:crypto";
import type { Status } from "../domain/status.ts";
import { type Instant, MINUTE, type Zone } from "../domain/time.ts";
import { NotFound } from "../errors.ts";
import { linkToken } from "../links.ts";
import { hashToken } from "../secrets.ts";
import { TimeTaken } from "./allocation.ts";
import type { Catalogue, CatalogueService } from "./catalogue.ts";
import { Customer, type CustomerDetails } from "./customer.ts";
import { rows } from "./database.ts";

export type StoredAppointment = {
  id: number;
  businessId: number;
  serviceId: number;
  staffId: number;
  customerId: number;
  startsAt: Instant;
  endsAt: Instant;
  zone: Zone;
  status: Status;
  price: number | null;
  note: string;
  /** What the customer booked in; null when staff booked for her. */
  language: string | null;
  uid: string;
  /** Goes up with every change, in calendars too (RFC 5545 §3.8.7.4). */
  sequence: number;
  tokenHash: string;
  createdAt: Instant;
  cancelledAt: Instant | null;
};

/**
 * `customerId` names a customer the business has; else one is found or made by the details. `uid`
 * comes with a form, so that the same form sent again books nothing more.
 */
export type BookingDetails = CustomerDetails & {
  note: string;
  customerId?: number;
  uid?: string;
  language?: string;
};
export type Booked = { id: number; token: string };

/** What a change tells of. */
export type AppointmentRow = Pick<
  StoredAppointment,
  "id" | "businessId" | "serviceId" | "staffId" | "startsAt" | "endsAt" | "sequence"
>;

/** Inside the transaction that takes its time. */
export async function insertAppointment(
  { business }: Catalogue,
  service: CatalogueService,
  booking: BookingDetails & { staffId: number; startsAt: Instant },
  now: Instant,
): Promise<Booked & { row: AppointmentRow }> {
  const uid = booking.uid ?? randomUUID();
  const token = linkToken("appointment", uid);
  const row = {
    businessId: business.id,
    serviceId: service.id,
    staffId: booking.staffId,
    startsAt: booking.startsAt,
    endsAt: booking.startsAt + service.minutes * MINUTE,
  };
  const customer = await customerOf(business.id, booking, now);
  const [made] = await rows<{ id: number }>(INSERT, {
    ...row,
    customerId: customer.id,
    zone: business.zone,
    price: service.price,
    note: booking.note,
    phone: customer.phone === booking.phone ? null : booking.phone,
    language: booking.language ?? null,
    uid,
    hash: hashToken(token),
    now,
  });
  if (!made) throw new TimeTaken(); // by the same form, sent twice at once
  return { id: made.id, token, row: { ...row, id: made.id, sequence: 0 } };
}

const INSERT = `INSERT INTO appointments
    (business_id, service_id, staff_id, customer_id, starts_at, ends_at, zone, price, note, phone, language,
     uid, token_hash, created_at)
  VALUES ($businessId, $serviceId, $staffId, $customerId, $startsAt, $endsAt, $zone, $price, $note,
     $phone, $language, $uid, $hash, $now)
  ON CONFLICT DO NOTHING
  RETURNING id`;

function customerOf(businessId: number, { customerId, ...details }: BookingDetails, now: Instant) {
  // Staff chose her, and her phone with her.
  if (customerId !== undefined) return { id: customerId, phone: details.phone };
  return Customer.findOrMake(businessId, details, now);
}

/** What has been booked, told again. */
export async function bookedBefore(businessId: number, id: number): Promise<Booked> {
  const where = "business_id = $businessId AND id = $id";
  const { uid, tokenHash } = await onlyAppointment(where, { businessId, id });
  return { id, token: linkToken("appointment", uid, tokenHash) };
}

/** @throws NotFound */
export async function onlyAppointment(
  where: string,
  bind: Record<string, unknown>,
): Promise<StoredAppointment> {
  const [found] = await rows<StoredAppointment>(
    `SELECT id, business_id AS "businessId", service_id AS "serviceId", staff_id AS "staffId",
       customer_id AS "customerId", starts_at AS "startsAt", ends_at AS "endsAt", zone, status,
       price, note, language, uid, sequence, token_hash AS "tokenHash", created_at AS "createdAt",
       cancelled_at AS "cancelledAt"
     FROM appointments WHERE ${where}`,
    bind,
  );
  if (!found) throw new NotFound("appointment");
  return found;
}
