// Reading calendars elsewhere, every few minutes, and what follows when one cannot be read.
import { type Reading, readCalendar } from "../calendar-reading.ts";
import type { Interval } from "../domain/intervals.ts";
import { DAY, type Instant, MINUTE, type Zone } from "../domain/time.ts";
import { enqueue } from "../jobs.ts";
import { type OutboundAnswer, OutboundError, send } from "../outbound.ts";
import { hashOf, replaceBusy } from "./calendar-busy.ts";
import { rows, run, transaction } from "./database.ts";
import { oweOwners } from "./delivery-to-staff.ts";
import { patiently } from "./patience.ts";
import { addressOf, readingBell, TRUSTED_FOR } from "./remote-calendar.ts";

const EVERY = 15 * MINUTE;
const HOPELESS_EVERY = 60 * MINUTE; // once it has failed for a day
const LEASE = 5 * MINUTE;
const LARGEST = 10 * 2 ** 20; // bytes
const ANSWERING = 30_000; // ms
const REDIRECTS = 4;
// As far as anybody can book, and a day more, because it is not read in full each time.
const AHEAD = 732 * DAY;
const IN_FULL_EVERY = DAY;
const BELLS_AT_ONCE = 1000;

/**
 * Reads it once, if it is due and nobody else does. What it says replaces what was known; when it
 * cannot be read, what was known stays for a day.
 */
export async function readRemoteCalendar(id: number, now: Instant): Promise<void> {
  const calendar = await claim(id, now);
  if (!calendar) return;
  const outcome = await read(calendar, now);
  await patiently(() => transaction(() => finish(calendar, outcome, now)));
}

/**
 * Rings for those that are due, and tells the provider and the owners of those that have become
 * unknown.
 * @throws while Redis is away
 */
export async function sweepRemoteCalendars(now: Instant): Promise<void> {
  await transaction(() => tellOfLost(now));
  const due = await rows<{ id: number }>(
    `SELECT id FROM remote_calendars
     WHERE due_at <= $now AND (claimed_at IS NULL OR claimed_at < $expired)
     ORDER BY due_at LIMIT ${BELLS_AT_ONCE}`,
    { now, expired: now - LEASE },
  );
  await enqueue(due.map(readingBell));
}

type Claimed = {
  id: number;
  businessId: number;
  staffId: number;
  /** Sealed. */
  url: string;
  etag: string | null;
  lastModified: string | null;
  busyHash: string | null;
  expandedAt: Instant | null;
  readAt: Instant | null;
  createdAt: Instant;
  claimedAt: Instant;
  zone: Zone;
};

type Outcome =
  | { state: "same" }
  | { state: "read"; busy: Interval[]; etag: string | null; lastModified: string | null }
  | { state: "failed"; reason: string; status: number | null };

async function claim(id: number, now: Instant): Promise<Claimed | undefined> {
  if (!Number.isSafeInteger(id)) return undefined;
  const [calendar] = await transaction(async () => {
    const taken = await run(
      `UPDATE remote_calendars SET claimed_at = $now
       WHERE id = $id AND due_at <= $now AND (claimed_at IS NULL OR claimed_at < $expired)`,
      { id, now, expired: now - LEASE },
    );
    return taken === 0 ? [] : rows<Claimed>(CLAIMED, { id });
  });
  return calendar;
}

const CLAIMED = `SELECT r.id, r.business_id AS "businessId", r.staff_id AS "staffId", r.url, r.etag,
    r.last_modified AS "lastModified", r.busy_hash AS "busyHash", r.expanded_at AS "expandedAt",
    r.read_at AS "readAt", r.created_at AS "createdAt", r.claimed_at AS "claimedAt", b.zone
  FROM remote_calendars r JOIN businesses b ON b.id = r.business_id
  WHERE r.id = $id`;

async function read(calendar: Claimed, now: Instant): Promise<Outcome> {
  const url = addressOf(calendar.url);
  if (url === undefined) return failed("secret");
  try {
    const answer = await send({
      url,
      headers: { Accept: "text/calendar", ...conditions(calendar, now) },
      most: LARGEST,
      within: ANSWERING,
      redirects: REDIRECTS,
    });
    return await understood(calendar, answer, now);
  } catch (error) {
    return failed(error instanceof OutboundError ? error.code : "unreachable");
  }
}

/** "Only if it has changed": but what repeats for ever must be followed into the future each day. */
function conditions(calendar: Claimed, now: Instant): Record<string, string> {
  const { etag, lastModified, expandedAt } = calendar;
  if (expandedAt === null || expandedAt <= now - IN_FULL_EVERY) return {};
  if (etag !== null) return { "If-None-Match": etag };
  return lastModified === null ? {} : { "If-Modified-Since": lastModified };
}

async function understood(
  calendar: Claimed,
  { status, headers, body }: OutboundAnswer,
  now: Instant,
): Promise<Outcome> {
  if (status === 304) return { state: "same" };
  if (status !== 200) return failed("status", status);
  const reading: Reading = await readCalendar({
    text: body.toString("utf8"),
    zone: calendar.zone,
    from: now - DAY,
    until: now + AHEAD,
    ownUids: await ownUids(calendar, now),
  });
  if ("code" in reading) return failed(reading.code);
  const { etag = null, "last-modified": lastModified = null } = headers;
  return { state: "read", busy: reading.busy, etag, lastModified };
}

function failed(reason: string, status: number | null = null): Outcome {
  return { state: "failed", reason, status };
}

/** Of all that may come back from a calendar that shows our feed, cancelled ones included. */
async function ownUids({ businessId }: Claimed, now: Instant): Promise<string[]> {
  const found = await rows<{ uid: string }>(
    "SELECT uid FROM appointments WHERE business_id = $businessId AND starts_at > $since",
    { businessId, since: now - 3 * DAY },
  );
  return found.map(({ uid }) => uid);
}

/** Nothing is written down for one that was removed meanwhile. Inside a transaction. */
async function finish(calendar: Claimed, outcome: Outcome, now: Instant): Promise<void> {
  if (outcome.state === "failed") return giveUpFor(calendar, outcome, now);
  const { id, claimedAt, businessId, staffId, busyHash } = calendar;
  const news = outcome.state === "read" ? outcome : undefined;
  const hash = news ? hashOf(news.busy) : busyHash;
  const written = await run(
    `UPDATE remote_calendars
     SET read_at = $now, trusted_until = $trustedUntil, due_at = $dueAt, claimed_at = NULL,
       reason = NULL, status = NULL, told_at = NULL, busy_hash = $hash,
       etag = $etag, last_modified = $lastModified, expanded_at = $expandedAt
     WHERE id = $id AND claimed_at = $claimedAt`,
    {
      id,
      claimedAt,
      now,
      trustedUntil: now + TRUSTED_FOR,
      dueAt: now + EVERY,
      hash,
      etag: news ? news.etag : calendar.etag,
      lastModified: news ? news.lastModified : calendar.lastModified,
      expandedAt: news ? now : calendar.expandedAt,
    },
  );
  if (written > 0 && news && hash !== busyHash)
    await replaceBusy({ businessId, calendarId: id, staffId }, news.busy);
}

async function giveUpFor(
  { id, claimedAt, readAt, createdAt }: Claimed,
  { reason, status }: { reason: string; status: number | null },
  now: Instant,
): Promise<void> {
  const hopeless = (readAt ?? createdAt) < now - DAY;
  await run(
    `UPDATE remote_calendars
     SET reason = $reason, status = $status, claimed_at = NULL, due_at = $dueAt
     WHERE id = $id AND claimed_at = $claimedAt`,
    { id, claimedAt, reason, status, dueAt: now + (hopeless ? HOPELESS_EVERY : EVERY) },
  );
}

/** From now on its provider has no times to offer, and should know. */
async function tellOfLost(now: Instant): Promise<void> {
  const lost = await rows<{ businessId: number; staffId: number }>(
    `UPDATE remote_calendars SET told_at = $now
     WHERE trusted_until <= $now AND told_at IS NULL
     RETURNING business_id AS "businessId", staff_id AS "staffId"`,
    { now },
  );
  const each = new Map(lost.map((one) => [`${one.businessId} ${one.staffId}`, one]));
  for (const { businessId, staffId } of each.values())
    await oweOwners(businessId, "calendar_lost", now, staffId);
}
