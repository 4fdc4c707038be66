// An appointment as programs see it.
import type { z } from "zod";
import type { Status } from "../domain/status.ts";
import { MINUTE } from "../domain/time.ts";
import type { FeedAppointment } from "../models/appointment-feed.ts";
import type { Appointment } from "./appointments.schema.ts";
import type { Caller } from "./endpoint.ts";
import { valuesOf } from "./fields.ts";
import { example, type ExampleTimes } from "./example.ts";
import { money, moment, utc } from "./wire.ts";

type Answer = z.input<typeof Appointment>;

/** The number goes up when it is moved or cancelled; the status says what became of it. */
export function versionOf({ sequence, status }: { sequence: number; status: Status }): string {
  return `${sequence}-${status}`;
}

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
  if (!maySeeCustomers(caller)) return lines.map((line) => withoutFields(line, caller));
  const ids = lines.map(({ id }) => id);
  const fields = await valuesOf(caller, "appointment", ids);
  return lines.map((line) => ({ ...withoutFields(line, caller), fields: fields(line.id) }));
}

export async function shown(line: FeedAppointment, caller: Caller): Promise<Answer> {
  const [only] = await shownAll([line], caller);
  return only ?? withoutFields(line, caller);
}

function maySeeCustomers({ key }: Caller): boolean {
  return key.scopes.includes("customers:read");
}

/** Who may not see customers sees which one it is, and no more. */
function withoutFields(facts: FeedAppointment, caller: Caller): Answer {
  const { customerId, customerName, customerEmail, customerPhone, otherPhone, zone } = facts;
  const { catalogue } = caller;
  const contact = maySeeCustomers(caller) && {
    name: customerName,
    email: customerEmail,
    phone: otherPhone ?? customerPhone,
  };
  return {
    id: facts.id,
    status: facts.status,
    start: moment(facts.startsAt, zone),
    end: moment(facts.endsAt, zone),
    zone,
    service: { id: facts.serviceId, name: facts.serviceName },
    provider: { id: facts.staffId, name: facts.staffName },
    location: { id: facts.locationId, name: facts.locationName },
    people: facts.people,
    addons: facts.addons,
    customer: { id: customerId, ...contact },
    price: money(facts.price, catalogue.business.currency),
    note: facts.note,
    created_at: utc(facts.createdAt),
    updated_at: utc(facts.updatedAt),
    cancelled_at: facts.cancelledAt === null ? null : utc(facts.cancelledAt),
    version: versionOf(facts),
  };
}

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
    customer: example.customer,
    price: { amount: 3500, currency: example.currency },
    note: "",
    fields: {},
    created_at: utc(now),
    updated_at: utc(now),
    cancelled_at: null,
    version: "0-confirmed",
    ...more,
  };
}
