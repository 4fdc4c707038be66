import { z } from "zod";
import { daysBetween } from "../domain/time.ts";
import { parseTime } from "../domain/time-text.ts";
import { mailAddress } from "../web/form.ts";
import { NewContact } from "./customers.schema.ts";
import { Day, Id, IdText, listOf, Moment, Named, pageQuery, ZoneName } from "./wire.ts";
import { wishFields } from "./wish.ts";

const MOST_DAYS = 60;
const STATES = ["waiting", "offered", "booked", "left", "over"] as const;

const Clock = z.string().meta({
  description: "A time of the local day, like 09:00",
  examples: ["09:00"],
});
const GivenClock = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "Give a time like 09:00")
  .transform((text) => parseTime(text));

export const Place = z
  .object({
    id: Id,
    state: z.enum(STATES).meta({
      description: "offered: a time is kept for her; booked, left and over have ended",
    }),
    service: Named,
    provider: Named.nullable().meta({ description: "null: anyone will do" }),
    location: Named,
    people: z.int().meta({ description: "How many come" }),
    zone: ZoneName,
    from: Day,
    to: Day,
    not_before: Clock.nullable().meta({ description: "The earliest start on each of these days" }),
    not_after: Clock.nullable().meta({ description: "The latest start on each of these days" }),
    customer: z.object({
      name: z.string().meta({ description: "Empty once she has left: nothing is kept of her" }),
      email: z.string(),
      phone: z.string().nullable(),
    }),
    offer: z
      .object({ start: Moment, expires_at: Moment })
      .nullable()
      .meta({ description: "What is kept for her, and until when" }),
    created_at: Moment,
    ended_at: Moment.nullable(),
  })
  .meta({ id: "WaitingPlace" });

export const Places = listOf(Place);

export const NewlyWaiting = Place.extend({
  customer_url: z.string().meta({
    format: "uri",
    description: "The customer's own page: who has it can leave the list. Told this once",
  }),
}).meta({ id: "NewlyWaiting" });

export const WaitingQuery = z.strictObject({
  service_id: IdText.optional().meta({ description: "Only for this service" }),
  ...pageQuery,
});

export const NewPlace = z
  .strictObject({
    ...wishFields,
    from: Day,
    to: Day,
    not_before: GivenClock.nullable().default(null),
    not_after: GivenClock.nullable().default(null),
    customer: NewContact.extend({ email: mailAddress().meta({ format: "email" }) }),
  })
  .superRefine(({ from, to, not_before, not_after }, context) => {
    const refuse = (field: string, message: string) =>
      context.addIssue({ code: "custom", path: [field], message });
    if (to < from) refuse("to", "Give a day that is not before the first");
    else if (daysBetween(from, to) >= MOST_DAYS) refuse("to", `Give at most ${MOST_DAYS} days`);
    if (not_before !== null && not_after !== null && not_after < not_before)
      refuse("not_after", "Give a time that is not before the earliest");
  });
