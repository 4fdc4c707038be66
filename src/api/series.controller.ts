// Appointments that repeat: planned, booked as a whole or not at all, answered and cancelled together.
import type { z } from "zod";
import { MOST_OCCURRENCES } from "../domain/recurrence.ts";
import { DAY, type Instant, instantToLocal } from "../domain/time.ts";
import { appointmentUrl } from "../links.ts";
import { AppointmentFeed } from "../models/appointment-feed.ts";
import { serviceById } from "../models/catalogue.ts";
import { Appointment, TimeTaken } from "../models/index.ts";
import { type Planned, Series } from "../models/series.ts";
import { detailsOf, nameOf } from "./appointments.booking.ts";
import { exampleAppointment, shownAll } from "./appointments.shown.ts";
import { type Caller, endpoint } from "./endpoint.ts";
import { example, type ExampleTimes } from "./example.ts";
import { invalid, Problem } from "./problem.ts";
import {
  NewlyBookedSeries,
  NewPlan,
  NewSeries,
  type Occurrence,
  Plan,
  Series as Answer,
  SeriesCancellation,
} from "./series.schema.ts";
import { ById, moment } from "./wire.ts";
import { questionOf } from "./wish.ts";

const params = { id: String(example.series) };
const recurrence = { every: "week" as const, interval: 1, count: 2 };
const exampleWish = ({ start }: ExampleTimes) => ({
  service_id: example.service.id,
  start: moment(start, example.zone),
  recurrence,
});

export const plan = endpoint(
  {
    summary: "Plan a series",
    description: "Tells which of the times can be had. Nothing is booked or kept.",
    body: NewPlan,
    answer: Plan,
    refusals: ["bookings-closed"],
    example: (times) => ({
      body: exampleWish(times),
      answer: {
        zone: example.zone,
        free: 2,
        data: [times.start, times.start + 7 * DAY].map((start) => ({
          date: instantToLocal(start, example.zone).date,
          start: moment(start, example.zone),
          provider_ids: [example.provider.id],
        })),
      },
    }),
  },
  async (call) => {
    const wish = wishOf(call);
    const planned = await Series.plan(wish);
    const { zone } = wish.question.catalogue.business;
    const data = planned.map((one) => shownOccurrence(one, zone));
    return { zone, free: planned.filter(isFree).length, data };
  },
);

export const create = endpoint(
  {
    summary: "Book a series",
    description:
      "All of it or, with skip_taken, all of it that can be had; else nothing. The customer gets one confirmation. Send an Idempotency-Key: sent again with it, the same request books nothing more and gets the same answer.",
    body: NewSeries,
    status: 201,
    answer: NewlyBookedSeries,
    location: ({ id }) => `/series/${id}`,
    refusals: ["time-taken", "bookings-closed", "conflict"],
    example: (times) => ({
      body: { ...exampleWish(times), skip_taken: true, customer_id: example.customer.id },
      answer: { ...exampleSeries(times), customer_url: `${example.customerLink}/series` },
    }),
  },
  async (call) => {
    const wish = wishOf(call);
    const details = { ...(await detailsOf(call, wish.question)), ...nameOf(call) };
    const planned = await Series.plan(wish);
    const wanted = await freeOf(call, planned, wish.question.catalogue.business.zone, details.uid);
    const booked = await orTaken(() =>
      Series.book({ ...wish, wanted, details, actor: call.actor }),
    );
    const { seriesId } = await Appointment.find({ id: call.key.businessId }, booked.id);
    return {
      ...(await shown(call, seriesId)),
      customer_url: `${appointmentUrl(booked.token)}/series`,
    };
  },
);

export const show = endpoint(
  {
    summary: "See a series",
    description: "With all its appointments, the cancelled ones too.",
    params: ById,
    answer: Answer,
    example: (times) => ({ params, answer: exampleSeries(times) }),
  },
  (call) => shown(call, call.params.id),
);

export const cancel = endpoint(
  {
    summary: "Cancel a series, or the rest of it",
    description:
      "Their times are free at once; what has begun stands. The customer gets one mail. Cancelling twice is cancelling once.",
    params: ById,
    body: SeriesCancellation,
    answer: Answer,
    example: (times) => ({
      params,
      body: { from: moment(times.start, example.zone) },
      answer: exampleSeries(times),
    }),
  },
  async (call) => {
    const one = await Series.find(call.key.businessId, call.params.id);
    const service = serviceById(call.catalogue, one.serviceId);
    await Series.cancel(one, service, call.body.from ?? 0, { actor: call.actor }, call.now);
    return shown(call, call.params.id);
  },
);

export const approve = answering(
  "approve",
  "Approve a series",
  "All of it with the status requested, in one mail. Approving twice is approving once.",
);

export const decline = answering(
  "decline",
  "Decline a series",
  "All of it with the status requested, in one mail; its times are free at once. Declining twice is declining once.",
);

/** What waits for the business is answered as a whole. */
function answering(verb: "approve" | "decline", summary: string, description: string) {
  return endpoint(
    {
      summary,
      description,
      params: ById,
      answer: Answer,
      refusals: ["conflict"],
      example: (times) => ({ params, answer: exampleSeries(times) }),
    },
    async (call) => {
      const one = await Series.find(call.key.businessId, call.params.id);
      await Series[verb](one, { actor: call.actor }, call.now);
      return shown(call, call.params.id);
    },
  );
}

type Wish = Caller & { body: z.output<typeof NewPlan> };

/** @throws Problem where the service may not be repeated, or bookings are closed */
function wishOf(call: Wish) {
  const { recurrence: asked, start, override, ...rest } = call.body;
  const question = questionOf(call, rest);
  if (!question.catalogue.business.bookingsOpen) throw new Problem("bookings-closed");
  // A program speaks for the customer, unless it says that it means what it does.
  const most = override ? MOST_OCCURRENCES : question.service.mostRepeats;
  if (most < 2) {
    const detail = "Customers may not repeat this service; the business may, with override";
    throw invalid([{ pointer: "#/recurrence", detail }]);
  }
  const { count, until = "", ...pattern } = asked;
  const ends = count === undefined ? { until } : { count };
  return { question, first: start, most, override, recurrence: { ...pattern, ...ends } };
}

/** Which are to be booked. @throws Problem with those that are not to be had, unless they are left out */
async function freeOf(
  { body, key }: { body: z.output<typeof NewSeries>; key: { businessId: number } },
  planned: readonly Planned[],
  zone: string,
  uid: string | undefined,
): Promise<Instant[]> {
  const starts = planned.flatMap(({ start }) => (start === null ? [] : [start]));
  // The same request, whose answer got lost: its own booking stands in its way.
  if (await Series.isBooked(key.businessId, uid)) return starts;
  const taken = planned.filter((one) => !isFree(one));
  if (taken.length > 0 && (!body.skip_taken || taken.length === planned.length))
    throw new Problem("time-taken", {
      detail: `${taken.length} of ${planned.length} are taken, or not offered`,
      members: { taken: taken.map((one) => shownOccurrence(one, zone)) },
    });
  return planned.filter(isFree).flatMap(({ start }) => (start === null ? [] : [start]));
}

/** Somebody was quicker than the booking, though not than the plan. */
async function orTaken<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TimeTaken)) throw error;
    throw new Problem("time-taken", { detail: "One of them has just been taken" });
  }
}

function isFree({ candidates }: Planned): boolean {
  return candidates.length > 0;
}

function shownOccurrence(
  { date, start, candidates }: Planned,
  zone: string,
): z.input<typeof Occurrence> {
  return {
    date,
    start: start === null ? null : moment(start, zone),
    provider_ids: candidates.map(({ staffId }) => staffId),
  };
}

/** @throws NotFound for nobody's and somebody else's alike */
async function shown(call: Caller, id: number | null): Promise<z.input<typeof Answer>> {
  const { businessId } = call.key;
  const rule = await Series.rule({ businessId, seriesId: id });
  const page = { after: [], limit: MOST_OCCURRENCES };
  const lines = await AppointmentFeed.page(businessId, { seriesId: id ?? 0 }, page);
  const appointments = await shownAll(lines, call);
  return { id: id ?? 0, recurrence: { ...rule, weekdays: rule.weekdays?.slice() }, appointments };
}

function exampleSeries(times: ExampleTimes): z.input<typeof Answer> {
  const next = { ...times, start: times.start + 7 * DAY };
  return {
    id: example.series,
    recurrence,
    appointments: [
      exampleAppointment(times, { series_id: example.series }),
      exampleAppointment(next, { id: example.appointment + 1, series_id: example.series }),
    ],
  };
}
