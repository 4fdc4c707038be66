// Appointments as programs read them: two queries a page, and pages that do not shift.
import type { Status } from "../domain/status.ts";
import type { Instant } from "../domain/time.ts";
import type { AppointmentFacts } from "../domain/told.ts";
import { NotFound } from "../errors.ts";
import { rows } from "./database.ts";
import { toId } from "./id.ts";

export type FeedAppointment = AppointmentFacts;

export type FeedFilter = {
  /** Those that start at this instant or later. */
  from?: Instant | undefined;
  /** Those that start before this instant. */
  until?: Instant | undefined;
  staffId?: number | undefined;
  serviceId?: number | undefined;
  locationId?: number | undefined;
  customerId?: number | undefined;
  seriesId?: number | undefined;
  status?: Status | undefined;
  /** Those to which something was done after this instant. */
  updatedAfter?: Instant | undefined;
};

export type FeedPage = {
  /** The start and the id of the last line of the page before; zeros for the first. */
  after: readonly number[];
  limit: number;
};

export const AppointmentFeed = {
  /** In order of their starts. */
  async page(
    businessId: number,
    filter: FeedFilter,
    { after: [start = 0, id = 0], limit }: FeedPage,
  ): Promise<FeedAppointment[]> {
    const asked = Object.entries(CONDITIONS)
      .filter(([name]) => filter[name as keyof FeedFilter] !== undefined)
      .map(([, condition]) => `AND ${condition}`);
    const lines = await rows<Line>(
      `${SELECT} WHERE a.business_id = $businessId ${asked.join(" ")}
         AND (a.starts_at > $start OR (a.starts_at = $start AND a.id > $id))
       ORDER BY a.starts_at, a.id LIMIT $limit`,
      { ...filter, businessId, start, id, limit },
    );
    return withAddons(businessId, lines);
  },

  /** @throws NotFound for nobody's and somebody else's alike */
  async one(businessId: number, id: unknown): Promise<FeedAppointment> {
    const lines = await rows<Line>(`${SELECT} WHERE a.business_id = $businessId AND a.id = $id`, {
      businessId,
      id: toId(id),
    });
    const [found] = await withAddons(businessId, lines);
    if (!found) throw new NotFound("appointment");
    return found;
  },
};

const CONDITIONS: Record<keyof FeedFilter, string> = {
  from: "a.starts_at >= $from",
  until: "a.starts_at < $until",
  staffId: "a.staff_id = $staffId",
  serviceId: "a.service_id = $serviceId",
  locationId: "a.location_id = $locationId",
  customerId: "a.customer_id = $customerId",
  seriesId: "a.series_id = $seriesId",
  status: "a.status = $status",
  updatedAfter: `a.id IN (SELECT e.appointment_id FROM audit_entries e
    WHERE e.business_id = $businessId AND e.at > $updatedAfter)`,
};

const SELECT = `SELECT a.id, a.status, a.starts_at AS "startsAt", a.ends_at AS "endsAt", a.zone,
    a.price, a.note, a.sequence, a.created_at AS "createdAt", a.cancelled_at AS "cancelledAt",
    a.coming_at AS "comingAt",
    COALESCE((SELECT MAX(e.at) FROM audit_entries e
      WHERE e.business_id = a.business_id AND e.appointment_id = a.id), a.created_at)
      AS "updatedAt",
    a.service_id AS "serviceId", s.name AS "serviceName", a.staff_id AS "staffId",
    t.name AS "staffName", a.location_id AS "locationId", l.name AS "locationName", a.people,
    a.series_id AS "seriesId",
    a.customer_id AS "customerId", c.name AS "customerName",
    c.email AS "customerEmail", c.phone AS "customerPhone", a.phone AS "otherPhone"
  FROM appointments a
  JOIN customers c ON c.business_id = a.business_id AND c.id = a.customer_id
  JOIN services s ON s.business_id = a.business_id AND s.id = a.service_id
  JOIN staff t ON t.business_id = a.business_id AND t.id = a.staff_id
  JOIN locations l ON l.business_id = a.business_id AND l.id = a.location_id`;

type Line = Omit<FeedAppointment, "addons">;

/** One query for all of them. */
async function withAddons(businessId: number, lines: readonly Line[]): Promise<FeedAppointment[]> {
  if (lines.length === 0) return [];
  const ids = Object.fromEntries(lines.map(({ id }, i) => [`id${i}`, id]));
  const names = Object.keys(ids).map((name) => `$${name}`);
  const addons = await rows<{ appointmentId: number; id: number; name: string }>(
    `SELECT appointment_id AS "appointmentId", addon_id AS id, name FROM appointment_addons
     WHERE business_id = $businessId AND appointment_id IN (${names.join(", ")}) ORDER BY addon_id`,
    { businessId, ...ids },
  );
  const byAppointment = Map.groupBy(addons, ({ appointmentId }) => appointmentId);
  return lines.map((line) => ({
    ...line,
    addons: (byAppointment.get(line.id) ?? []).map(({ id, name }) => ({ id, name })),
  }));
}
