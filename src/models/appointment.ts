import { type Instant, MINUTE } from "../domain/time.ts";
import { Conflict } from "../errors.ts";
import { linkToken } from "../links.ts";
import { hashToken } from "../secrets.ts";
import { Allocation, TimeTaken } from "./allocation.ts";
import {
  type AppointmentRow,
  type Booked,
  type BookingDetails,
  insertAppointment,
  onlyAppointment,
  type StoredAppointment,
} from "./appointment-row.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import { type Catalogue, type CatalogueService, serviceById } from "./catalogue.ts";
import { rows, run, transaction } from "./database.ts";
import { Delivery } from "./delivery.ts";
import { Hold, inFairOrder, stretchOf } from "./hold.ts";
import { toId } from "./id.ts";
import { type Question, startAt } from "./starts.ts";

export type Appointment = StoredAppointment;
export type { Booked, BookingDetails };

/** The notice a service asks for is over. */
export class TooLate extends Conflict {}

export const Appointment = {
  /**
   * Turns a hold into an appointment; a hold that already is one gives the same again. A hold that
   * has expired is still good while nobody else has taken its time.
   * @throws TimeTaken when somebody has
   */
  book(catalogue: Catalogue, held: Hold, details: BookingDetails, now: Instant): Promise<Booked> {
    return transaction(async () => {
      const hold = await Hold.lock(held.id);
      if (hold.appointmentId !== null) return bookedBefore(hold.businessId, hold.appointmentId);
      const service = serviceById(catalogue, hold.serviceId);
      const booked = await insertAppointment(catalogue, service, { ...details, ...hold }, now);
      if (!(await Allocation.settle(hold.businessId, hold.id, booked.id))) {
        const stretch = stretchOf(hold.businessId, service, hold.staffId, hold.startsAt);
        await Allocation.take(stretch, { appointmentId: booked.id }, now);
      }
      await Hold.became(hold.id, booked.id);
      await tell("booked", booked.row, { kind: "customer" }, now);
      return booked;
    });
  },

  /**
   * Books at once, without a hold: for staff.
   * @param override leaves notice, horizon, step and hours out of account; never the overlap
   * @throws TimeTaken
   */
  async bookFor(
    question: Question,
    start: Instant,
    details: BookingDetails,
    actor: Actor,
    override = false,
  ): Promise<Booked> {
    try {
      return await bookWithAny(question, start, details, actor, override);
    } catch (error) {
      const sent = error instanceof TimeTaken && (await sentBefore(question, details));
      if (sent) return sent;
      throw error;
    }
  },

  /**
   * Moves an appointment to another start, its provider included if another is asked for.
   * @param question asks with `except` set to the appointment
   * @throws TimeTaken, TooLate (customers, within the service's notice), Conflict (changed meanwhile)
   */
  async move(
    appointment: Appointment,
    question: Question,
    start: Instant,
    actor: Actor,
    override = false,
  ): Promise<void> {
    const { now, service } = question;
    requireConfirmed(appointment);
    if (actor.kind === "customer") requireNotice(appointment, service.reschedulingNotice, now);
    if (start === appointment.startsAt && isSameProvider(appointment, question)) return;
    const staffIds = await whoCould(question, start, override);
    // Whoever has the appointment keeps it if free.
    const fair = await inFairOrder(question, staffIds, start);
    const order = fair.toSorted((a, b) => rank(appointment, a) - rank(appointment, b));
    for (const staffId of order) {
      const moved = await unlessTaken(() =>
        transaction(() => moveTo(appointment, question, { start, staffId }, actor, override)),
      );
      if (moved) return;
    }
    throw new TimeTaken();
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
         SET status = 'cancelled', cancelled_at = $now, sequence = sequence + 1
         WHERE business_id = $businessId AND id = $id AND status = 'confirmed'
           AND sequence = $sequence`,
        { businessId, id, sequence, now },
      );
      if (changed === 0) return requireCancelled(appointment);
      await Allocation.release(businessId, id);
      const row = { ...appointment, sequence: sequence + 1 };
      await tell("cancelled", row, actor, now, { override });
    });
  },

  /** What a hold has become: the same booking again, however often its form is sent. */
  ofHold({ businessId, appointmentId }: Hold): Promise<Booked> {
    return bookedBefore(businessId, appointmentId ?? 0);
  },

  /** Whether a customer may still do so herself, by the service's notice. */
  mayChange(appointment: Appointment, noticeMinutes: number, now: Instant): boolean {
    return (
      appointment.status === "confirmed" && now <= appointment.startsAt - noticeMinutes * MINUTE
    );
  },

  /** @throws NotFound */
  withToken(token: string): Promise<Appointment> {
    return onlyAppointment("token_hash = $key", { key: hashToken(token) });
  },

  /** @throws NotFound for nobody's and somebody else's alike */
  find(business: { id: number }, id: unknown): Promise<Appointment> {
    return onlyAppointment("business_id = $businessId AND id = $key", {
      businessId: business.id,
      key: toId(id),
    });
  },
};

async function bookWithAny(
  question: Question,
  start: Instant,
  details: BookingDetails,
  actor: Actor,
  override: boolean,
): Promise<Booked> {
  const { catalogue, service, now } = question;
  const staffIds = await whoCould(question, start, override);
  for (const staffId of await inFairOrder(question, staffIds, start)) {
    const wanted = { ...details, staffId, startsAt: start };
    const booked = await unlessTaken(() =>
      transaction(async () => {
        const made = await insertAppointment(catalogue, service, wanted, now);
        const stretch = stretchOf(catalogue.business.id, service, staffId, start);
        await Allocation.take(stretch, { appointmentId: made.id }, now);
        await tell("booked", made.row, actor, now, { override });
        return made;
      }),
    );
    if (booked) return booked;
  }
  throw new TimeTaken();
}

async function sentBefore({ catalogue }: Question, { uid }: BookingDetails) {
  if (uid === undefined) return undefined;
  const { id: businessId } = catalogue.business;
  const [sent] = await rows<{ id: number }>(
    "SELECT id FROM appointments WHERE business_id = $businessId AND uid = $uid",
    { businessId, uid },
  );
  return sent && bookedBefore(businessId, sent.id);
}

async function bookedBefore(businessId: number, id: number): Promise<Booked> {
  const { uid, tokenHash } = await Appointment.find({ id: businessId }, id);
  return { id, token: linkToken("appointment", uid, tokenHash) };
}

async function moveTo(
  appointment: Appointment,
  { catalogue, service, now }: Question,
  { start, staffId }: { start: Instant; staffId: number },
  actor: Actor,
  override: boolean,
): Promise<true> {
  const { id, businessId, sequence } = appointment;
  const endsAt = start + (appointment.endsAt - appointment.startsAt);
  const changed = await run(
    `UPDATE appointments
     SET starts_at = $start, ends_at = $endsAt, staff_id = $staffId, sequence = sequence + 1,
       zone = $zone
     WHERE business_id = $businessId AND id = $id AND status = 'confirmed' AND sequence = $sequence`,
    { businessId, id, sequence, start, endsAt, staffId, zone: catalogue.business.zone },
  );
  if (changed === 0) throw new Conflict("The appointment has been changed meanwhile");
  await Allocation.release(businessId, id);
  const stretch = stretchOf(businessId, service, staffId, start);
  await Allocation.take(stretch, { appointmentId: id }, now);
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

/** The audit entry and what is owed to customer and staff, in the transaction of the change. */
async function tell(
  event: "booked" | "moved" | "cancelled",
  row: AppointmentRow & { previousStaffId?: number },
  actor: Actor,
  now: Instant,
  details: Record<string, number | boolean> = {},
): Promise<void> {
  const { businessId, id } = row;
  const fact = { businessId, appointmentId: id, action: `appointment.${event}`, details };
  await AuditEntry.write(fact, actor, now);
  await Delivery.oweForAppointment(event, row, now);
}

/** Who may be tried: those the start is offered with, or with `override` whoever does the service. */
async function whoCould(
  question: Question,
  start: Instant,
  override: boolean,
): Promise<readonly number[]> {
  const { service, staffId } = question;
  if (override) return staffId === undefined ? service.staffIds : [staffId];
  const free = await startAt(question, start);
  if (!free) throw new TimeTaken();
  return free.staffIds;
}

async function unlessTaken<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TimeTaken) return undefined;
    throw error;
  }
}

function requireConfirmed({ status }: Appointment): void {
  if (status === "cancelled") throw new Conflict("The appointment has been cancelled");
}

async function requireCancelled({ businessId, id }: Appointment): Promise<void> {
  const { status } = await Appointment.find({ id: businessId }, id);
  if (status !== "cancelled") throw new Conflict("The appointment has been changed meanwhile");
}

function requireNotice(appointment: Appointment, minutes: number, now: Instant): void {
  if (!Appointment.mayChange(appointment, minutes, now))
    throw new TooLate("It is too late to change this appointment online");
}

function isSameProvider({ staffId }: Appointment, question: Question): boolean {
  return question.staffId === undefined || question.staffId === staffId;
}

function rank({ staffId }: Appointment, candidate: number): number {
  return candidate === staffId ? 0 : 1;
}
