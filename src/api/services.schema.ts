import { z } from "zod";
import { Id, Money, Named, ZoneName } from "./wire.ts";

const minutes = z.int().min(0);

export const Addon = z
  .object({ id: Id, name: z.string(), minutes, price: Money.nullable() })
  .meta({ id: "Addon" });

export const Category = z.object({ id: Id, name: z.string() }).meta({ id: "Category" });

export const Resource = z
  .object({
    id: Id,
    name: z.string(),
    kind: z.enum(["room", "equipment"]),
    capacity: z.int().nullable().meta({ description: "How many fit; null: however many come" }),
    location: Named,
  })
  .meta({ id: "Resource" });

export const Service = z
  .object({
    id: Id,
    name: z.string(),
    slug: z.string().meta({ description: "Its name in the address of the booking pages" }),
    description: z.string(),
    category: Named.nullable(),
    listed: z.boolean().meta({ description: "false: customers reach it by its address only" }),
    minutes: minutes.meta({ description: "How long it takes" }),
    step_minutes: minutes.meta({ description: "How far its times lie apart" }),
    buffer_before_minutes: minutes,
    buffer_after_minutes: minutes,
    booking_notice_minutes: minutes.meta({ description: "How long before the start to book" }),
    rescheduling_notice_minutes: minutes,
    cancelling_notice_minutes: minutes,
    horizon_days: z.int().meta({ description: "How many days ahead it can be booked" }),
    price: Money.nullable().meta({ description: "null: it is not said" }),
    most_people: z.int().meta({ description: "How many one booking may bring" }),
    needs_approval: z.boolean().meta({ description: "true: a booking waits for the business" }),
    providers: z.array(Named).meta({ description: "Who provides it, in the business’s order" }),
    locations: z.array(Named).meta({ description: "Where it can be booked" }),
    addons: z.array(Addon).meta({ description: "What can be added to it" }),
    booking_url: z.string().meta({ format: "uri", description: "Where people book it" }),
  })
  .meta({ id: "Service" });

export const Provider = z
  .object({
    id: Id,
    name: z.string(),
    services: z.array(Named).meta({ description: "What can be booked with her" }),
  })
  .meta({ id: "Provider" });

export const Location = z
  .object({ id: Id, name: z.string(), address: z.string(), phone: z.string(), zone: ZoneName })
  .meta({ id: "Location" });

export const Business = z
  .object({
    name: z.string(),
    slug: z.string(),
    address: z.string(),
    phone: z.string(),
    email: z.string(),
    zone: ZoneName,
    currency: z.string().meta({ description: "ISO 4217" }),
    bookings_open: z.boolean().meta({ description: "false: nothing new can be booked for now" }),
    booking_url: z.string().meta({ format: "uri" }),
  })
  .meta({ id: "Business" });
