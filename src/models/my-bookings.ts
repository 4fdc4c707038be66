// What a business knows of the customers with one mail address, as they see it themselves.
import type { Instant, Zone } from "../domain/time.ts";
import type { Status } from "../domain/status.ts";
import { NotFound } from "../errors.ts";
import { keptToken } from "../links.ts";
import { rows } from "./database.ts";
import { toId } from "./id.ts";
import { Customer } from "./customer.ts";

export type MyBooking = {
  startsAt: Instant;
  endsAt: Instant;
  zone: Zone;
  status: Status;
  serviceName: string;
  staffName: string;
  customerName: string;
  seriesId: number | null;
  comingAt: Instant | null;
  /** Of the appointment's own page; undefined when the key that made it has gone. */
  token: string | undefined;
};

/** At most so many of each are shown; her data has them all. */
export const MOST_BOOKINGS = 100;

export const MyBookings = {
  /** The customers with this address, in the order in which they came. */
  customers(business: { id: number }, email: string): Promise<Customer[]> {
    return Customer.findAll({ where: { businessId: business.id, email }, order: ["id"] });
  },

  /** @throws NotFound for one with another address */
  async customer(business: { id: number }, email: string, id: unknown): Promise<Customer> {
    const where = { id: toId(id), businessId: business.id, email };
    const customer = await Customer.findOne({ where });
    if (!customer) throw new NotFound("customer");
    return customer;
  },

  /** What is to come, the earliest first; what is over or cancelled, the latest first. */
  async list(business: { id: number }, email: string, now: Instant) {
    const [ahead, before] = await Promise.all([
      bookings(business, email, `${AHEAD} ORDER BY a.starts_at, a.id`, now),
      bookings(business, email, `NOT (${AHEAD}) ORDER BY a.starts_at DESC, a.id DESC`, now),
    ]);
    return { ahead, before };
  },
};

const AHEAD = "a.ends_at > $now AND a.status <> 'cancelled'";

async function bookings(
  business: { id: number },
  email: string,
  which: string,
  now: Instant,
): Promise<MyBooking[]> {
  const found = await rows<Omit<MyBooking, "token"> & { uid: string; tokenHash: string }>(
    `SELECT a.starts_at AS "startsAt", a.ends_at AS "endsAt", a.zone, a.status, a.uid,
       a.series_id AS "seriesId", a.coming_at AS "comingAt",
       a.token_hash AS "tokenHash", s.name AS "serviceName", t.name AS "staffName",
       c.name AS "customerName"
     FROM customers c
     CROSS JOIN appointments a -- in this order: she has few, the business has many
     JOIN services s ON s.business_id = a.business_id AND s.id = a.service_id
     JOIN staff t ON t.business_id = a.business_id AND t.id = a.staff_id
     WHERE c.business_id = $businessId AND c.email = $email
       AND a.business_id = c.business_id AND a.customer_id = c.id AND ${which}
     LIMIT ${MOST_BOOKINGS}`,
    { businessId: business.id, email, now },
  );
  return found.map(({ uid, tokenHash, ...rest }) => ({
    ...rest,
    token: keptToken("appointment", uid, tokenHash),
  }));
}
