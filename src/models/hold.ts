import { chooseProvider } from "../domain/assignment.ts";
import {
  DAY,
  dayStart,
  type Instant,
  instantToLocal,
  MINUTE,
  weekday,
  addDays,
} from "../domain/time.ts";
import { Gone } from "../errors.ts";
import { hashToken, newToken } from "../secrets.ts";
import { Allocation, type Stretch, TimeTaken } from "./allocation.ts";
import type { Catalogue, CatalogueService } from "./catalogue.ts";
import { type Flag, isPostgres, rows, run, transaction } from "./database.ts";
import { type Question, startAt } from "./starts.ts";

/** A start kept while the form is filled in. */
export type Hold = {
  id: number;
  businessId: number;
  serviceId: number;
  staffId: number;
  anyStaff: boolean;
  startsAt: Instant;
  expiresAt: Instant;
  /** What it has become, so that pressing twice books once. */
  appointmentId: number | null;
};

const KEPT = 10 * MINUTE;
const REMEMBERED = DAY; // a form sent again after that finds nothing, and the customer chooses anew

export const Hold = {
  /**
   * Keeps a start for ten minutes: with the provider asked for, or with whoever is free and has
   * the least to do that week.
   * @returns the token of the details form
   * @throws TimeTaken when it is not, or no longer, to be had
   */
  async take(question: Question, start: Instant): Promise<string> {
    const free = await startAt(question, start);
    if (!free) throw new TimeTaken();
    for (const staffId of await inFairOrder(question, free.staffIds, start)) {
      const token = await hold(question, staffId, start);
      if (token) return token;
    }
    throw new TimeTaken();
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

  async became(id: number, appointmentId: number): Promise<void> {
    await run("UPDATE holds SET appointment_id = $appointmentId WHERE id = $id", {
      id,
      appointmentId,
    });
  },

  /** Forgets holds that ended a day ago; what they kept had been free since they expired. */
  async sweep(now: Instant): Promise<number> {
    const before = now - REMEMBERED;
    return transaction(() => run("DELETE FROM holds WHERE expires_at < $before", { before }));
  },
};

/** What an appointment takes from its provider. */
export function stretchOf(
  businessId: number,
  service: CatalogueService,
  staffId: number,
  start: Instant,
): Stretch {
  return {
    businessId,
    staffId,
    from: start - service.bufferBefore * MINUTE,
    until: start + (service.minutes + service.bufferAfter) * MINUTE,
  };
}

async function hold(
  { catalogue, service, staffId: asked, now }: Question,
  staffId: number,
  start: Instant,
): Promise<string | undefined> {
  const token = newToken();
  const bind = {
    businessId: catalogue.business.id,
    serviceId: service.id,
    staffId,
    anyStaff: asked === undefined,
    start,
    hash: hashToken(token),
    expiresAt: now + KEPT,
    now,
  };
  try {
    await transaction(async () => {
      const [row] = await rows<{ id: number }>(INSERT, bind);
      const claim = { holdId: row?.id ?? 0, expiresAt: bind.expiresAt };
      await Allocation.take(stretchOf(bind.businessId, service, staffId, start), claim, now);
    });
    return token;
  } catch (error) {
    if (error instanceof TimeTaken) return undefined;
    throw error;
  }
}

const INSERT = `INSERT INTO holds
    (business_id, service_id, staff_id, any_staff, starts_at, token_hash, expires_at, created_at)
  VALUES ($businessId, $serviceId, $staffId, $anyStaff, $start, $hash, $expiresAt, $now)
  RETURNING id`;

/** Who is to be tried, best first: the fewest booked minutes that week, then the list's order. */
export async function inFairOrder(
  { catalogue }: Question,
  staffIds: readonly number[],
  start: Instant,
): Promise<number[]> {
  if (staffIds.length < 2) return [...staffIds];
  const booked = await bookedMinutes(catalogue, start);
  let candidates = staffIds.map((staffId) => ({
    staffId,
    bookedMinutesThatWeek: booked.get(staffId) ?? 0,
    position: catalogue.providers.findIndex(({ id }) => id === staffId),
  }));
  const order: number[] = [];
  for (
    let next = chooseProvider(candidates);
    next !== undefined;
    next = chooseProvider(candidates)
  ) {
    order.push(next);
    candidates = candidates.filter(({ staffId }) => staffId !== next);
  }
  return order;
}

async function bookedMinutes(
  { business }: Catalogue,
  start: Instant,
): Promise<Map<number, number>> {
  const { date } = instantToLocal(start, business.zone);
  const monday = addDays(date, 1 - weekday(date));
  const booked = await rows<{ staffId: number; minutes: number }>(
    `SELECT staff_id AS "staffId", CAST(SUM(ends_at - starts_at) / ${MINUTE} AS INTEGER) AS minutes
     FROM appointments
     WHERE business_id = $businessId AND starts_at >= $from AND starts_at < $until
       AND status <> 'cancelled'
     GROUP BY staff_id`,
    {
      businessId: business.id,
      from: dayStart(monday, business.zone),
      until: dayStart(addDays(monday, 7), business.zone),
    },
  );
  return new Map(booked.map(({ staffId, minutes }) => [staffId, minutes]));
}

async function onlyHold(where: string, key: string | number): Promise<Hold> {
  const [found] = await rows<Omit<Hold, "anyStaff"> & { anyStaff: Flag }>(
    `SELECT id, business_id AS "businessId", service_id AS "serviceId", staff_id AS "staffId",
       any_staff AS "anyStaff", starts_at AS "startsAt", expires_at AS "expiresAt",
       appointment_id AS "appointmentId"
     FROM holds WHERE ${where}`,
    { key },
  );
  if (!found) throw new Gone("The time is no longer kept for you: please choose one anew");
  return { ...found, anyStaff: Boolean(found.anyStaff) };
}
