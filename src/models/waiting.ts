// The waiting list: a time that becomes free is kept for the first it suits, who gets a mail; if
// she does not book it within half an hour, it goes to the next.
import {
  addDays,
  DAY,
  daysBetween,
  type Instant,
  instantToLocal,
  type LocalDate,
} from "../domain/time.ts";
import { suits, type WaitingWish } from "../domain/waiting.ts";
import { enqueue } from "../jobs.ts";
import { TimeTaken } from "./allocation.ts";
import { type Catalogue, catalogueAt, catalogueOfId } from "./catalogue.ts";
import { rows, transaction } from "./database.ts";
import { type Question, startsOn } from "./starts.ts";
import {
  ENTRY,
  entryFrom,
  type StoredEntry,
  WaitingEntries,
  type WaitingEntry,
} from "./waiting-entry.ts";
import { earliestOf, keepFor, NotWaiting, questionOf } from "./waiting-keeping.ts";
import { endWait } from "./waiting-leaving.ts";
import { expireOffers, offeredTo } from "./waiting-offer.ts";

// Where many times become free at once, nobody gets a mail each half hour of the night.
const MOST_A_DAY = 3;
const AT_ONCE = 200; // entries of a business in one query

export const Waiting = {
  /**
   * Ends what nobody answered, then goes through all who wait, those who joined first at first, and
   * keeps for each the first start that suits her.
   */
  async offer(businessId: number, now: Instant): Promise<void> {
    await transaction(() => expireOffers(businessId, now));
    let entries = await waitingFor(businessId, undefined, now);
    if (entries.length === 0) return;
    const catalogue = await catalogueOfId(businessId);
    const unsuited = new Set<string>();
    for (; entries.length > 0; entries = await waitingFor(businessId, entries.at(-1), now))
      for (const entry of entries)
        if (isOver(catalogue, entry, now)) await endWait(entry, now);
        else await offerTo(catalogue, entry, unsuited, now);
  },

  /** Whether a start that suits is free as it is, so that there is nothing to wait for. */
  async isFree(question: Question, wish: WaitingWish): Promise<boolean> {
    return (await suiting(question, wish, question.now)).length > 0;
  },

  /**
   * Rings for every business with somebody who waits: offers end, days end, and whatever else may
   * have made a time free.
   * @throws while Redis is away
   */
  async sweep(now: Instant): Promise<void> {
    await WaitingEntries.forget(now);
    const found = await rows<{ businessId: number }>(
      `SELECT DISTINCT business_id AS "businessId" FROM waiting_entries WHERE ended_at IS NULL`,
    );
    await enqueue(
      found.map(({ businessId }) => ({
        name: "waiting.offer",
        payload: { businessId },
        id: `waiting-${businessId}`,
      })),
    );
  },
};

/** The next of them; who may not book online is kept no time. */
async function waitingFor(
  businessId: number,
  last: WaitingEntry | undefined,
  now: Instant,
): Promise<WaitingEntry[]> {
  const found = await rows<StoredEntry>(
    `SELECT ${ENTRY} FROM waiting_entries e
     WHERE e.business_id = $businessId AND e.state = 'waiting' AND e.id > $after
       AND NOT EXISTS (SELECT 1 FROM customers c WHERE c.business_id = e.business_id
         AND c.email = e.email AND c.blocked_at IS NOT NULL)
       AND (SELECT COUNT(*) FROM waiting_offers o WHERE o.business_id = e.business_id
         AND o.waiting_entry_id = e.id AND o.created_at > $since) < ${MOST_A_DAY}
     ORDER BY e.id LIMIT ${AT_ONCE}`,
    { businessId, after: last?.id ?? 0, since: now - DAY },
  );
  return found.map(entryFrom);
}

function isOver(catalogue: Catalogue, { locationId, toDate }: WaitingEntry, now: Instant): boolean {
  const { zone } = catalogueAt(catalogue, locationId).business;
  return instantToLocal(now, zone).date > toDate;
}

/** @param unsuited the wishes that no start suits, each asked about once a round: more is only taken */
async function offerTo(
  catalogue: Catalogue,
  entry: WaitingEntry,
  unsuited: Set<string>,
  now: Instant,
): Promise<void> {
  const wish = wishOf(entry);
  const question = unsuited.has(wish) ? undefined : questionOf(catalogue, entry, now);
  if (!question) return;
  const starts = await suiting(question, entry, earliestOf(question));
  if (starts.length === 0) {
    unsuited.add(wish);
    return;
  }
  const before = await offeredTo(entry.businessId, entry.id);
  for (const start of starts.filter((one) => !before.has(one)))
    try {
      return await keepFor(entry, question, start);
    } catch (error) {
      if (error instanceof NotWaiting) return;
      if (!(error instanceof TimeTaken)) throw error;
    }
}

/** What she waits for, whoever she is. */
function wishOf(entry: WaitingEntry): string {
  const { serviceId, staffId, locationId, people, addonIds } = entry;
  const { fromDate, toDate, fromMinute, toMinute } = entry;
  const when = [fromDate, toDate, fromMinute, toMinute];
  return JSON.stringify([serviceId, staffId, locationId, people, addonIds, when]);
}

async function suiting(
  question: Question,
  wish: WaitingWish,
  earliest: Instant,
): Promise<Instant[]> {
  const { zone } = question.catalogue.business;
  const today = instantToLocal(question.now, zone).date;
  const from = later(wish.fromDate, today);
  const until = earlier(wish.toDate, addDays(today, question.service.horizonDays));
  if (until < from) return [];
  const found = await startsOn(question, from, daysBetween(from, until) + 1);
  return found
    .map(({ start }) => start)
    .filter((start) => start >= earliest && suits(wish, instantToLocal(start, zone)));
}

function later(a: LocalDate, b: LocalDate): LocalDate {
  return a > b ? a : b;
}

function earlier(a: LocalDate, b: LocalDate): LocalDate {
  return a < b ? a : b;
}
