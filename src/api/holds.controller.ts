// A time kept for ten minutes, while a customer fills in a form of the program's own.
import type { z } from "zod";
import { MINUTE } from "../domain/time.ts";
import { Gone, NotFound } from "../errors.ts";
import { catalogueAt, serviceById, withAddons } from "../models/catalogue.ts";
import { Hold as Holds } from "../models/index.ts";
import type { Question } from "../models/starts.ts";
import { type Caller, endpoint, noContent } from "./endpoint.ts";
import { example } from "./example.ts";
import { ByToken, Hold, NewHold } from "./holds.schema.ts";
import { orNextTimes } from "./times.controller.ts";
import { moment, utc } from "./wire.ts";
import { questionOf } from "./wish.ts";

type Answer = z.input<typeof Hold>;

const exampleAnswer = (start: number, now: number): Answer => ({
  token: example.hold,
  service_id: example.service.id,
  provider_id: example.provider.id,
  location_id: example.location.id,
  people: 1,
  addon_ids: [],
  start: moment(start, example.zone),
  end: moment(start + 30 * MINUTE, example.zone),
  zone: example.zone,
  expires_at: utc(now + 10 * MINUTE),
  appointment_id: null,
});

export const create = endpoint(
  {
    summary: "Keep a time",
    description: "Nobody else can book it for ten minutes. Book it with POST /appointments.",
    body: NewHold,
    status: 201,
    answer: Hold,
    refusals: ["time-taken", "bookings-closed"],
    location: ({ token }) => `/holds/${token}`,
    example: ({ start, now }) => ({
      body: { service_id: example.service.id, start: moment(start, example.zone) },
      answer: exampleAnswer(start, now),
    }),
  },
  async (call) => {
    const { start, ...wish } = call.body;
    const question = questionOf(call, wish);
    const token = await orNextTimes(question, start, () => Holds.take(question, start));
    return shown(await Holds.withToken(token), token, call);
  },
);

export const show = endpoint(
  {
    summary: "See what is kept",
    params: ByToken,
    answer: Hold,
    example: ({ later, now }) => ({
      params: { token: example.hold },
      answer: exampleAnswer(later, now),
    }),
  },
  async (call) => {
    const { token } = call.params;
    return shown(await heldBy(call, token), token, call);
  },
);

export const destroy = endpoint(
  {
    summary: "Give a time back",
    description: "Giving it back twice is giving it back once.",
    params: ByToken,
    status: 204,
    answer: noContent,
    refusals: ["conflict"],
    example: () => ({ params: { token: example.hold }, answer: undefined }),
  },
  async (call) => {
    await Holds.release(await heldBy(call, call.params.token), call.now);
  },
);

/** @throws NotFound for one that never was, is long over, or is another business's */
export async function heldBy({ key }: Caller, token: string): Promise<Holds> {
  try {
    const hold = await Holds.withToken(token);
    if (hold.businessId === key.businessId) return hold;
  } catch (error) {
    if (!(error instanceof Gone)) throw error;
  }
  throw new NotFound("hold");
}

/** What a hold keeps, for its service as it is booked, where it is booked. */
export function questionOfHold({ catalogue, now }: Caller, hold: Holds): Question {
  const here = catalogueAt(catalogue, hold.locationId);
  const service = serviceById(here, hold.serviceId);
  const addons = here.addons.filter(({ id }) => hold.addonIds.includes(id));
  return {
    catalogue: here,
    service: withAddons(service, addons),
    addons,
    people: hold.people,
    staffId: hold.anyStaff ? undefined : hold.staffId,
    now,
  };
}

function shown(hold: Holds, token: string, caller: Caller): Answer {
  const { catalogue, service } = questionOfHold(caller, hold);
  const { zone } = catalogue.business;
  return {
    token,
    service_id: hold.serviceId,
    provider_id: hold.staffId,
    location_id: hold.locationId,
    people: hold.people,
    addon_ids: hold.addonIds,
    start: moment(hold.startsAt, zone),
    end: moment(hold.startsAt + service.minutes * MINUTE, zone),
    zone,
    expires_at: utc(hold.expiresAt),
    appointment_id: hold.appointmentId,
  };
}
