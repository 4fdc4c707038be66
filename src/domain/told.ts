// Appointments and customers as other programs are told of them: in the API's answers and in webhooks'
// messages alike, so that what reads the one reads the other.
import { minorUnits } from "./money.ts";
import type { Status } from "./status.ts";
import { formatInstant, type Instant, type Zone } from "./time.ts";

/** What is known of an appointment. */
export type AppointmentFacts = {
  id: number;
  status: Status;
  startsAt: Instant;
  endsAt: Instant;
  zone: Zone;
  /** Hundredths of the business's currency. */
  price: number | null;
  note: string;
  sequence: number;
  createdAt: Instant;
  /** When anything was last done to it. */
  updatedAt: Instant;
  cancelledAt: Instant | null;
  /** When the customer said that she will come, if she did. */
  comingAt: Instant | null;
  serviceId: number;
  serviceName: string;
  staffId: number;
  staffName: string;
  locationId: number;
  locationName: string;
  people: number;
  /** As booked. */
  addons: Array<{ id: number; name: string }>;
  /** Of what series it is, if it is of one. */
  seriesId: number | null;
  customerId: number;
  customerName: string;
  customerEmail: string | null;
  customerPhone: string | null;
  /** Given with this booking, where another is known of the customer. */
  otherPhone: string | null;
};

export type CustomerFacts = {
  id: number;
  name: string;
  email: string | null;
  phone: string | null;
  createdAt: Instant;
};

/** What says something of a person, in words; who is told which is decided elsewhere. */
export const personalFields = {
  customer_name: "Name",
  customer_email: "E-mail address",
  customer_phone: "Phone number",
  note: "What was written when booking",
} as const;

export type PersonalField = keyof typeof personalFields;

/** Whole numbers of the currency's smallest unit (ISO 4217): cents, yen, thousandths of dinars. */
export type ToldMoney = { amount: number; currency: string };

/** @param personal what of the customer is told; without any, only her number */
export function toldAppointment(
  facts: AppointmentFacts,
  currency: string,
  personal: readonly PersonalField[],
) {
  const { zone, customerId, customerName, customerEmail, customerPhone, otherPhone } = facts;
  const phone = otherPhone ?? customerPhone;
  const contact = { id: customerId, name: customerName, email: customerEmail, phone };
  return {
    id: facts.id,
    status: facts.status,
    start: moment(facts.startsAt, zone),
    end: moment(facts.endsAt, zone),
    zone,
    service: { id: facts.serviceId, name: facts.serviceName },
    provider: { id: facts.staffId, name: facts.staffName },
    location: { id: facts.locationId, name: facts.locationName },
    people: facts.people,
    addons: facts.addons,
    series_id: facts.seriesId,
    customer: toldContact(contact, personal),
    price: money(facts.price, currency),
    ...(personal.includes("note") && { note: facts.note }),
    created_at: utc(facts.createdAt),
    updated_at: utc(facts.updatedAt),
    cancelled_at: facts.cancelledAt === null ? null : utc(facts.cancelledAt),
    coming_at: facts.comingAt === null ? null : utc(facts.comingAt),
    version: versionOf(facts),
  };
}

/** @param personal what of her is told; without any, only her number */
export function toldCustomer(facts: CustomerFacts, personal: readonly PersonalField[]) {
  return { ...toldContact(facts, personal), created_at: utc(facts.createdAt) };
}

/** The number goes up when it is moved or cancelled; the status says what became of it. */
export function versionOf({ sequence, status }: { sequence: number; status: Status }): string {
  return `${sequence}-${status}`;
}

/** 2027-02-01T09:00:00-05:00 */
export function moment(instant: Instant, zone: Zone): string {
  return formatInstant(instant, zone).dateTime.replace(/\[.*/, "");
}

/** An instant that has no place, such as when a row was made. */
export function utc(instant: Instant): string {
  return new Date(instant).toISOString();
}

export function money(hundredths: number | null, currency: string): ToldMoney | null {
  return hundredths === null ? null : { amount: minorUnits(hundredths, currency), currency };
}

function toldContact(
  { id, name, email, phone }: Omit<CustomerFacts, "createdAt">,
  personal: readonly PersonalField[],
) {
  return {
    id,
    ...(personal.includes("customer_name") && { name }),
    ...(personal.includes("customer_email") && { email }),
    ...(personal.includes("customer_phone") && { phone }),
  };
}
