// Appointments as the workspace's pages list them: projections, one query a page.
import type { Status } from "../domain/status.ts";
import type { Instant, LocalDate, Zone } from "../domain/time.ts";
import { NotFound } from "../errors.ts";
import { addedTo } from "./addon.ts";
import { type Flag, rows } from "./database.ts";
import { toId } from "./id.ts";
import { LOCATION_NAME } from "./location.ts";
import { searchFor } from "./search.ts";

export type AppointmentLine = {
  id: number;
  startsAt: Instant;
  endsAt: Instant;
  /** Where it takes place, at the time it was booked or moved. */
  zone: Zone;
  status: Status;
  /** When the customer said that she will come, if she did. */
  comingAt: Instant | null;
  note: string;
  staffId: number;
  staffName: string;
  locationId: number;
  serviceName: string;
  people: number;
  /** What was added when it was booked: "Beard trim, Hot towel". */
  addons: string | null;
  customerId: number;
  customerName: string;
  customerPhone: string | null;
};

export type AppointmentFacts = AppointmentLine & {
  serviceId: number;
  seriesId: number | null;
  customerEmail: string | null;
  /** For staff only: shown in red. */
  customerAlert: string;
  customerErased: Flag;
  /** Given with this booking, where another is known of the customer. */
  otherPhone: string | null;
  /** Null where the business has but one. */
  locationName: string | null;
  /** For all who come, add-ons included. */
  price: number | null;
  sequence: number;
  createdAt: Instant;
  cancelledAt: Instant | null;
};

/** A business's appointments, or only those with one provider. */
export type Book = { id: number; only?: number | undefined };

export type ListFilter = {
  /** In a customer, in what was answered for the appointment, or in a service's name. */
  search?: string;
  /** "standing": all but the cancelled. */
  status?: Status | "standing" | undefined;
  staffId?: number | undefined;
  locationId?: number | undefined;
  customerId?: number | undefined;
  serviceId?: number | undefined;
  /** Those that start before it, besides what `when` says. */
  until?: Instant | undefined;
  /** "from": earliest first, from `at` on. "before": latest first. "all": latest first. */
  when: "from" | "before" | "all";
  at: Instant;
};

/** More than that on a calendar page is no help to anybody. */
export const MOST = 1000;

// No appointment is longer, so what reaches into a range is found in a short range of the index.
const LONGEST = 48 * 60 * 60 * 1000;

export const AppointmentList = {
  /** All but the cancelled that overlap a range of time, in order; MOST and one more at most. */
  between(
    businessId: number,
    { from, until }: { from: Instant; until: Instant },
    staffId?: number,
    locationId?: number,
  ): Promise<AppointmentLine[]> {
    return rows<AppointmentLine>(
      `SELECT ${COLUMNS} ${TABLES}
       WHERE a.business_id = $businessId AND a.starts_at < $until AND a.starts_at > $earliest
         AND a.ends_at > $from AND a.status <> 'cancelled' AND ($staffId = 0 OR a.staff_id = $staffId)
         AND ($locationId = 0 OR a.location_id = $locationId)
       ORDER BY a.starts_at, a.id LIMIT ${MOST + 1}`,
      {
        businessId,
        from,
        until,
        earliest: from - LONGEST,
        staffId: staffId ?? 0,
        locationId: locationId ?? 0,
      },
    );
  },

  /**
   * How many begin on each day, all but the cancelled; days with none are left out. One query.
   * @param days in order, each from the end of the one before: one range of the index, read once
   */
  async countsByDay(
    book: Book,
    days: ReadonlyArray<{ date: LocalDate; from: Instant; until: Instant }>,
    locationId?: number,
  ): Promise<Map<LocalDate, number>> {
    const [first, last] = [days[0], days.at(-1)];
    if (!first || !last) return new Map();
    const dayOf = days.map((_, i) => `WHEN a.starts_at < $until${i} THEN ${i}`);
    const ends = days.map(({ until }, i) => [`until${i}`, until]);
    const counts = await rows<{ day: number; count: number }>(
      `SELECT CASE ${dayOf.join(" ")} END AS day, COUNT(*) AS count FROM appointments a
       WHERE a.business_id = $businessId AND a.starts_at >= $from AND a.starts_at < $until
         AND a.status <> 'cancelled' AND ($only = 0 OR a.staff_id = $only)
         AND ($locationId = 0 OR a.location_id = $locationId)
       GROUP BY 1`,
      {
        ...Object.fromEntries(ends),
        businessId: book.id,
        only: book.only ?? 0,
        locationId: locationId ?? 0,
        from: first.from,
        until: last.until,
      },
    );
    return new Map(counts.map(({ day, count }) => [days[day]!.date, count]));
  },

  matching(
    businessId: number,
    filter: ListFilter,
    { limit, offset }: { limit: number; offset: number },
  ): Promise<AppointmentLine[]> {
    const { conditions, order, bind } = wanted(filter);
    return rows<AppointmentLine>(
      `SELECT ${COLUMNS} ${TABLES} WHERE ${conditions.join(" AND ")}
       ORDER BY ${order} LIMIT $limit OFFSET $offset`,
      { ...bind, businessId, limit, offset },
    );
  },

  /** The same in full, a batch at a time: `limit` after `last`, in the order of the list. */
  after(
    businessId: number,
    filter: ListFilter,
    last: AppointmentFacts | undefined,
    limit: number,
  ): Promise<AppointmentFacts[]> {
    const { conditions, order, bind } = wanted(filter);
    const further = filter.when === "from" ? ">" : "<";
    if (last) conditions.push(`(a.starts_at, a.id) ${further} ($lastStart, $lastId)`);
    return rows<AppointmentFacts>(
      `SELECT ${IN_FULL} ${TABLES} WHERE ${conditions.join(" AND ")}
       ORDER BY ${order} LIMIT $limit`,
      { ...bind, businessId, limit, lastStart: last?.startsAt, lastId: last?.id },
    );
  },

  /** @throws NotFound for nobody's and somebody else's alike */
  async facts(book: Book, id: unknown): Promise<AppointmentFacts> {
    const [facts] = await rows<AppointmentFacts>(
      `SELECT ${IN_FULL} ${TABLES} WHERE a.business_id = $businessId AND a.id = $id
         AND ($only = 0 OR a.staff_id = $only)`,
      { businessId: book.id, id: toId(id), only: book.only ?? 0 },
    );
    if (!facts) throw new NotFound("appointment");
    return facts;
  },

  /** Which rooms and equipment the appointments of a range of time have: ids of appointments by theirs. */
  async byResource(
    businessId: number,
    { from, until }: { from: Instant; until: Instant },
  ): Promise<Map<number, Set<number>>> {
    const taken = await rows<{ resourceId: number; id: number }>(
      `SELECT resource_id AS "resourceId", appointment_id AS id FROM allocations
       WHERE business_id = $businessId AND busy_from < $until AND busy_from > $earliest
         AND busy_until > $from AND resource_id IS NOT NULL AND appointment_id IS NOT NULL`,
      { businessId, from, until, earliest: from - LONGEST },
    );
    const groups = Map.groupBy(taken, ({ resourceId }) => resourceId);
    return new Map([...groups].map(([id, lines]) => [id, new Set(lines.map((line) => line.id))]));
  },

  /** Everybody who works or worked there, for a history that names them by their ids. */
  async staffNames(businessId: number): Promise<Map<number, string>> {
    const staff = await rows<{ id: number; name: string }>(
      "SELECT id, name FROM staff WHERE business_id = $businessId",
      { businessId },
    );
    return new Map(staff.map(({ id, name }) => [id, name]));
  },
};

function wanted(filter: ListFilter) {
  const {
    search: typed = "",
    status,
    staffId,
    locationId,
    customerId,
    serviceId,
    until,
    when,
    at,
  } = filter;
  const search = searchFor(typed, ["LOWER(s.name)"], ANSWERS);
  const conditions = [
    "a.business_id = $businessId",
    search?.condition,
    status === "standing" ? "a.status <> 'cancelled'" : status && "a.status = $status",
    staffId && "a.staff_id = $staffId",
    locationId && "a.location_id = $locationId",
    customerId && "a.customer_id = $customerId",
    serviceId && "a.service_id = $serviceId",
    until !== undefined && "a.starts_at < $until",
    when !== "all" && `a.starts_at ${when === "from" ? ">=" : "<"} $at`,
  ].filter((condition) => typeof condition === "string");
  const order = when === "from" ? "a.starts_at, a.id" : "a.starts_at DESC, a.id DESC";
  const bind = { ...search?.bind, status, staffId, locationId, customerId, serviceId, until, at };
  return { conditions, order, bind };
}

const ANSWERS = `SELECT 1 FROM appointment_values v WHERE v.business_id = a.business_id
  AND v.appointment_id = a.id AND v.search`;
const COLUMNS = `a.id, a.starts_at AS "startsAt", a.ends_at AS "endsAt", a.zone, a.status,
  a.coming_at AS "comingAt", a.note, a.staff_id AS "staffId", t.name AS "staffName",
  a.location_id AS "locationId", s.name AS "serviceName",
  a.people, ${addedTo("a")} AS addons, a.customer_id AS "customerId", c.name AS "customerName",
  c.phone AS "customerPhone"`;
const IN_FULL = `${COLUMNS}, a.service_id AS "serviceId", a.series_id AS "seriesId",
  c.email AS "customerEmail", c.alert AS "customerAlert",
  c.erased_at IS NOT NULL AS "customerErased", a.phone AS "otherPhone",
  ${LOCATION_NAME} AS "locationName",
  a.price, a.sequence,
  a.created_at AS "createdAt", a.cancelled_at AS "cancelledAt"`;
const TABLES = `FROM appointments a
  JOIN customers c ON c.business_id = a.business_id AND c.id = a.customer_id
  JOIN services s ON s.business_id = a.business_id AND s.id = a.service_id
  JOIN staff t ON t.business_id = a.business_id AND t.id = a.staff_id`;
