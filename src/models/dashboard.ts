// What the workspace's first page says of a business: projections, one query each.
import { DAY, type Instant } from "../domain/time.ts";
import type { Book } from "./appointment-list.ts";
import { rows } from "./database.ts";

/** What it takes until customers can book. */
export type Readiness = {
  /** A service is described. */
  service: boolean;
  /** Somebody who can be booked has hours. */
  hours: boolean;
  /** One of those provides a service. */
  provided: boolean;
  /** Bookings are open. */
  open: boolean;
  /** Whoever asks can be booked and has no hours yet. */
  idle: boolean;
};

/** A mail that was not delivered, or may not have been. */
export type FailedDelivery = {
  id: number;
  kind: string;
  state: "failed" | "unknown";
  appointmentId: number | null;
  finishedAt: Instant;
};

export const FAILURES_SHOWN = 5;
const FAILURES_REMEMBERED = 30 * DAY;

export const Dashboard = {
  /** @param staffId who asks */
  async readiness(business: { id: number }, staffId: number): Promise<Readiness> {
    const [found] = await rows<Record<keyof Readiness, unknown>>(READINESS, {
      businessId: business.id,
      staffId,
    });
    return {
      service: Boolean(found?.service),
      hours: Boolean(found?.hours),
      provided: Boolean(found?.provided),
      open: Boolean(found?.open),
      idle: Boolean(found?.idle),
    };
  },

  /** How many mails failed in the last 30 days, and the latest few. */
  async failures(book: Book, now: Instant): Promise<{ count: number; latest: FailedDelivery[] }> {
    const failed = await rows<FailedDelivery & { count: number }>(
      `SELECT id, kind, state, appointment_id AS "appointmentId", finished_at AS "finishedAt",
         COUNT(*) OVER () AS count
       FROM deliveries
       WHERE business_id = $businessId AND state IN ('failed', 'unknown') AND finished_at > $since
         AND ($only = 0 OR appointment_id IN (SELECT id FROM appointments
           WHERE business_id = $businessId AND staff_id = $only))
       ORDER BY finished_at DESC, id DESC LIMIT ${FAILURES_SHOWN}`,
      { businessId: book.id, only: book.only ?? 0, since: now - FAILURES_REMEMBERED },
    );
    return { count: failed[0]?.count ?? 0, latest: failed };
  },
};

/** Whether the booking page offers anything. */
export function isReady({ service, hours, provided, open }: Readiness): boolean {
  return service && hours && provided && open;
}

const WORKS = "p.bookable AND p.archived_at IS NULL";
const HAS_HOURS = `EXISTS (SELECT 1 FROM hours h
  WHERE h.business_id = p.business_id AND h.staff_id = p.id)`;

const READINESS = `SELECT b.bookings_open AS open,
    EXISTS (SELECT 1 FROM services s
      WHERE s.business_id = b.id AND s.archived_at IS NULL) AS service,
    EXISTS (SELECT 1 FROM staff p
      WHERE p.business_id = b.id AND ${WORKS} AND ${HAS_HOURS}) AS hours,
    EXISTS (SELECT 1 FROM staff_services l
      JOIN staff p ON p.business_id = l.business_id AND p.id = l.staff_id
      JOIN services s ON s.business_id = l.business_id AND s.id = l.service_id
      WHERE l.business_id = b.id AND ${WORKS} AND s.archived_at IS NULL
        AND ${HAS_HOURS}) AS provided,
    EXISTS (SELECT 1 FROM staff p
      WHERE p.business_id = b.id AND p.id = $staffId AND ${WORKS} AND NOT ${HAS_HOURS}) AS idle
  FROM businesses b WHERE b.id = $businessId`;
