// The waiting list: a time that becomes free is kept for the first it suits, who gets a mail; if
// she does not book it within half an hour, it goes to the next.
import {
  addDays,
  DAY,
  daysBetween,
  type Instant,
  instantToLocal,
  type LocalDate,
  MINUTE,
} from "../domain/time.ts";
import { suits, type WaitingWish } from "../domain/waiting.ts";
import { enqueue } from "../jobs.ts";
import { linkToken } from "../links.ts";
import { hashToken, newToken } from "../secrets.ts";
import { TimeTaken } from "./allocation.ts";
import { type Catalogue, catalogueAt, catalogueOfId, offered, withAddons } from "./catalogue.ts";
import { rows, run, transaction } from "./database.ts";
import { Delivery } from "./delivery.ts";
import { Hold } from "./hold.ts";
import { type Candidate, type Question, startsOn } from "./starts.ts";
import {
  ENTRY,
  entryFrom,
  type StoredEntry,
  WaitingEntries,
  type WaitingEntry,
} from "./waiting-entry.ts";
import { endWait } from "./waiting-leaving.ts";
import { expireOffers, insertOffer, offeredTo } from "./waiting-offer.ts";

const KEPT = 30 * MINUTE;
// Then it is nobody's yet: the next round of the sweep gives it to the next. If no worker is there to
// do so, it is anybody's.
const HELD_BACK = 3 * MINUTE;
// Where many times become free at once, nobody gets a mail each half hour of the night.
const MOST_A_DAY = 3;
const AT_ONCE = 200; // entries of a business; the next round comes within a minute

export const Waiting = {
  /**
   * Ends what nobody answered, then goes through all who wait, those who joined first at first, and
   * keeps for each the first start that suits her.
   */
  async offer(businessId: number, now: Instant): Promise<void> {
    await transaction(() => expireOffers(businessId, now));
    const entries = await waitingFor(businessId, now);
    if (entries.length === 0) return;
    const catalogue = await catalogueOfId(businessId);
    for (const entry of entries)
      if (isOver(catalogue, entry, now)) await endWait(entry, now);
      else await offerTo(catalogue, entry, now);
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

/** Somebody else has offered her another time, or she has left. */
class NotWaiting extends Error {}

async function waitingFor(businessId: number, now: Instant): Promise<WaitingEntry[]> {
  const found = await rows<StoredEntry>(
    `SELECT ${ENTRY} FROM waiting_entries e
     WHERE e.business_id = $businessId AND e.state = 'waiting'
       AND (SELECT COUNT(*) FROM waiting_offers o WHERE o.business_id = e.business_id
         AND o.waiting_entry_id = e.id AND o.created_at > $since) < ${MOST_A_DAY}
     ORDER BY e.created_at, e.id LIMIT ${AT_ONCE}`,
    { businessId, since: now - DAY },
  );
  return found.map(entryFrom);
}

function isOver(catalogue: Catalogue, { locationId, toDate }: WaitingEntry, now: Instant): boolean {
  const { zone } = catalogueAt(catalogue, locationId).business;
  return instantToLocal(now, zone).date > toDate;
}

async function offerTo(catalogue: Catalogue, entry: WaitingEntry, now: Instant): Promise<void> {
  const question = questionOf(catalogue, entry, now);
  if (!question) return;
  // Not inside the notice even if she books in the last minute.
  const earliest = now + KEPT + question.service.bookingNotice * MINUTE;
  const starts = await suiting(question, entry, earliest);
  if (starts.length === 0) return;
  const before = await offeredTo(entry.businessId, entry.id);
  for (const start of starts.filter((one) => !before.has(one)))
    try {
      return await keepFor(entry, question, start);
    } catch (error) {
      if (error instanceof NotWaiting) return;
      if (!(error instanceof TimeTaken)) throw error;
    }
}

/** Undefined where nothing can be booked for now. */
function questionOf(catalogue: Catalogue, entry: WaitingEntry, now: Instant): Question | undefined {
  const service = offered(catalogue).find(({ id }) => id === entry.serviceId);
  if (!service?.waitingList || !catalogue.business.bookingsOpen) return undefined;
  const addons = catalogue.addons.filter(({ id }) => entry.addonIds.includes(id));
  return {
    catalogue: catalogueAt(catalogue, entry.locationId),
    service: withAddons(service, addons),
    addons,
    people: entry.people,
    staffId: entry.staffId ?? undefined,
    now,
  };
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

/** @throws TimeTaken, NotWaiting */
async function keepFor(entry: WaitingEntry, question: Question, start: Instant): Promise<void> {
  const nonce = newToken();
  const token = linkToken("waiting_offer", nonce);
  const { now, service } = question;
  const { businessId, id: entryId } = entry;
  const offer = {
    businessId,
    entryId,
    startsAt: start,
    endsAt: start + service.minutes * MINUTE,
    expiresAt: now + KEPT,
    nonce,
    hash: hashToken(token),
  };
  const along = async ({ staffId }: Candidate) => {
    await markOffered(entry);
    const owed = { businessId, kind: "waiting_offer", dueAt: now } as const;
    const [deliveryId = 0] = await Delivery.owe([owed], now);
    if (!(await insertOffer({ ...offer, deliveryId, staffId }, now))) throw new NotWaiting();
  };
  await Hold.take(question, start, {
    kept: KEPT,
    heldBack: HELD_BACK,
    token,
    offered: true,
    along,
  });
}

/** Of two workers, the second finds her offered a time already. */
async function markOffered({ businessId, id }: WaitingEntry): Promise<void> {
  const marked = await run(
    `UPDATE waiting_entries SET state = 'offered'
     WHERE business_id = $businessId AND id = $id AND state = 'waiting'`,
    { businessId, id },
  );
  if (marked === 0) throw new NotWaiting();
}

function later(a: LocalDate, b: LocalDate): LocalDate {
  return a > b ? a : b;
}

function earlier(a: LocalDate, b: LocalDate): LocalDate {
  return a < b ? a : b;
}
