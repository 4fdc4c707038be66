import { z } from "zod";
import { type Mark, MARKS, type Status, STATUSES } from "../domain/status.ts";
import { paragraph } from "../web/form.ts";
import { NewContact } from "./customers.schema.ts";
import { FieldValues, GivenValues } from "./fields.ts";
import {
  GivenMoment,
  Id,
  IdText,
  Moment,
  Money,
  Named,
  pageQuery,
  Version,
  ZoneName,
} from "./wire.ts";
import { wishFields } from "./wish.ts";

const statuses = Object.keys(STATUSES) as [Status, ...Status[]];
const marks = Object.keys(MARKS) as [Mark, ...Mark[]];

const override = z.boolean().default(false).meta({
  description:
    "true: notice, hours, steps and blocks of customers do not count, which is recorded; what somebody else has does",
});

export const Appointment = z
  .object({
    id: Id,
    status: z.enum(statuses),
    start: Moment,
    end: Moment,
    zone: ZoneName,
    service: Named,
    provider: Named,
    location: Named,
    people: z.int().meta({ description: "How many come" }),
    addons: z.array(Named).meta({ description: "What is added to the service" }),
    series_id: Id.nullable().meta({ description: "The series it is of; null for one by itself" }),
    customer: z.object({
      id: Id,
      name: z.string().optional().meta({
        description: "Only with the scope customers:read; to a webhook, only if the owner agreed",
      }),
      email: z.string().nullable().optional().meta({ description: "As name" }),
      phone: z.string().nullable().optional().meta({
        description: "As name; the number given with this booking, if there is one",
      }),
    }),
    price: Money.nullable(),
    note: z.string().optional().meta({
      description: "What was said with the booking; to a webhook, only if the owner agreed",
    }),
    fields: FieldValues.optional().meta({
      description: "Only with the scope customers:read; never to a webhook",
    }),
    created_at: Moment,
    updated_at: Moment.meta({
      description: "When anything was last done to it: of two messages, the later one is newer",
    }),
    cancelled_at: Moment.nullable(),
    coming_at: Moment.nullable().meta({
      description: "When the customer said, by the link in a reminder, that she will come",
    }),
    version: Version,
  })
  .meta({ id: "Appointment" });

export const NewlyBooked = Appointment.extend({
  customer_url: z.string().meta({
    format: "uri",
    description: "The customer's own page: who has it can move and cancel. Told this once",
  }),
}).meta({ id: "NewlyBooked" });

export const AppointmentsQuery = z.strictObject({
  from: GivenMoment.optional().meta({ description: "Those that start then or later" }),
  until: GivenMoment.optional().meta({ description: "Those that start before" }),
  provider_id: IdText.optional(),
  service_id: IdText.optional(),
  location_id: IdText.optional(),
  customer_id: IdText.optional(),
  status: z.enum(statuses).optional(),
  updated_after: GivenMoment.optional().meta({
    description:
      "Those to which anything was done later. Ask with a minute’s overlap: what happens at this moment may be told after the next",
  }),
  ...pageQuery,
});

/** Either a hold, or what and when; either somebody known, or by name. */
export const NewAppointment = z
  .strictObject({
    hold: z.string().max(100).optional().meta({ description: "The token of a hold. Or instead:" }),
    ...wishFields,
    service_id: Id.optional(),
    start: GivenMoment.optional(),
    override,
    customer_id: Id.optional().meta({ description: "Somebody known. Or instead:" }),
    customer: NewContact.optional(),
    note: paragraph(1000).meta({ description: "What is to be said with the booking" }),
    fields: GivenValues,
  })
  .superRefine(({ hold, service_id, start, customer_id, customer }, context) => {
    const refuse = (field: string, message: string) =>
      context.addIssue({ code: "custom", path: [field], message });
    if (hold === undefined) {
      if (service_id === undefined) refuse("service_id", "Give a service, or a hold");
      if (start === undefined) refuse("start", "Give a start, or a hold");
    } else if ((service_id ?? start) !== undefined)
      refuse("hold", "A hold says which service and start: leave them out");
    if ((customer_id === undefined) === (customer === undefined))
      refuse("customer", "Give either customer or customer_id");
  });

export const NewStart = z.strictObject({
  start: GivenMoment,
  provider_id: Id.nullable().optional().meta({
    description: "Left out: who has the appointment keeps it. null: whoever is free",
  }),
  override,
});

export const NewMark = z.strictObject({
  as: z.enum(marks).meta({ description: "confirmed takes back what was said by mistake" }),
});
