// When providers are busy by calendars elsewhere.
import { type Interval, normalise } from "../domain/intervals.ts";
import { hashToken } from "../secrets.ts";
import { isPostgres, run } from "./database.ts";

/**
 * What takes time from the providers of $businessId between $from and $until, as `staffId`, `from`,
 * `until` and `kind`: busy times read elsewhere, and all of the range where a calendar has not been read for
 * so long that nobody knows. $earliest is $from less the longest piece (48 hours).
 */
export const CALENDAR_BUSY = `SELECT staff_id AS "staffId", busy_from AS "from",
    busy_until AS "until", 'calendar' AS kind
  FROM calendar_busy
  WHERE business_id = $businessId AND busy_from < $until
    AND busy_from > $earliest AND busy_until > $from
  UNION ALL
  SELECT DISTINCT staff_id, CAST($from AS BIGINT), CAST($until AS BIGINT), 'calendar-unread'
  FROM remote_calendars
  WHERE business_id = $businessId AND trusted_until <= $now`;

const LONGEST_PIECE = 48 * 60 * 60 * 1000;

/** In pieces of two days at the most. */
export function pieces(busy: readonly Interval[]): Interval[] {
  return normalise(busy).flatMap(({ start, end }) =>
    Array.from({ length: Math.ceil((end - start) / LONGEST_PIECE) }, (_, i) => {
      const from = start + i * LONGEST_PIECE;
      return { start: from, end: Math.min(from + LONGEST_PIECE, end) };
    }),
  );
}

/** Names exactly these times. */
export function hashOf(busy: readonly Interval[]): string {
  return hashToken(busy.map(({ start, end }) => `${start}-${end}`).join());
}

type Owner = { businessId: number; calendarId: number; staffId: number };

/** All of a calendar's times at once. Inside a transaction. */
export async function replaceBusy(
  { businessId, calendarId, staffId }: Owner,
  busy: readonly Interval[],
): Promise<void> {
  await run(
    `DELETE FROM calendar_busy
     WHERE business_id = $businessId AND remote_calendar_id = $calendarId`,
    { businessId, calendarId },
  );
  const list = JSON.stringify(pieces(busy));
  await run(INSERT, { businessId, calendarId, staffId, list });
}

const LIST = isPostgres
  ? `json_to_recordset($list::json) AS piece ("start" BIGINT, "end" BIGINT)`
  : `(SELECT value ->> 'start' AS "start", value ->> 'end' AS "end" FROM json_each($list)) piece`;

const INSERT = `INSERT INTO calendar_busy
    (business_id, remote_calendar_id, staff_id, busy_from, busy_until)
  SELECT CAST($businessId AS INTEGER), CAST($calendarId AS INTEGER), CAST($staffId AS INTEGER),
    piece."start", piece."end"
  FROM ${LIST}`;
