import { addDays, dayStart, type Instant, type LocalDate, type Zone } from "../domain/time.ts";
import { NotFound } from "../errors.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import { rows, run } from "./database.ts";
import { toId } from "./id.ts";
import { inTurn } from "./set-up.ts";

/** Days on which a location is closed, both included; without one, the whole business is. */
export type ClosureFields = {
  from: LocalDate;
  to: LocalDate;
  reason: string;
  locationId?: number | null;
};
export type ClosureLine = ClosureFields & { id: number; locationId: number | null };

type Span = { startsAt: Instant; endsAt: Instant };

/** An appointment that a change of the set-up does not move. */
export type LeftBehind = Span & {
  id: number;
  zone: Zone;
  staffName: string;
  serviceName: string;
  customerName: string;
};

// More than that on a page is no help to anybody.
const MOST_LEFT_BEHIND = 200;
// No appointment is longer, so what reaches into a range is found in a short range of the index.
const LONGEST = 48 * 60 * 60 * 1000;

export const Closure = {
  /** Those that are not over on a day, in order, `limit` at most. */
  from(
    business: { id: number },
    since: LocalDate,
    { limit, offset }: { limit: number; offset: number },
  ): Promise<ClosureLine[]> {
    return rows<ClosureLine>(
      `SELECT id, from_date AS "from", to_date AS "to", reason, location_id AS "locationId"
       FROM closures
       WHERE business_id = $businessId AND to_date >= $since
       ORDER BY from_date, id LIMIT $limit OFFSET $offset`,
      { businessId: business.id, since, limit, offset },
    );
  },

  /** What is there already is not added again. */
  add(business: { id: number }, closure: ClosureFields, actor: Actor, now: Instant): Promise<void> {
    const businessId = business.id;
    return inTurn(business, async () => {
      const added = await run(
        `INSERT INTO closures (business_id, location_id, from_date, to_date, reason)
         SELECT CAST($businessId AS INTEGER), CAST($locationId AS INTEGER), CAST($from AS TEXT),
           CAST($to AS TEXT), CAST($reason AS TEXT)
         WHERE NOT EXISTS (SELECT 1 FROM closures
           WHERE business_id = $businessId AND from_date = $from AND to_date = $to
             AND COALESCE(location_id, 0) = COALESCE(CAST($locationId AS INTEGER), 0)
             AND reason = $reason)`,
        { businessId, locationId: null, ...closure },
      );
      if (added === 1) await AuditEntry.write({ businessId, action: "closure.added" }, actor, now);
    });
  },

  /** Holidays of a region, which is proposed again the next time. */
  addHolidays(
    business: { id: number },
    region: string,
    closures: readonly ClosureFields[],
    actor: Actor,
    now: Instant,
  ): Promise<void> {
    return inTurn(business, async () => {
      const choose = "UPDATE businesses SET holiday_region = $region WHERE id = $id";
      await run(choose, { region, id: business.id });
      for (const closure of closures) await Closure.add(business, closure, actor, now);
    });
  },

  /** @throws NotFound for what is gone, nobody's and somebody else's alike */
  remove(business: { id: number }, id: unknown, actor: Actor, now: Instant): Promise<void> {
    const businessId = business.id;
    return inTurn(business, async () => {
      const removed = await run(
        "DELETE FROM closures WHERE business_id = $businessId AND id = $id",
        { businessId, id: toId(id) },
      );
      if (removed === 0) throw new NotFound("closure");
      await AuditEntry.write({ businessId, action: "closure.removed" }, actor, now);
    });
  },

  /**
   * The appointments still ahead that reach into any of these closures, in order, in one query.
   * @param zones of each location: by its own clocks it is closed
   */
  async appointmentsIn(
    business: { id: number },
    closures: readonly ClosureFields[],
    zones: ReadonlyMap<number, Zone>,
    now: Instant,
  ): Promise<LeftBehind[]> {
    if (closures.length === 0) return [];
    const { condition, bind } = reachingInto(closures, zones);
    return rows<LeftBehind>(
      `SELECT a.id, a.starts_at AS "startsAt", a.ends_at AS "endsAt", a.zone, p.name AS "staffName",
         s.name AS "serviceName", c.name AS "customerName"
       FROM appointments a
       JOIN customers c ON c.business_id = a.business_id AND c.id = a.customer_id
       JOIN services s ON s.business_id = a.business_id AND s.id = a.service_id
       JOIN staff p ON p.business_id = a.business_id AND p.id = a.staff_id
       WHERE a.business_id = $businessId AND a.status NOT IN ('completed', 'no_show', 'cancelled') AND a.ends_at > $now
         AND a.starts_at > $earliest AND (${condition})
       ORDER BY a.starts_at, a.id LIMIT ${MOST_LEFT_BEHIND}`,
      { businessId: business.id, now, earliest: now - LONGEST, ...bind },
    );
  },
};

/** Closures one by one, and each by the zones of its locations: SQLite takes no longer conditions. */
function reachingInto(closures: readonly ClosureFields[], zones: ReadonlyMap<number, Zone>) {
  const bind: Record<string, Instant> = {};
  const conditions = closures.map(({ from, to, locationId }, i) => {
    const there = locationId ? [zones.get(locationId) ?? "UTC"] : [...new Set(zones.values())];
    const spans = there.map((zone, j) => {
      const { startsAt, endsAt } = closureSpan(from, to, zone);
      Object.assign(bind, { [`from${i}_${j}`]: startsAt, [`until${i}_${j}`]: endsAt });
      const within = [...zones].flatMap(([id, one]) => (one === zone ? [id] : []));
      const at = locationId ? [locationId] : within;
      return `(a.starts_at < $until${i}_${j} AND a.ends_at > $from${i}_${j}
        AND a.location_id IN (${at.join(", ")}))`;
    });
    return `(${spans.join(" OR ")})`;
  });
  return { condition: conditions.join(" OR "), bind };
}

/** From the first instant of the first day to the last of the last. */
function closureSpan(from: LocalDate, to: LocalDate, zone: Zone): Span {
  return { startsAt: dayStart(from, zone), endsAt: dayStart(addDays(to, 1), zone) };
}
