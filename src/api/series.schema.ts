import { z } from "zod";
import { MOST_OCCURRENCES } from "../domain/recurrence.ts";
import { paragraph } from "../web/form.ts";
import { Appointment } from "./appointments.schema.ts";
import { NewContact } from "./customers.schema.ts";
import { GivenValues } from "./fields.ts";
import { Day, GivenMoment, Id, Moment, ZoneName } from "./wire.ts";
import { wishFields } from "./wish.ts";

const fields = {
  every: z.enum(["day", "week", "month"]),
  interval: z.int().min(1).max(52).default(1).meta({
    description: "Every so many days, weeks or months",
  }),
  weekdays: z.array(z.int().min(1).max(7)).max(7).optional().meta({
    description: "Of weeks: 1 is Monday. Left out: the weekday of the first",
  }),
  monthly: z.enum(["date", "weekday", "last-weekday"]).optional().meta({
    description:
      "Of months: on the same day (in a shorter month its last), on the same weekday such as the second Tuesday, or on the last such weekday",
  }),
  count: z.int().min(2).max(MOST_OCCURRENCES).optional().meta({
    description: "How many times, the first included. Or instead:",
  }),
  until: Day.optional().meta({
    format: "date",
    description: "The last day that may be one of them",
  }),
};

export const Recurrence = z.strictObject(fields).meta({ id: "Recurrence" });

const GivenRecurrence = z
  .strictObject(fields)
  .refine(({ count, until }) => (count === undefined) !== (until === undefined), {
    path: ["count"],
    message: "Give either count or until",
  });

/** What is to be repeated, and from when on. */
const repeated = {
  ...wishFields,
  start: GivenMoment.meta({ description: "The first of them" }),
  recurrence: GivenRecurrence,
  override: z.boolean().default(false).meta({
    description:
      "true: notice, hours, steps and how often the service may be repeated do not count, which is recorded; what somebody else has does",
  }),
};

export const NewPlan = z.strictObject(repeated);

export const Occurrence = z
  .object({
    date: Day,
    start: Moment.nullable().meta({ description: "null: the clocks skip that time on that day" }),
    provider_ids: z.array(Id).meta({ description: "Who is free then; none: it is not to be had" }),
  })
  .meta({ id: "Occurrence" });

export const Plan = z.object({
  zone: ZoneName,
  free: z.int().meta({ description: "How many can be had" }),
  data: z.array(Occurrence).meta({ description: "In order, all of them" }),
});

/** Somebody known, or by name. */
export const NewSeries = z
  .strictObject({
    ...repeated,
    skip_taken: z.boolean().default(false).meta({
      description: "true: those that are not to be had are left out; else nothing is booked",
    }),
    customer_id: Id.optional().meta({ description: "Somebody known. Or instead:" }),
    customer: NewContact.optional(),
    note: paragraph(1000).meta({ description: "What is to be said with the booking" }),
    fields: GivenValues,
  })
  .refine(({ customer_id, customer }) => (customer === undefined) !== (customer_id === undefined), {
    path: ["customer"],
    message: "Give either customer or customer_id",
  });

export const Series = z
  .object({
    id: Id,
    recurrence: Recurrence.meta({ description: "As it was booked; each may have moved since" }),
    appointments: z
      .array(Appointment)
      .meta({ description: "All of them, in order of their starts" }),
  })
  .meta({ id: "Series" });

export const NewlyBookedSeries = Series.extend({
  customer_url: z.string().meta({
    format: "uri",
    description: "The customer's own page: who has it can move and cancel. Told this once",
  }),
}).meta({ id: "NewlyBookedSeries" });

export const SeriesCancellation = z.strictObject({
  from: GivenMoment.optional().meta({
    description: "Those that start then or later; left out: all that are to come",
  }),
});
