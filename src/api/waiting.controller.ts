// Waiting lists: who waits for a time, joining and leaving.
import { randomUUID } from "node:crypto";
import type { z } from "zod";
import { instantToLocal, MINUTE } from "../domain/time.ts";
import type { WaitingWish } from "../domain/waiting.ts";
import { waitingUrl } from "../links.ts";
import type { Question } from "../models/starts.ts";
import { WaitingEntries } from "../models/waiting-entry.ts";
import { type FeedPlace, WaitingFeed } from "../models/waiting-feed.ts";
import { leaveList } from "../models/waiting-leaving.ts";
import { Waiting } from "../models/waiting.ts";
import { hmac } from "../secrets.ts";
import { pageOf, positionIn } from "./cursor.ts";
import { type Caller, endpoint, noContent } from "./endpoint.ts";
import { example, type ExampleTimes } from "./example.ts";
import { invalid, Problem } from "./problem.ts";
import { NewlyWaiting, NewPlace, Place, Places, WaitingQuery } from "./waiting.schema.ts";
import { ById, moment, utc } from "./wire.ts";
import { questionOf } from "./wish.ts";

type Answer = z.input<typeof Place>;
const params = { id: String(example.waiting) };

export const index = endpoint(
  {
    summary: "List who waits",
    description: "In the order in which times that become free are offered to them.",
    query: WaitingQuery,
    answer: Places,
    example: (times) => ({
      query: { service_id: String(example.service.id), limit: "20" },
      answer: { data: [examplePlace(times)], next_cursor: null },
    }),
  },
  async (call) => {
    const { limit, cursor, service_id: serviceId } = call.query;
    const page = { serviceId, after: positionIn(cursor, 2), limit: limit + 1, now: call.now };
    const found = await WaitingFeed.page(call.key.businessId, page);
    const { lines, next_cursor } = pageOf(found, limit, ({ createdAt, id }) => [createdAt, id]);
    return { data: lines.map((line) => shown(line, call)), next_cursor };
  },
);

export const show = endpoint(
  {
    summary: "See a place on a waiting list",
    description: "One that has ended, too, for 30 days.",
    params: ById,
    answer: Place,
    example: (times) => ({ params, answer: examplePlace(times) }),
  },
  async (call) => shown(await WaitingFeed.one(call.key.businessId, call.params.id, call.now), call),
);

export const create = endpoint(
  {
    summary: "Put somebody on a waiting list",
    description:
      "Where the service has one, and no time that suits is free. A time that becomes free is kept for the first whom it suits, with a mail. Send an Idempotency-Key: sent again with it, the same request joins once.",
    body: NewPlace,
    status: 201,
    answer: NewlyWaiting,
    location: ({ id }) => `/waiting/${id}`,
    refusals: ["conflict"],
    example: (times) => ({
      body: {
        service_id: example.service.id,
        provider_id: example.provider.id,
        from: times.day,
        to: times.day,
        not_before: "17:00",
        not_after: "18:00",
        customer: { name: "Wanda Weiss", email: "wanda@example.com" },
      },
      answer: { ...examplePlace(times), customer_url: example.waitingLink },
    }),
  },
  async (call) => {
    const { from, to, not_before, not_after, customer, ...asked } = call.body;
    const question = waitingQuestion(call, asked);
    const { business } = question.catalogue;
    if (from < instantToLocal(call.now, business.zone).date)
      throw invalid([{ pointer: "#/from", detail: "Give a day that is not over" }]);
    const wish: WaitingWish = {
      fromDate: from,
      toDate: to,
      fromMinute: not_before,
      toMinute: not_after,
    };
    if (await Waiting.isFree(question, wish))
      throw new Problem("conflict", { detail: "A time that suits is free: book it" });
    const details = { ...wish, ...customer, language: business.language, uid: nameOf(call) };
    const token = await WaitingEntries.join(question, details, call.actor, call.now);
    const { id } = await WaitingEntries.withToken(token);
    const place = await WaitingFeed.one(business.id, id, call.now);
    return { ...shown(place, call), customer_url: waitingUrl(token) };
  },
);

export const destroy = endpoint(
  {
    summary: "Take somebody off a waiting list",
    description: "Nothing is kept of her; a time kept for her goes to the next. Twice is once.",
    params: ById,
    status: 204,
    answer: noContent,
    example: () => ({ params, answer: undefined }),
  },
  async (call) => {
    const { businessId } = call.key;
    const { id } = await WaitingFeed.one(businessId, call.params.id, call.now);
    await leaveList({ businessId, id }, call.actor, call.now);
  },
);

/** @throws Problem for a service without a waiting list */
function waitingQuestion(call: Caller, asked: Parameters<typeof questionOf>[1]): Question {
  const question = questionOf(call, asked);
  if (question.service.waitingList) return question;
  throw invalid([{ pointer: "#/service_id", detail: "This service has no waiting list" }]);
}

/** The same request, sent again, is the same place. */
function nameOf({ key, once }: Caller): string {
  return once === undefined ? randomUUID() : hmac("api waiting", `${key.id} ${once}`);
}

function shown(place: FeedPlace, { catalogue }: Caller): Answer {
  const { zone } = catalogue.views.get(place.locationId)?.business ?? catalogue.business;
  const { staffId, staffName, offerStart, offerExpires, endedAt } = place;
  return {
    id: place.id,
    state: place.state,
    service: { id: place.serviceId, name: place.serviceName },
    provider: staffId === null ? null : { id: staffId, name: staffName ?? "" },
    location: { id: place.locationId, name: place.locationName },
    people: place.people,
    zone,
    from: place.fromDate,
    to: place.toDate,
    not_before: clock(place.fromMinute),
    not_after: clock(place.toMinute),
    customer: { name: place.name, email: place.email, phone: place.phone },
    offer:
      offerStart === null
        ? null
        : { start: moment(offerStart, zone), expires_at: utc(offerExpires ?? 0) },
    created_at: utc(place.createdAt),
    ended_at: endedAt === null ? null : utc(endedAt),
  };
}

/** 09:00 */
function clock(minutes: number | null): string | null {
  return minutes === null ? null : new Date(minutes * MINUTE).toISOString().slice(11, 16);
}

function examplePlace({ now, day }: ExampleTimes): Answer {
  return {
    id: example.waiting,
    state: "waiting",
    service: example.service,
    provider: example.provider,
    location: example.location,
    people: 1,
    zone: example.zone,
    from: day,
    to: day,
    not_before: "17:00",
    not_after: "18:00",
    customer: { name: "Wanda Weiss", email: "wanda@example.com", phone: null },
    offer: null,
    created_at: utc(now),
    ended_at: null,
  };
}
