// Waiting lists as programs read them: one query a page, and pages that do not shift.
import type { Instant } from "../domain/time.ts";
import type { WaitingWish } from "../domain/waiting.ts";
import { NotFound } from "../errors.ts";
import { rows } from "./database.ts";
import { toId } from "./id.ts";
import type { WaitingState } from "./waiting-entry.ts";

export type FeedPlace = WaitingWish & {
  id: number;
  state: WaitingState;
  serviceId: number;
  serviceName: string;
  /** Null: anyone. */
  staffId: number | null;
  staffName: string | null;
  locationId: number;
  locationName: string;
  people: number;
  /** "" of one who has left. */
  name: string;
  email: string;
  phone: string | null;
  createdAt: Instant;
  endedAt: Instant | null;
  /** What is kept for her, and until when; null: nothing is. */
  offerStart: Instant | null;
  offerExpires: Instant | null;
};

type Page = {
  /** Only of this service. */
  serviceId?: number | undefined;
  /** When the last line of the page before joined, and its id; zeros for the first. */
  after: readonly number[];
  limit: number;
  now: Instant;
};

export const WaitingFeed = {
  /** Those that wait, in the order in which times are offered to them. */
  page(
    businessId: number,
    { serviceId = 0, after: [joined = 0, id = 0], limit, now }: Page,
  ): Promise<FeedPlace[]> {
    return rows<FeedPlace>(
      `${SELECT} WHERE e.business_id = $businessId AND e.ended_at IS NULL
         AND ($serviceId = 0 OR e.service_id = $serviceId)
         AND (e.created_at > $joined OR (e.created_at = $joined AND e.id > $id))
       ORDER BY e.created_at, e.id LIMIT $limit`,
      { businessId, serviceId, joined, id, limit, now },
    );
  },

  /** One that has ended, too. @throws NotFound for nobody's and somebody else's alike */
  async one(businessId: number, id: unknown, now: Instant): Promise<FeedPlace> {
    const [found] = await rows<FeedPlace>(
      `${SELECT} WHERE e.business_id = $businessId AND e.id = $id`,
      { businessId, id: toId(id), now },
    );
    if (!found) throw new NotFound("place on a waiting list");
    return found;
  },
};

const SELECT = `SELECT e.id, e.state, e.service_id AS "serviceId", s.name AS "serviceName",
    e.staff_id AS "staffId", p.name AS "staffName", e.location_id AS "locationId",
    l.name AS "locationName", e.people, e.name, e.email, e.phone, e.from_date AS "fromDate",
    e.to_date AS "toDate", e.from_minute AS "fromMinute", e.to_minute AS "toMinute",
    e.created_at AS "createdAt", e.ended_at AS "endedAt", o.starts_at AS "offerStart",
    o.expires_at AS "offerExpires"
  FROM waiting_entries e
  JOIN services s ON s.business_id = e.business_id AND s.id = e.service_id
  JOIN locations l ON l.business_id = e.business_id AND l.id = e.location_id
  LEFT JOIN staff p ON p.business_id = e.business_id AND p.id = e.staff_id
  LEFT JOIN waiting_offers o ON o.business_id = e.business_id AND o.waiting_entry_id = e.id
    AND o.state = 'open' AND o.expires_at > $now`;
