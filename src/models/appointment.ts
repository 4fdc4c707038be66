import { isOpen } from "../domain/status.ts";
import { type Instant, MINUTE } from "../domain/time.ts";
import { Conflict } from "../errors.ts";
import { say } from "../language.ts";
import { hashToken } from "../secrets.ts";
import { Allocation } from "./allocation.ts";
import { bookAtOnce, bookHeld, bookInstead } from "./appointment-booking.ts";
import type { Book } from "./appointment-list.ts";
import {
  type Booked,
  bookedBefore,
  type BookingDetails,
  CHANGEABLE,
  onlyAppointment,
  relocate,
  type StoredAppointment,
} from "./appointment-row.ts";
import { approve, decline } from "./appointment-answer.ts";
import { sayComing } from "./appointment-attendance.ts";
import { mark } from "./appointment-status.ts";
import { sweepPending, verify } from "./appointment-verification.ts";
import { tell } from "./appointment-steps.ts";
import type { Actor } from "./audit-entry.ts";
import type { CatalogueService } from "./catalogue.ts";
import { run, transaction } from "./database.ts";
import { type Hold, stretchOf } from "./hold.ts";
import { toId } from "./id.ts";
import type { Candidate, Question } from "./starts.ts";
import { tryInTurn, unlessTaken } from "./turns.ts";

export type Appointment = StoredAppointment;
export type { Booked, BookingDetails };

/** The notice a service asks for is over. */
export class TooLate extends Conflict {}

export const Appointment = {
  /**
   * Turns a hold into an appointment; a hold that already is one gives the same again. A hold that
   * has expired, or whose customer wants another start by now, is good for what is still offered.
   * @param question the hold's own: for its service, with its provider or anyone
   * @throws TimeTaken
   */
  book(
    question: Question,
    hold: Hold,
    details: BookingDetails,
    start = hold.startsAt,
    actor: Actor = { kind: "customer" },
  ): Promise<Booked> {
    const isKept = start === hold.startsAt && question.now < hold.expiresAt;
    if (isKept || hold.appointmentId !== null) return bookHeld(question, hold, details, actor);
    return bookInstead({ question, hold, start, details, actor });
  },

  /**
   * Books at once, without a hold: for staff.
   * @param override leaves notice, horizon, step and hours out of account; never the overlap
   * @throws TimeTaken
   */
  bookFor(
    question: Question,
    start: Instant,
    details: BookingDetails,
    actor: Actor,
    override = false,
  ): Promise<Booked> {
    return bookAtOnce({ question, start, details, actor, override });
  },

  /**
   * Moves an appointment to another start, its provider included if another is asked for.
   * @param asked asks with `except` set to the appointment
   * @throws TimeTaken, TooLate (customers, within the service's notice), Conflict (changed meanwhile)
   */
  async move(
    appointment: Appointment,
    asked: Question,
    start: Instant,
    actor: Actor,
    override = false,
  ): Promise<void> {
    const { people } = appointment;
    const question = { ...asked, people, service: asBooked(asked.service, appointment) };
    const { now, service } = question;
    requireChangeable(appointment);
    if (isThere(appointment, start, question)) return;
    if (actor.kind === "customer") requireNotice(appointment, service.reschedulingNotice, now);
    await tryInTurn(
      question,
      start,
      (candidate) =>
        unlessTaken(() =>
          transaction(() =>
            moveTo(appointment, question, { ...candidate, start }, actor, override),
          ),
        ),
      // Whoever has the appointment keeps it if free.
      { override, first: appointment.staffId },
    );
  },

  /**
   * Cancelling twice is cancelling once.
   * @throws TooLate (customers, within the service's notice), Conflict (moved meanwhile)
   */
  async cancel(
    appointment: Appointment,
    service: CatalogueService,
    actor: Actor,
    now: Instant,
  ): Promise<void> {
    if (appointment.status === "cancelled") return;
    if (actor.kind === "customer") requireNotice(appointment, service.cancellingNotice, now);
    const { id, businessId, sequence } = appointment;
    // Staff may cancel what the customer could no longer cancel herself.
    const override = !Appointment.mayChange(appointment, service.cancellingNotice, now);
    await transaction(async () => {
      const changed = await run(
        `UPDATE appointments
         SET status = 'cancelled', cancelled_at = $now, pending_until = NULL,
           sequence = sequence + 1
         WHERE business_id = $businessId AND id = $id AND status IN (${CHANGEABLE})
           AND sequence = $sequence`,
        { businessId, id, sequence, now },
      );
      if (changed === 0) return requireCancelled(appointment);
      await Allocation.release(businessId, id);
      const row = { ...appointment, sequence: sequence + 1 };
      await tell("cancelled", row, actor, now, { override });
    });
  },

  mark,
  approve,
  decline,
  verify,
  sayComing,
  sweepPending,

  /** What a hold has become: the same booking again, however often its form is sent. */
  ofHold({ businessId, appointmentId }: Hold): Promise<Booked> {
    return bookedBefore(businessId, appointmentId ?? 0);
  },

  /** Whether a customer may still do so herself, by the service's notice. */
  mayChange(appointment: Appointment, noticeMinutes: number, now: Instant): boolean {
    return isOpen(appointment.status) && now <= appointment.startsAt - noticeMinutes * MINUTE;
  },

  /** @throws NotFound */
  withToken(token: string): Promise<Appointment> {
    return onlyAppointment("token_hash = $key", { key: hashToken(token) });
  },

  /** @throws NotFound for nobody's and somebody else's alike */
  find(book: Book, id: unknown): Promise<Appointment> {
    const seen = "($only = 0 OR staff_id = $only)";
    return onlyAppointment(`business_id = $businessId AND id = $key AND ${seen}`, {
      businessId: book.id,
      key: toId(id),
      only: book.only ?? 0,
    });
  },
};

/** The service with the length the appointment was booked with, whatever it is by now. */
export function asBooked(
  service: CatalogueService,
  { startsAt, endsAt }: Appointment,
): CatalogueService {
  return { ...service, minutes: (endsAt - startsAt) / MINUTE };
}

async function moveTo(
  appointment: Appointment,
  question: Question,
  { start, ...candidate }: Candidate & { start: Instant },
  actor: Actor,
  override: boolean,
): Promise<true> {
  const { service, now } = question;
  const { id, businessId, sequence } = appointment;
  const { staffId } = candidate;
  const endsAt = start + (appointment.endsAt - appointment.startsAt);
  const isMoved = await relocate(appointment, question, { start, staffId });
  if (!isMoved) return requireThere(appointment, start, question);
  await Allocation.release(businessId, id);
  await Allocation.take(stretchOf(question, candidate, start), { appointmentId: id }, now);
  const previousStaffId = appointment.staffId;
  const changes = { staffId, previousStaffId, startsAt: start, endsAt, sequence: sequence + 1 };
  await tell("moved", { ...appointment, ...changes }, actor, now, {
    from: appointment.startsAt,
    to: start,
    fromStaff: previousStaffId,
    toStaff: staffId,
    // Staff may move what the customer could no longer move herself.
    override: override || !Appointment.mayChange(appointment, service.reschedulingNotice, now),
  });
  return true;
}

function requireChangeable({ status }: Appointment): void {
  if (status === "cancelled") throw new Conflict(say("refusal.cancelled"));
  if (!isOpen(status)) throw new Conflict(say("refusal.over"));
}

/** Somebody was quicker; if it was the same form, sent twice at once, all is well. */
async function requireThere(
  { businessId, id }: Appointment,
  start: Instant,
  question: Question,
): Promise<true> {
  const appointment = await Appointment.find({ id: businessId }, id);
  if (isOpen(appointment.status) && isThere(appointment, start, question)) return true;
  throw new Conflict(say("refusal.changed"));
}

async function requireCancelled({ businessId, id }: Appointment): Promise<void> {
  const { status } = await Appointment.find({ id: businessId }, id);
  if (status !== "cancelled") throw new Conflict(say("refusal.changed"));
}

function requireNotice(appointment: Appointment, minutes: number, now: Instant): void {
  if (!Appointment.mayChange(appointment, minutes, now)) throw new TooLate(say("refusal.too_late"));
}

function isThere(appointment: Appointment, start: Instant, { staffId }: Question): boolean {
  return appointment.startsAt === start && [undefined, appointment.staffId].includes(staffId);
}
