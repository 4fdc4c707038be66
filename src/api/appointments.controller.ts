import type { z } from "zod";
import type { Status } from "../domain/status.ts";
import { versionOf } from "../domain/told.ts";
import { asBooked } from "../models/appointment.ts";
import { AppointmentFeed, type FeedFilter } from "../models/appointment-feed.ts";
import { catalogueAt, serviceById } from "../models/catalogue.ts";
import { Appointment as Appointments } from "../models/index.ts";
import type { Question } from "../models/starts.ts";
import { exampleAppointment, pathOf, positionOf, shown, shownAll } from "./appointments.shown.ts";
import {
  Appointment,
  AppointmentsQuery,
  NewAppointment,
  NewlyBooked,
  NewMark,
  NewStart,
} from "./appointments.schema.ts";
import { book } from "./appointments.booking.ts";
import { pageOf, positionIn } from "./cursor.ts";
import { type Caller, endpoint } from "./endpoint.ts";
import { example } from "./example.ts";
import { orNextTimes } from "./times.controller.ts";
import { providing } from "./wish.ts";
import { requireVersion, versionIn } from "./version.ts";
import { ById, listOf, moment, utc } from "./wire.ts";

const params = { id: String(example.appointment) };

export const index = endpoint(
  {
    summary: "List appointments",
    description: "In order of their starts, cancelled ones too unless a status is asked for.",
    query: AppointmentsQuery,
    answer: listOf(Appointment),
    example: (times) => ({
      query: { from: moment(times.start, example.zone), status: "confirmed" as const, limit: "20" },
      answer: { data: [exampleAppointment(times)], next_cursor: null },
    }),
  },
  async (call) => {
    const { limit, cursor } = call.query;
    const page = { after: positionIn(cursor, 2), limit: limit + 1 };
    const found = await AppointmentFeed.page(call.key.businessId, filterOf(call.query), page);
    const { lines, next_cursor } = pageOf(found, limit, positionOf);
    return { data: await shownAll(lines, call), next_cursor };
  },
);

export const show = endpoint(
  {
    summary: "See an appointment",
    params: ById,
    answer: Appointment,
    etag: versionIn,
    example: (times) => ({ params, answer: exampleAppointment(times) }),
  },
  (call) => again(call, call.params.id),
);

export const create = endpoint(
  {
    summary: "Book an appointment",
    description:
      "Of a hold, or at once. Send an Idempotency-Key: sent again with it, the same request books nothing more and gets the same answer.",
    body: NewAppointment,
    status: 201,
    answer: NewlyBooked,
    etag: versionIn,
    location: pathOf,
    refusals: ["time-taken", "bookings-closed", "conflict"],
    example: (times) => ({
      body: {
        service_id: example.service.id,
        provider_id: example.provider.id,
        start: moment(times.start, example.zone),
        customer: { name: example.customer.name, email: example.customer.email },
        note: "Comes with a dog",
      },
      answer: {
        ...exampleAppointment(times),
        note: "Comes with a dog",
        customer_url: example.customerLink,
      },
    }),
  },
  book,
);

export const move = endpoint(
  {
    summary: "Move an appointment",
    description:
      "To another start, and to another provider if you ask for one. Moving it to where it is changes nothing.",
    params: ById,
    body: NewStart,
    answer: Appointment,
    etag: versionIn,
    refusals: ["time-taken", "conflict", "precondition-failed"],
    example: (times) => ({
      params,
      body: { start: moment(times.later, example.zone) },
      answer: exampleAppointment({ ...times, start: times.later }, { version: "1-confirmed" }),
    }),
  },
  async (call) => {
    const { start, provider_id, override } = call.body;
    const appointment = await stored(call, call.params.id);
    const question = questionOf(call, appointment, provider_id);
    await orNextTimes(question, start, () =>
      Appointments.move(appointment, question, start, call.actor, override),
    );
    return again(call, appointment.id);
  },
);

export const cancel = endpoint(
  {
    summary: "Cancel an appointment",
    description: "Its time is free at once. Cancelling twice is cancelling once.",
    params: ById,
    answer: Appointment,
    etag: versionIn,
    refusals: ["conflict", "precondition-failed"],
    example: (times) => ({
      params,
      answer: exampleAppointment(times, {
        status: "cancelled",
        cancelled_at: utc(times.now),
        version: "1-cancelled",
      }),
    }),
  },
  async (call) => {
    const appointment = await stored(call, call.params.id);
    const service = serviceById(call.catalogue, appointment.serviceId);
    await Appointments.cancel(appointment, service, call.actor, call.now);
    return again(call, appointment.id);
  },
);

export const mark = endpoint(
  {
    summary: "Say what became of an appointment",
    description: "Twelve hours before the start at the earliest; that nobody came, after it.",
    params: ById,
    body: NewMark,
    answer: Appointment,
    etag: versionIn,
    refusals: ["conflict", "precondition-failed"],
    example: (times) => ({
      params: { id: String(example.appointmentBefore) },
      body: { as: "completed" as const },
      answer: exampleAppointment(
        { ...times, start: times.before },
        { id: example.appointmentBefore, status: "completed", version: "0-completed" },
      ),
    }),
  },
  async (call) => {
    const appointment = await stored(call, call.params.id);
    await Appointments.mark(appointment, call.body.as, call.actor, call.now);
    return again(call, appointment.id);
  },
);

export const approve = answer(
  "approve",
  "Approve an appointment",
  "One with the status requested. Approving twice is approving once.",
  "confirmed",
);

export const decline = answer(
  "decline",
  "Decline an appointment",
  "One with the status requested; its time is free at once. Declining twice is declining once.",
  "cancelled",
);

type Answering = "approve" | "decline";

/** What waits for the business is answered. */
function answer(verb: Answering, summary: string, description: string, status: Status) {
  return endpoint(
    {
      summary,
      description,
      params: ById,
      answer: Appointment,
      etag: versionIn,
      refusals: ["conflict", "precondition-failed"],
      example: (times) => ({
        params: { id: String(example.appointmentAsked) },
        answer: exampleAppointment(times, {
          id: example.appointmentAsked,
          status,
          cancelled_at: status === "cancelled" ? utc(times.now) : null,
          version: `${status === "cancelled" ? 1 : 0}-${status}`,
        }),
      }),
    },
    async (call) => {
      const appointment = await stored(call, call.params.id);
      await Appointments[verb](appointment, call.actor, call.now);
      return again(call, appointment.id);
    },
  );
}

function filterOf(query: z.output<typeof AppointmentsQuery>): FeedFilter {
  const { from, until, status } = query;
  return {
    from,
    until,
    status,
    updatedAfter: query.updated_after,
    staffId: query.provider_id,
    serviceId: query.service_id,
    locationId: query.location_id,
    customerId: query.customer_id,
  };
}

/** The row that a verb changes. @throws NotFound, and Problem when the program has seen another */
async function stored({ key, ifMatch }: Caller, id: number): Promise<Appointments> {
  const appointment = await Appointments.find({ id: key.businessId }, id);
  requireVersion(ifMatch, versionOf(appointment));
  return appointment;
}

/** How it is by now. */
async function again(call: Caller, id: number) {
  return shown(await AppointmentFeed.one(call.key.businessId, id), call);
}

function questionOf(
  { catalogue, now }: Caller,
  appointment: Appointments,
  asked: number | null | undefined,
): Question {
  const here = catalogueAt(catalogue, appointment.locationId);
  const service = asBooked(serviceById(here, appointment.serviceId), appointment);
  const staffId = asked === undefined ? appointment.staffId : providing(service, asked);
  const { id: except, people } = appointment;
  return { catalogue: here, service, people, staffId, now, except };
}
