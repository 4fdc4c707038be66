// Bookings made through the verbs, for tests of what they owe.
import type { AppointmentEvent } from "../../src/domain/deliveries.ts";
import { type BookingDetails, Appointment } from "../../src/models/appointment.ts";
import { catalogueOf, serviceById } from "../../src/models/catalogue.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { Delivery, type DeliveryLine } from "../../src/models/delivery.ts";
import { Hold } from "../../src/models/index.ts";
import { MONDAY, type World } from "./world.ts";

export const HOUR = 3_600_000;
/** Monday next week at 9:30 in New York. */
export const START = MONDAY + 7 * 24 * HOUR + 1.5 * HOUR;

export const JANE = {
  name: "Jane Doe",
  email: "jane@customer.example",
  phone: "555 0199",
  note: "",
};

/** Ben cuts Jane's hair at START, unless told otherwise. Gives the appointment's id. */
export async function bookHaircut(
  { salon, haircut }: World,
  fields: Partial<BookingDetails> & { start?: number; now?: number } = {},
): Promise<number> {
  const { start = START, now = MONDAY, ...details } = fields;
  const catalogue = await catalogueOf(salon.slug);
  const question = { catalogue, service: serviceById(catalogue, haircut.id), now };
  const made = await Appointment.bookFor(
    question,
    start,
    { ...JANE, ...details },
    { kind: "system" },
    true,
  );
  return made.id;
}

export async function moveHaircut(
  { salon, haircut }: World,
  id: number,
  { start, staffId, now = MONDAY }: { start: number; staffId?: number; now?: number },
): Promise<void> {
  const catalogue = await catalogueOf(salon.slug);
  const service = serviceById(catalogue, haircut.id);
  const question = { catalogue, service, now, except: id, staffId };
  const appointment = await Appointment.find(salon, id);
  await Appointment.move(appointment, question, start, { kind: "system" }, true);
}

export async function cancelHaircut(
  { salon, haircut }: World,
  id: number,
  now = MONDAY,
): Promise<void> {
  const service = serviceById(await catalogueOf(salon.slug), haircut.id);
  await Appointment.cancel(await Appointment.find(salon, id), service, { kind: "system" }, now);
}

/** Jane asks for START of a service that takes the business's yes. */
export async function requestHaircut({ salon, haircut }: World): Promise<number> {
  const approval = "UPDATE services SET approval = TRUE WHERE id = $id";
  await transaction(() => run(approval, { id: haircut.id }));
  const catalogue = await catalogueOf(salon.slug);
  const question = { catalogue, service: serviceById(catalogue, haircut.id), now: MONDAY };
  const hold = await Hold.withToken(await Hold.take(question, START));
  return (await Appointment.book(question, hold, JANE)).id;
}

/** Books, and then what is asked for. */
export async function after(world: World, event: AppointmentEvent): Promise<number> {
  if (event === "requested") return requestHaircut(world);
  if (event === "approved" || event === "declined") {
    const asked = await Appointment.find(world.salon, await requestHaircut(world));
    const answer = event === "approved" ? Appointment.approve : Appointment.decline;
    await answer(asked, { kind: "system" }, MONDAY);
    return asked.id;
  }
  const id = await bookHaircut(world);
  if (event === "moved") await moveHaircut(world, id, { start: START + HOUR });
  if (event === "cancelled") await cancelHaircut(world, id);
  return id;
}

/** Sends what is due, as workers would that hear every bell. */
export async function sendDue(now = MONDAY): Promise<void> {
  const due = await rows<{ id: number }>(
    "SELECT id FROM deliveries WHERE state = 'pending' AND due_at <= $now ORDER BY id",
    { now },
  );
  await Promise.all(due.map(({ id }) => Delivery.send(id, now)));
}

/** The delivery log as 'kind: state (reason)', oldest first. */
export async function told({ salon }: World, appointmentId: number): Promise<string[]> {
  const lines = await Delivery.ofAppointment(salon.id, appointmentId);
  return lines.toReversed().map(inShort);
}

function inShort({ kind, state, reason }: DeliveryLine): string {
  return `${kind}: ${state}${reason === null ? "" : ` (${reason})`}`;
}
