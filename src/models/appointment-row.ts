// The rows of appointments, read and written; the verbs are in appointment.ts.
import { randomUUID } from "node:crypto";
import type { Answer } from "../domain/fields.ts";
import type { Status } from "../domain/status.ts";
import { type Instant, MINUTE, type Zone } from "../domain/time.ts";
import { NotFound } from "../errors.ts";
import { linkToken } from "../links.ts";
import { hashToken } from "../secrets.ts";
import { addedTo } from "./addon.ts";
import { TimeTaken } from "./allocation.ts";
import { Answers } from "./answer.ts";
import type { CatalogueAddon, CatalogueService } from "./catalogue.ts";
import { type BookedBy, type Booker, Customer, type CustomerDetails } from "./customer.ts";
import { among, rows, run } from "./database.ts";
import type { Question } from "./starts.ts";

export type StoredAppointment = {
  id: number;
  businessId: number;
  serviceId: number;
  staffId: number;
  locationId: number;
  customerId: number;
  seriesId: number | null;
  /** How many come. */
  people: number;
  /** The names of what was added to the service. */
  addons: string | null;
  startsAt: Instant;
  endsAt: Instant;
  zone: Zone;
  status: Status;
  /** Until when a pending one waits for the customer. */
  pendingUntil: Instant | null;
  /** When the customer said that she will come at this time, if she did. */
  comingAt: Instant | null;
  /** For all who come, add-ons included. */
  price: number | null;
  deposit: number | null;
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
  /** To the business's own fields, the customer's and the appointment's. */
  answers?: readonly Answer[];
};
export type Booked = { id: number; token: string };

/** What a change tells of. */
export type AppointmentRow = Pick<
  StoredAppointment,
  "id" | "businessId" | "serviceId" | "staffId" | "startsAt" | "endsAt" | "sequence"
>;

/** What a new appointment waits for: the customer, the business, or nothing. */
export type NewStatus = "pending" | "requested" | "confirmed";

type NewAppointment = {
  staffId: number;
  startsAt: Instant;
  seriesId?: number | undefined;
  /** By the customer herself. */
  online: boolean;
};

/** Inside the transaction that takes its time. */
export async function insertAppointment(
  { catalogue: { business, location }, service, addons = [], people = 1, now }: Question,
  details: BookingDetails,
  { staffId, startsAt, seriesId, online }: NewAppointment,
): Promise<Booked & { row: AppointmentRow; status: NewStatus }> {
  const uid = details.uid ?? randomUUID();
  const token = linkToken("appointment", uid);
  const row = {
    businessId: business.id,
    serviceId: service.id,
    staffId,
    startsAt,
    endsAt: startsAt + service.minutes * MINUTE,
  };
  const customer = await customerOf(business.id, { ...details, online }, now);
  const status = online ? statusFor(service, customer) : "confirmed";
  const [made] = await rows<{ id: number }>(INSERT, {
    ...row,
    locationId: location.id,
    customerId: customer.id,
    seriesId: seriesId ?? null,
    people,
    zone: business.zone,
    status,
    pendingUntil: status === "pending" ? now + PENDING : null,
    price: service.price === null ? null : service.price * people,
    deposit: depositOf(service, people),
    note: details.note,
    phone: customer.phone === details.phone ? null : details.phone,
    language: details.language ?? null,
    uid,
    hash: hashToken(token),
    now,
  });
  if (!made) throw new TimeTaken(); // by the same form, sent twice at once
  await insertAddons(business.id, made.id, addons);
  const owner = { businessId: business.id, subject: "appointment", id: made.id } as const;
  await Answers.keep(owner, details.answers ?? [], now);
  return { id: made.id, token, status, row: { ...row, id: made.id, sequence: 0 } };
}

const PENDING = 30 * MINUTE; // how long a time waits for its customer's mail address

/** A customer who is new may have to show her mail address, and wait for a yes. */
export function statusFor(
  { approval }: Pick<CatalogueService, "approval">,
  { approvedAt, confirmedAt }: Pick<BookedBy, "approvedAt" | "confirmedAt">,
): NewStatus {
  if (confirmedAt === null) return "pending";
  return approval || approvedAt === null ? "requested" : "confirmed";
}

/** What is to be paid beforehand. */
export function depositOf(
  { depositPolicy, deposit, price }: CatalogueService,
  people: number,
): number | null {
  if (depositPolicy === "none") return null;
  if (depositPolicy === "full") return price === null ? null : price * people;
  return deposit === null ? null : deposit * people;
}

const INSERT = `INSERT INTO appointments
    (business_id, service_id, staff_id, location_id, customer_id, series_id, people, starts_at,
     ends_at, zone, status, pending_until, price, deposit, note, phone, language, uid, token_hash,
     created_at)
  VALUES ($businessId, $serviceId, $staffId, $locationId, $customerId, $seriesId, $people,
     $startsAt, $endsAt, $zone, $status, $pendingUntil, $price, $deposit, $note, $phone, $language,
     $uid, $hash, $now)
  ON CONFLICT DO NOTHING
  RETURNING id`;

async function insertAddons(
  businessId: number,
  appointmentId: number,
  addons: readonly CatalogueAddon[],
): Promise<void> {
  for (const { id: addonId, name, minutes, price } of addons)
    await run(
      `INSERT INTO appointment_addons
         (business_id, appointment_id, addon_id, name, minutes, price)
       VALUES ($businessId, $appointmentId, $addonId, $name, $minutes, $price)`,
      { businessId, appointmentId, addonId, name, minutes, price },
    );
}

async function customerOf(
  businessId: number,
  { customerId, ...details }: BookingDetails & Booker,
  now: Instant,
) {
  if (customerId === undefined) return Customer.findOrMake(businessId, details, now);
  await Customer.requirePresent(businessId, customerId);
  // Staff chose her, and her phone with her.
  return { id: customerId, phone: details.phone, approvedAt: now, confirmedAt: now };
}

/** What has been booked, told again. */
export async function bookedBefore(businessId: number, id: number): Promise<Booked> {
  const where = "business_id = $businessId AND id = $id";
  const { uid, tokenHash } = await onlyAppointment(where, { businessId, id });
  return { id, token: linkToken("appointment", uid, tokenHash) };
}

/** The same for a form that has been sent before. */
export async function bookedByForm(
  businessId: number,
  uid: string | undefined,
): Promise<Booked | undefined> {
  if (uid === undefined) return undefined;
  const [sent] = await rows<{ id: number }>(
    "SELECT id FROM appointments WHERE business_id = $businessId AND uid = $uid",
    { businessId, uid },
  );
  return sent && bookedBefore(businessId, sent.id);
}

/** @throws NotFound */
export async function onlyAppointment(
  where: string,
  bind: Record<string, unknown>,
): Promise<StoredAppointment> {
  const [found] = await rows<StoredAppointment>(
    `SELECT ${COLUMNS} FROM appointments WHERE ${where}`,
    bind,
  );
  if (!found) throw new NotFound("appointment");
  return found;
}

/** Those with these ids, in the order of their starts. */
export function allAppointments(
  businessId: number,
  ids: readonly number[],
): Promise<StoredAppointment[]> {
  return rows<StoredAppointment>(
    `SELECT ${COLUMNS} FROM appointments
     WHERE business_id = $businessId AND id IN (${among("ids")}) ORDER BY starts_at, id`,
    { businessId, ids: JSON.stringify(ids) },
  );
}

/** Those of which `isOpen` is true, in SQL. */
export const CHANGEABLE = "'pending', 'requested', 'confirmed'";

/** Its time and place, unless it has been changed meanwhile: false. */
export async function relocate(
  { businessId, id, sequence, startsAt, endsAt }: StoredAppointment,
  { catalogue: { business, location } }: Question,
  { start, staffId }: { start: Instant; staffId: number },
): Promise<boolean> {
  const changed = await run(
    `UPDATE appointments
     SET starts_at = $start, ends_at = $end, staff_id = $staffId, sequence = sequence + 1,
       zone = $zone, location_id = $locationId,
       coming_at = CASE WHEN starts_at = $start THEN coming_at END
     WHERE business_id = $businessId AND id = $id AND status IN (${CHANGEABLE})
       AND sequence = $sequence`,
    {
      businessId,
      id,
      sequence,
      start,
      end: start + (endsAt - startsAt),
      staffId,
      zone: business.zone,
      locationId: location.id,
    },
  );
  return changed > 0;
}

/** A `StoredAppointment`, in SQL. */
export const COLUMNS = `id, business_id AS "businessId", service_id AS "serviceId",
  staff_id AS "staffId", location_id AS "locationId", customer_id AS "customerId",
  series_id AS "seriesId", people, pending_until AS "pendingUntil", coming_at AS "comingAt", deposit,
  starts_at AS "startsAt", ends_at AS "endsAt", zone, status, price, note, language, uid, sequence,
  ${addedTo("appointments")} AS addons, token_hash AS "tokenHash", created_at AS "createdAt",
  cancelled_at AS "cancelledAt"`;
