// Booking: by a customer who holds a time, and at once by staff.
import type { Instant } from "../domain/time.ts";
import { Allocation, TimeTaken } from "./allocation.ts";
import {
  type Booked,
  bookedBefore,
  bookedByForm,
  type BookingDetails,
  insertAppointment,
} from "./appointment-row.ts";
import { eventOf, tell } from "./appointment-steps.ts";
import type { Actor } from "./audit-entry.ts";
import { transaction } from "./database.ts";
import { Hold, stretchOf } from "./hold.ts";
import type { Candidate, Question } from "./starts.ts";
import { tryInTurn, unlessTaken } from "./turns.ts";

type Wish = {
  question: Question;
  start: Instant;
  details: BookingDetails;
  actor: Actor;
  override?: boolean;
  /** What the customer came with; it becomes the appointment and gives its own time back. */
  hold?: Hold;
};

/** A live hold becomes an appointment with the time it keeps. */
export function bookHeld(
  question: Question,
  held: Hold,
  details: BookingDetails,
  actor: Actor,
): Promise<Booked> {
  const { now } = question;
  return transaction(async () => {
    const hold = await Hold.lock(held.id);
    if (hold.appointmentId !== null) return bookedBefore(hold.businessId, hold.appointmentId);
    const made = await insertAppointment(question, details, { ...hold, online: isOnline(actor) });
    if (!(await Allocation.settle(hold.businessId, hold.id, made.id))) throw new TimeTaken();
    await Hold.became(hold.id, made.id);
    await tell(eventOf(made.status), made.row, actor, now);
    return { id: made.id, token: made.token };
  });
}

/** Another time instead of the one held, or the same after it has expired: if it is offered. */
export async function bookInstead(wish: Wish & { hold: Hold }): Promise<Booked> {
  const { question, hold } = wish;
  try {
    return await bookWithAny({ ...wish, question: { ...question, exceptHold: hold.id } });
  } catch (error) {
    const { businessId, appointmentId } = await Hold.again(hold.id);
    if (error instanceof TimeTaken && appointmentId !== null)
      return bookedBefore(businessId, appointmentId); // by the same form, sent twice at once
    throw error;
  }
}

export async function bookAtOnce(wish: Wish): Promise<Booked> {
  const { question, details } = wish;
  try {
    return await bookWithAny(wish);
  } catch (error) {
    const sent =
      error instanceof TimeTaken &&
      (await bookedByForm(question.catalogue.business.id, details.uid));
    if (sent) return sent;
    throw error;
  }
}

function bookWithAny(wish: Wish): Promise<Booked> {
  const { question, start, override = false, hold } = wish;
  return tryInTurn(
    question,
    start,
    (candidate) => unlessTaken(() => transaction(() => bookWith(candidate, wish))),
    { override, first: hold?.staffId },
  );
}

async function bookWith(candidate: Candidate, wish: Wish): Promise<Booked> {
  const { question, start, details, actor, override = false, hold } = wish;
  const before = hold && (await Hold.lock(hold.id));
  if (before && before.appointmentId !== null)
    return bookedBefore(before.businessId, before.appointmentId);
  const { staffId } = candidate;
  const wanted = { staffId, startsAt: start, online: isOnline(actor, override) };
  const made = await insertAppointment(question, details, wanted);
  if (hold) await Allocation.releaseHold(hold.businessId, hold.id);
  const claim = { appointmentId: made.id };
  await Allocation.take(stretchOf(question, candidate, start), claim, question.now);
  if (hold) await Hold.became(hold.id, made.id);
  await tell(eventOf(made.status), made.row, actor, question.now, hold ? {} : { override });
  return { id: made.id, token: made.token };
}

/** A program speaks for the customer, unless it says that it means what it does. */
export function isOnline({ kind }: Actor, override = false): boolean {
  return kind === "customer" || (kind === "api" && !override);
}
