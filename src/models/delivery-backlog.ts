// How the deliveries of all businesses stand, for the operators: counts and an instant, nobody's data.
import { DAY, type Instant } from "../domain/time.ts";
import { rows } from "./database.ts";

export type DeliveryBacklog = {
  /** Owed and due: what workers should be sending. */
  due: number;
  /** When the oldest of these was due. */
  oldestDueAt: Instant | null;
  /** Owed for later: reminders, and mails that are tried again. */
  later: number;
  /** In the last day, given up. */
  failed: number;
  /** In the last day, sent or not: nobody knows. */
  unknown: number;
};

const REMEMBERED = DAY;

export async function deliveryBacklog(now: Instant): Promise<DeliveryBacklog> {
  const [found] = await rows<DeliveryBacklog>(BACKLOG, { now, since: now - REMEMBERED });
  if (!found) throw new Error("nothing was counted");
  return found;
}

const BACKLOG = `SELECT owed.due, owed.oldest AS "oldestDueAt", owed.later,
    ended.failed, ended.unknown
  FROM (SELECT COUNT(*) FILTER (WHERE due_at <= $now) AS due,
      MIN(due_at) FILTER (WHERE due_at <= $now) AS oldest,
      COUNT(*) FILTER (WHERE due_at > $now) AS later
    FROM deliveries WHERE finished_at IS NULL AND state = 'pending') owed,
    (SELECT COUNT(*) FILTER (WHERE state = 'failed') AS failed,
      COUNT(*) FILTER (WHERE state = 'unknown') AS unknown
    FROM deliveries WHERE state IN ('failed', 'unknown') AND finished_at > $since) ended`;
