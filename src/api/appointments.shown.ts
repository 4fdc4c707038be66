// An appointment as programs see it.
import type { z } from "zod";
import { MINUTE } from "../domain/time.ts";
import { type PersonalField, personalFields, toldAppointment } from "../domain/told.ts";
import type { FeedAppointment } from "../models/appointment-feed.ts";
import type { Appointment } from "./appointments.schema.ts";
import type { Caller } from "./endpoint.ts";
import { valuesOf } from "./fields.ts";
import { example, type ExampleTimes } from "./example.ts";
import { moment, utc } from "./wire.ts";

type Answer = z.input<typeof Appointment>;

export function pathOf({ id }: { id: number }): string {
  return `/appointments/${id}`;
}

export function positionOf({ startsAt, id }: FeedAppointment): number[] {
  return [startsAt, id];
}

/** With what was answered to the business's own questions, where the program may see it. */
export async function shownAll(
  lines: readonly FeedAppointment[],
  caller: Caller,
): Promise<Answer[]> {
  const { currency } = caller.catalogue.business;
  const told = lines.map((line) => toldAppointment(line, currency, personalFor(caller)));
  if (!maySeeCustomers(caller)) return told;
  const ids = lines.map(({ id }) => id);
  const fields = await valuesOf(caller, "appointment", ids);
  return told.map((one) => ({ ...one, fields: fields(one.id) }));
}

export async function shown(line: FeedAppointment, caller: Caller): Promise<Answer> {
  const [only] = await shownAll([line], caller);
  if (!only) throw new Error("an appointment was not shown");
  return only;
}

function maySeeCustomers({ key }: Caller): boolean {
  return key.scopes.includes("customers:read");
}

/** Who may not see customers sees which one it is, what was said with the booking, and no more. */
function personalFor(caller: Caller): readonly PersonalField[] {
  return maySeeCustomers(caller) ? EVERYTHING : ["note"];
}

const EVERYTHING = Object.keys(personalFields) as PersonalField[];

export function exampleAppointment(
  { now, start }: ExampleTimes,
  more: Partial<Answer> = {},
): Answer {
  return {
    id: example.appointment,
    status: "confirmed",
    start: moment(start, example.zone),
    end: moment(start + 30 * MINUTE, example.zone),
    zone: example.zone,
    service: example.service,
    provider: example.provider,
    location: example.location,
    people: 1,
    addons: [],
    series_id: null,
    customer: example.customer,
    price: { amount: 3500, currency: example.currency },
    note: "",
    fields: {},
    created_at: utc(now),
    updated_at: utc(now),
    cancelled_at: null,
    coming_at: null,
    version: "0-confirmed",
    ...more,
  };
}
