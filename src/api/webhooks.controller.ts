// Being told of changes instead of asking for them. A program may add a webhook that tells numbers
// only: what it is told of customers is the owner's to agree to, in the workspace.
import { z } from "zod";
import type { WebhookEvent } from "../domain/webhooks.ts";
import { Unavailable } from "../errors.ts";
import { Webhook as Webhooks } from "../models/webhook.ts";
import { pageOf, positionIn } from "./cursor.ts";
import { endpoint, noContent } from "./endpoint.ts";
import { example } from "./example.ts";
import { NewlyAdded, NewWebhook, Webhook } from "./webhooks.schema.ts";
import { ById, listOf, pageQuery, utc } from "./wire.ts";

type Answer = z.input<typeof Webhook>;

const params = { id: String(example.webhook) };
const wanted: { url: string; events: WebhookEvent[] } = {
  url: "https://example.com/plainbook",
  events: ["appointment.booked", "appointment.moved", "appointment.cancelled"],
};
const exampleAnswer: Answer = {
  id: example.webhook,
  ...wanted,
  personal_fields: [],
  on: true,
  failing_since: null,
};

export const index = endpoint(
  {
    summary: "List webhooks",
    query: z.strictObject(pageQuery),
    answer: listOf(Webhook),
    example: () => ({ answer: { data: [exampleAnswer], next_cursor: null } }),
  },
  async ({ catalogue: { business }, query: { cursor, limit } }) => {
    const [after = 0] = positionIn(cursor, 1);
    const found = (await Webhooks.list(business)).filter(({ id }) => id > after);
    const { lines, next_cursor } = pageOf(found, limit, ({ id }) => [id]);
    return { data: lines.map(shown), next_cursor };
  },
);

export const show = endpoint(
  {
    summary: "See a webhook",
    params: ById,
    answer: Webhook,
    example: () => ({ params, answer: exampleAnswer }),
  },
  async ({ catalogue: { business }, params: { id } }) => shown(await Webhooks.find(business, id)),
);

export const create = endpoint(
  {
    summary: "Add a webhook",
    description:
      "It is told of appointments and their customers by numbers. A business can have five.",
    body: NewWebhook,
    status: 201,
    answer: NewlyAdded,
    location: ({ id }) => `/webhooks/${id}`,
    example: () => ({
      body: wanted,
      answer: { ...exampleAnswer, secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" },
    }),
  },
  async ({ catalogue: { business }, body, actor, now }) => {
    const id = await Webhooks.add(business, { ...body, fields: [] }, actor, now);
    const webhook = await Webhooks.find(business, id);
    const secret = await Webhooks.secretOf(webhook);
    if (secret === undefined) throw new Unavailable();
    return { ...shown(webhook), secret };
  },
);

export const destroy = endpoint(
  {
    summary: "Remove a webhook",
    description: "With what still waits to be sent to it.",
    params: ById,
    status: 204,
    answer: noContent,
    example: () => ({ params, answer: undefined }),
  },
  async ({ catalogue: { business }, params: { id }, actor, now }) => {
    await Webhooks.remove(business, id, actor, now);
  },
);

function shown({ id, url, events, fields, endedAt, failingSince }: Webhooks): Answer {
  return {
    id,
    url,
    events,
    personal_fields: fields,
    on: endedAt === null,
    failing_since: failingSince === null ? null : utc(failingSince),
  };
}
