// Who is tried for a start, and in which order: those who are free, the fairest first.
import { chooseProvider } from "../domain/assignment.ts";
import { addDays, dayStart, type Instant, MINUTE } from "../domain/time.ts";
import { TimeTaken } from "./allocation.ts";
import type { Catalogue } from "./catalogue.ts";
import { rows } from "./database.ts";
import { type Candidate, candidatesAt, mondayOf, type Question } from "./starts.ts";

type Options = {
  /** Notice, horizon, step and hours are left out of account; never what is taken. */
  override?: boolean;
  /** Tried before all others if free. */
  first?: number | undefined;
};

/**
 * What the first attempt gives that succeeds; an attempt that gives nothing was too late. Who loses
 * a room or a seat to somebody quicker looks again whether there is another.
 * @throws TimeTaken when nobody is free, or no longer
 */
export async function tryInTurn<T>(
  question: Question,
  start: Instant,
  attempt: (candidate: Candidate) => Promise<T | undefined>,
  { override = false, first }: Options = {},
): Promise<T> {
  const rooms = question.service.needs.flat().length;
  const rounds = Math.min(rooms > 1 ? rooms + 1 : 1, MOST_ROUNDS);
  for (let round = 0; round < rounds; round++) {
    const candidates = await candidatesAt(question, start, override);
    if (candidates.length === 0) break;
    for (const candidate of await inFairOrder(question, candidates, start, first)) {
      const done = await attempt(candidate);
      if (done !== undefined) return done;
    }
  }
  throw new TimeTaken();
}

export async function unlessTaken<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TimeTaken) return undefined;
    throw error;
  }
}

const MOST_ROUNDS = 20;

/**
 * Best first: a group that there is already fills before another begins; then the fewest booked
 * minutes that week, then the list's order.
 */
async function inFairOrder(
  { catalogue }: Question,
  candidates: readonly Candidate[],
  start: Instant,
  first: number | undefined,
): Promise<Candidate[]> {
  if (candidates.length < 2) return [...candidates];
  const booked = await bookedMinutes(catalogue, start);
  const left = new Map(
    candidates.map((candidate) => [
      candidate.staffId,
      {
        candidate,
        staffId: candidate.staffId,
        bookedMinutesThatWeek: minutesOf(candidate, first, booked),
        position: catalogue.providers.findIndex(({ id }) => id === candidate.staffId),
      },
    ]),
  );
  const order: Candidate[] = [];
  for (let next = chooseProvider([...left.values()]); next !== undefined;) {
    const chosen = left.get(next);
    if (chosen) order.push(chosen.candidate);
    left.delete(next);
    next = chooseProvider([...left.values()]);
  }
  return order;
}

function minutesOf(
  { staffId, joins }: Candidate,
  first: number | undefined,
  booked: ReadonlyMap<number, number>,
): number {
  if (joins) return -2;
  return staffId === first ? -1 : (booked.get(staffId) ?? 0);
}

async function bookedMinutes(
  { business }: Catalogue,
  start: Instant,
): Promise<Map<number, number>> {
  const monday = mondayOf(start, business.zone);
  const booked = await rows<{ staffId: number; minutes: number }>(
    `SELECT staff_id AS "staffId", CAST(SUM(ends_at - starts_at) / ${MINUTE} AS INTEGER) AS minutes
     FROM (SELECT DISTINCT staff_id, service_id, starts_at, ends_at FROM appointments
       WHERE business_id = $businessId AND starts_at >= $from AND starts_at < $until
         AND status <> 'cancelled') AS booked
     GROUP BY staff_id`,
    {
      businessId: business.id,
      from: dayStart(monday, business.zone),
      until: dayStart(addDays(monday, 7), business.zone),
    },
  );
  return new Map(booked.map(({ staffId, minutes }) => [staffId, minutes]));
}
