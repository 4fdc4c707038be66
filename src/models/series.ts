// The same appointment again and again (D9): planned first, so that whoever books sees which times
// are not to be had, and then booked as a whole or not at all.
import { type Occurrence, occurrences, type Recurrence } from "../domain/recurrence.ts";
import type { Instant } from "../domain/time.ts";
import { NotFound } from "../errors.ts";
import { isOnline } from "./appointment-booking.ts";
import { Allocation, TimeTaken } from "./allocation.ts";
import {
  type Booked,
  bookedBefore,
  bookedByForm,
  type BookingDetails,
  insertAppointment,
} from "./appointment-row.ts";
import { eventOf, tellTogether } from "./appointment-steps.ts";
import type { Actor } from "./audit-entry.ts";
import { rows, transaction } from "./database.ts";
import { Hold, stretchOf } from "./hold.ts";
import { moveSeries, planMove } from "./series-move.ts";
import {
  approveSeries,
  type By,
  cancelSeries,
  declineSeries,
  type Member,
  membersOf,
} from "./series-members.ts";
import { type Candidate, candidatesOver, farther, type Question } from "./starts.ts";

export type { By, Member };

/** `candidates` is empty where nobody is free; `start` null where the clocks skip that time. */
export type Planned = Occurrence & { candidates: readonly Candidate[] };

export type SeriesWish = {
  question: Question;
  recurrence: Recurrence;
  /** Where the plan begins. */
  first: Instant;
  /** How many times at most, the first included, whatever the recurrence says. */
  most: number;
  /** Those of the plan that are wanted; what is not of the plan is left out. */
  wanted: readonly Instant[];
  details: BookingDetails;
  actor: Actor;
  override?: boolean;
  /** What the customer came with, for the first of them. */
  hold?: Hold;
};

export const Series = {
  /**
   * Each occurrence with who is free then: one query, however many there are. The service's horizon
   * is for the first; those after it may lie beyond.
   */
  async plan({
    question,
    override = false,
    ...rest
  }: Pick<SeriesWish, "question" | "first" | "recurrence" | "most" | "override">): Promise<
    Planned[]
  > {
    const found = occurrencesOf({ question, ...rest });
    const starts = found.flatMap(({ start }) => (start === null ? [] : [start]));
    const free = await candidatesOver(farther(question), starts, override);
    return found.map((one) => ({
      ...one,
      candidates: one.start === null ? [] : (free.get(one.start) ?? []),
    }));
  },

  /**
   * All of them or none, in one transaction; the same form sent twice books once. One confirmation
   * that lists them all is owed, and a reminder for each.
   * @returns the first
   * @throws TimeTaken when one of them has gone meanwhile
   */
  async book(wish: SeriesWish): Promise<Booked> {
    const { question, wanted, recurrence, override = false, hold } = wish;
    const planned = new Set(occurrencesOf(wish).map(({ start }) => start));
    const starts = wanted.filter((start) => planned.has(start));
    try {
      const own = hold ? { ...question, exceptHold: hold.id } : question;
      const free = await candidatesOver(farther(own), starts, override);
      const chosen = withOneProvider(starts, free, hold?.staffId);
      return await transaction(() => bookAll(wish, chosen, JSON.stringify(recurrence)));
    } catch (error) {
      const sent = error instanceof TimeTaken && (await sentBefore(wish));
      if (sent) return sent;
      throw error;
    }
  },

  /** How it was booked. */
  async rule({ businessId, seriesId }: { businessId: number; seriesId: number | null }) {
    const [found] = await rows<{ rule: string }>(
      "SELECT rule FROM series WHERE business_id = $businessId AND id = $seriesId",
      { businessId, seriesId: seriesId ?? 0 },
    );
    if (!found) throw new NotFound("series");
    return JSON.parse(found.rule) as Recurrence;
  },

  /** The first of its appointments. @throws NotFound for nobody's and somebody else's alike */
  async find(businessId: number, id: number): Promise<Member> {
    const [first] = await membersOf({ businessId, seriesId: id });
    if (!first) throw new NotFound("series");
    return first;
  },

  /** Whether this very form has booked already. */
  async isBooked(businessId: number, uid: string | undefined): Promise<boolean> {
    return (await bookedByForm(businessId, uid)) !== undefined;
  },

  members: membersOf,
  cancel: cancelSeries,
  approve: approveSeries,
  decline: declineSeries,
  planMove,
  move: moveSeries,
};

function occurrencesOf({
  question,
  first,
  recurrence,
  most,
}: Pick<SeriesWish, "question" | "first" | "recurrence" | "most">): Occurrence[] {
  return occurrences(first, question.catalogue.business.zone, recurrence).slice(0, most);
}

/** By the same form, or of the same hold, sent twice at once. */
async function sentBefore({ question, details, hold }: SeriesWish): Promise<Booked | undefined> {
  const { id: businessId } = question.catalogue.business;
  if (!hold) return bookedByForm(businessId, details.uid);
  const { appointmentId } = await Hold.again(hold.id);
  return appointmentId === null ? undefined : bookedBefore(businessId, appointmentId);
}

type Chosen = Candidate & { start: Instant };

/** With one provider throughout if possible: each time whoever is free most often of all times. */
function withOneProvider(
  starts: readonly Instant[],
  free: ReadonlyMap<Instant, readonly Candidate[]>,
  first: number | undefined,
): Chosen[] {
  const often = new Map<number, number>();
  for (const start of starts)
    for (const { staffId } of free.get(start) ?? [])
      often.set(staffId, (often.get(staffId) ?? 0) + (staffId === first ? starts.length : 1));
  return starts.map((start) => {
    const [best] = (free.get(start) ?? []).toSorted(
      (a, b) => (often.get(b.staffId) ?? 0) - (often.get(a.staffId) ?? 0),
    );
    if (!best) throw new TimeTaken();
    return { ...best, start };
  });
}

type Made = Awaited<ReturnType<typeof insertAppointment>>;

async function bookAll(wish: SeriesWish, chosen: Chosen[], rule: string): Promise<Booked> {
  const { question, details, actor, override = false, hold } = wish;
  const { id: businessId } = question.catalogue.business;
  const before = hold && (await Hold.lock(hold.id));
  if (before && before.appointmentId !== null)
    return bookedBefore(before.businessId, before.appointmentId);
  const [series] = await rows<{ id: number }>(
    `INSERT INTO series (business_id, rule, created_at) VALUES ($businessId, $rule, $now)
     RETURNING id`,
    { businessId, rule, now: question.now },
  );
  if (hold) await Allocation.releaseHold(businessId, hold.id);
  const made: Made[] = [];
  for (const { start, ...candidate } of chosen) {
    const { uid, ...rest } = details;
    const own = made.length > 0 || uid === undefined ? rest : details;
    const one = await insertAppointment(question, own, {
      staffId: candidate.staffId,
      startsAt: start,
      seriesId: series?.id,
      online: isOnline(actor, override),
    });
    const stretch = stretchOf(question, candidate, start);
    await Allocation.take(stretch, { appointmentId: one.id }, question.now);
    made.push(one);
  }
  const [first] = made;
  if (!first) throw new TimeTaken();
  const changes = made.map(({ row }) => ({ row, details: { override } }));
  await tellTogether(eventOf(first.status), changes, actor, question.now);
  if (hold) await Hold.became(hold.id, first.id);
  return { id: first.id, token: first.token };
}
