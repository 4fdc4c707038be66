import { keptFor } from "../domain/data-classes.ts";
import { dayStart, type Instant, instantToLocal, type LocalDate, MINUTE } from "../domain/time.ts";
import { Conflict, Gone } from "../errors.ts";
import { hashToken, newToken } from "../secrets.ts";
import { Allocation, type Limit, type Stretch } from "./allocation.ts";
import { type Catalogue, type CatalogueService } from "./catalogue.ts";
import { type Flag, isPostgres, rows, run, transaction } from "./database.ts";
import { type Candidate, mondayOf, type Question } from "./starts.ts";
import { groupKey } from "./taken.ts";
import { tryInTurn, unlessTaken } from "./turns.ts";
import { offerTaken } from "./waiting-offer.ts";

/** A start kept while the form is filled in. */
export type Hold = {
  id: number;
  businessId: number;
  serviceId: number;
  staffId: number;
  anyStaff: boolean;
  /** To somebody on the waiting list. */
  offered: boolean;
  startsAt: Instant;
  expiresAt: Instant;
  locationId: number;
  people: number;
  addonIds: number[];
  /** What it has become, so that pressing twice books once. */
  appointmentId: number | null;
};

/** How a hold is kept that is not a visitor's own. */
export type Keeping = {
  /** Milliseconds; ten minutes unless told otherwise. */
  kept?: number;
  /** Milliseconds after that in which nobody else gets the time either, unless it is given back. */
  heldBack?: number;
  /** One that can be made again, for a mail. */
  token?: string;
  /** To somebody on the waiting list. */
  offered?: boolean;
  /** What else is written in the same transaction, first of all; what it throws undoes it. */
  along?: (candidate: Candidate) => Promise<void>;
};

const KEPT = 10 * MINUTE;
const REMEMBERED = keptFor("hold"); // a form sent again after that finds nothing, and the customer chooses anew

export const Hold = {
  /**
   * Keeps a start for ten minutes: with the provider asked for, or with whoever is free and has
   * the least to do that week.
   * @returns the token of the details form
   * @throws TimeTaken when it is not, or no longer, to be had
   */
  async take(question: Question, start: Instant, keeping: Keeping = {}): Promise<string> {
    return tryInTurn(question, start, (candidate) => hold(question, candidate, start, keeping));
  },

  /** @throws Gone for a hold that is long over, or never was */
  async withToken(token: string): Promise<Hold> {
    return onlyHold(`token_hash = $key`, hashToken(token));
  },

  /** The same row as it is by now. */
  async again(id: number): Promise<Hold> {
    return onlyHold("id = $key", id);
  },

  /** The same row, locked until the transaction ends. */
  async lock(id: number): Promise<Hold> {
    return onlyHold(`id = $key${isPostgres ? " FOR UPDATE" : ""}`, id);
  },

  /**
   * Gives the time back before it expires. Twice is once.
   * @throws Conflict for one that has been booked
   */
  async release({ id, businessId }: Hold, now: Instant): Promise<void> {
    await transaction(async () => {
      const { appointmentId } = await Hold.lock(id);
      if (appointmentId !== null) throw new Conflict("The time has been booked");
      await Allocation.releaseHold(businessId, id);
      await run("UPDATE holds SET expires_at = $now WHERE id = $id AND expires_at > $now", {
        id,
        now,
      });
    });
  },

  async became(id: number, appointmentId: number): Promise<void> {
    const [changed] = await rows<{ offered: Flag; tokenHash: string }>(
      `UPDATE holds SET appointment_id = $appointmentId WHERE id = $id
       RETURNING offered, token_hash AS "tokenHash"`,
      { id, appointmentId },
    );
    if (changed?.offered) await offerTaken(changed.tokenHash, appointmentId);
  },

  /** Forgets holds that ended a day ago; what they kept had been free since they expired. */
  async sweep(now: Instant): Promise<number> {
    const before = now - REMEMBERED;
    return transaction(() => run("DELETE FROM holds WHERE expires_at < $before", { before }));
  },
};

/** What a start takes with whoever is tried. */
export function stretchOf(
  { catalogue, service, people = 1 }: Question,
  { staffId, resourceIds }: Candidate,
  start: Instant,
): Stretch {
  const { id: businessId, travelMinutes } = catalogue.business;
  const from = start - service.bufferBefore * MINUTE;
  const key = groupKey(service.id, staffId, start);
  return {
    businessId,
    staffId,
    resourceIds,
    locationId: catalogue.location.id,
    from,
    until: start + (service.minutes + service.bufferAfter) * MINUTE,
    awayFrom: travelMinutes === 0 ? null : from - travelMinutes * MINUTE,
    group: service.seats === 1 ? null : { key, seats: service.seats, people },
    limits: limitsOf(catalogue, service, staffId, start),
  };
}

function limitsOf(
  { business: { zone } }: Catalogue,
  { id, dailyLimit, weeklyLimit }: CatalogueService,
  staffId: number,
  start: Instant,
): Limit[] {
  const limits: Limit[] = [];
  const add = (per: "day" | "week", day: LocalDate, most: number) =>
    limits.push({ subject: `${per}:${id}:${staffId}:${day}`, at: dayStart(day, zone), most });
  if (dailyLimit !== null) add("day", instantToLocal(start, zone).date, dailyLimit);
  if (weeklyLimit !== null) add("week", mondayOf(start, zone), weeklyLimit);
  return limits;
}

async function hold(
  question: Question,
  candidate: Candidate,
  start: Instant,
  { kept = KEPT, heldBack = 0, token = newToken(), offered = false, along }: Keeping,
): Promise<string | undefined> {
  const { catalogue, service, staffId: asked, addons = [], people = 1, now } = question;
  const bind = {
    businessId: catalogue.business.id,
    serviceId: service.id,
    staffId: candidate.staffId,
    anyStaff: asked === undefined,
    locationId: catalogue.location.id,
    people,
    addonIds: JSON.stringify(addons.map(({ id }) => id)),
    start,
    hash: hashToken(token),
    expiresAt: now + kept,
    offered,
    now,
  };
  return unlessTaken(() =>
    transaction(async () => {
      await along?.(candidate);
      const [row] = await rows<{ id: number }>(INSERT, bind);
      const claim = { holdId: row?.id ?? 0, expiresAt: bind.expiresAt + heldBack };
      await Allocation.take(stretchOf(question, candidate, start), claim, now);
      return token;
    }),
  );
}

const INSERT = `INSERT INTO holds
    (business_id, service_id, staff_id, any_staff, location_id, people, addon_ids, starts_at,
     token_hash, expires_at, offered, created_at)
  VALUES ($businessId, $serviceId, $staffId, $anyStaff, $locationId, $people, $addonIds, $start,
     $hash, $expiresAt, $offered, $now)
  RETURNING id`;

type StoredHold = Omit<Hold, "anyStaff" | "offered" | "addonIds"> & {
  anyStaff: Flag;
  offered: Flag;
  addonIds: string;
};

async function onlyHold(where: string, key: string | number): Promise<Hold> {
  const [found] = await rows<StoredHold>(
    `SELECT id, business_id AS "businessId", service_id AS "serviceId", staff_id AS "staffId",
       any_staff AS "anyStaff", offered, location_id AS "locationId", people, addon_ids AS "addonIds",
       starts_at AS "startsAt", expires_at AS "expiresAt",
       appointment_id AS "appointmentId"
     FROM holds WHERE ${where}`,
    { key },
  );
  if (!found) throw new Gone("The time is no longer kept for you: please choose one anew");
  const addonIds = JSON.parse(found.addonIds) as number[];
  return { ...found, anyStaff: Boolean(found.anyStaff), offered: Boolean(found.offered), addonIds };
}
