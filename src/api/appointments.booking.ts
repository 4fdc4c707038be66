// Booking: of a hold, or at once; for somebody known, or by name.
import type { z } from "zod";
import { appointmentUrl } from "../links.ts";
import type { Booked, BookingDetails } from "../models/appointment.ts";
import { AppointmentFeed } from "../models/appointment-feed.ts";
import { CustomerFeed } from "../models/customer-feed.ts";
import { Appointment as Appointments } from "../models/index.ts";
import type { Question } from "../models/starts.ts";
import { hmac } from "../secrets.ts";
import type { NewAppointment, NewlyBooked } from "./appointments.schema.ts";
import { shown } from "./appointments.shown.ts";
import type { Caller } from "./endpoint.ts";
import { answersIn, askable, fieldsOf } from "./fields.ts";
import { heldBy, questionOfHold } from "./holds.controller.ts";
import { orNextTimes } from "./times.controller.ts";
import { questionOf } from "./wish.ts";

type Given = z.output<typeof NewAppointment>;
type Wish = Caller & { body: Given };
type Whom = Caller & { body: Pick<Given, "customer" | "customer_id" | "note" | "fields"> };

export async function book(call: Wish): Promise<z.input<typeof NewlyBooked>> {
  const { id, token } = await (call.body.hold === undefined ? bookAtOnce(call) : bookHeld(call));
  const appointment = await AppointmentFeed.one(call.key.businessId, id);
  return { ...(await shown(appointment, call)), customer_url: appointmentUrl(token) };
}

async function bookHeld(call: Wish): Promise<Booked> {
  const hold = await heldBy(call, call.body.hold ?? "");
  const question = questionOfHold(call, hold);
  const details = await detailsOf(call, question);
  return orNextTimes(question, hold.startsAt, () =>
    Appointments.book(question, hold, details, hold.startsAt, call.actor),
  );
}

async function bookAtOnce(call: Wish): Promise<Booked> {
  const { service_id = 0, start = 0, override, ...wish } = call.body;
  const question = questionOf(call, { ...wish, service_id });
  const details = { ...(await detailsOf(call, question)), ...nameOf(call) };
  return orNextTimes(question, start, () =>
    Appointments.bookFor(question, start, details, call.actor, override),
  );
}

/** @throws NotFound for a customer nobody knows here */
export async function detailsOf(call: Whom, { service }: Question): Promise<BookingDetails> {
  const { customer, customer_id, note, fields } = call.body;
  const answers = answersIn(fields, askable(await fieldsOf(call), service.id));
  if (customer) return { ...customer, note, answers };
  const { id, name, email, phone } = await CustomerFeed.one(call.key.businessId, customer_id);
  return { customerId: id, name, email, phone, note, answers };
}

/**
 * The appointment's name in calendars comes from the request, so that a request whose answer got
 * lost with the process that made it books nothing more either.
 */
export function nameOf({ key, once }: Caller): { uid?: string } {
  return once === undefined ? {} : { uid: hmac("api appointment", `${key.id} ${once}`) };
}
