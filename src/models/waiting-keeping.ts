// Keeping a time for somebody on the waiting list: a hold, an offer and a mail that belong together.
import { type Instant, MINUTE } from "../domain/time.ts";
import { linkToken } from "../links.ts";
import { hashToken, newToken } from "../secrets.ts";
import { type Catalogue, catalogueAt, offered, withAddons } from "./catalogue.ts";
import { run } from "./database.ts";
import { Delivery } from "./delivery.ts";
import { Hold } from "./hold.ts";
import type { Candidate, Question } from "./starts.ts";
import type { WaitingEntry } from "./waiting-entry.ts";
import { insertOffer } from "./waiting-offer.ts";

const KEPT = 30 * MINUTE;
// Then it is nobody's yet: the next round of the sweep gives it to the next. If no worker is there to
// do so, it is anybody's.
const HELD_BACK = 3 * MINUTE;

/** Somebody else has offered her another time, or she has left. */
export class NotWaiting extends Error {}

/** Undefined where nothing can be booked for now. */
export function questionOf(
  catalogue: Catalogue,
  entry: WaitingEntry,
  now: Instant,
): Question | undefined {
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

/** Not inside the notice even if she books in the last minute. */
export function earliestOf({ now, service }: Question): Instant {
  return now + KEPT + service.bookingNotice * MINUTE;
}

/**
 * @param then more to do in the same transaction
 * @throws TimeTaken, NotWaiting
 */
export async function keepFor(
  entry: WaitingEntry,
  question: Question,
  start: Instant,
  then?: () => Promise<void>,
): Promise<void> {
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
    await then?.();
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
