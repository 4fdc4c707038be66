import { z } from "zod";
import { type PersonalField, personalFields } from "../domain/told.ts";
import { type WebhookEvent, webhookEvents } from "../domain/webhooks.ts";
import { problemWithUrl } from "../outbound.ts";
import { Id, Moment } from "./wire.ts";

const events = Object.keys(webhookEvents) as [WebhookEvent, ...WebhookEvent[]];
const fields = Object.keys(personalFields) as [PersonalField, ...PersonalField[]];

const problems = {
  address: "Give an address that begins with https://, without a password in it",
  private: "This address is inside a private network, where we do not go",
};

export const NewWebhook = z.strictObject({
  url: z
    .string()
    .max(1000)
    .superRefine((text, context) => {
      const problem = problemWithUrl(text);
      if (problem) context.addIssue({ code: "custom", message: problems[problem] });
    })
    .transform((text) => (URL.canParse(text) ? new URL(text).href : text))
    .meta({ format: "uri", description: "Where it is sent: https, on the public internet" }),
  events: z
    .array(z.enum(events))
    .min(1)
    .max(events.length)
    .meta({ description: "What it is told of" }),
});

export const Webhook = z
  .object({
    id: Id,
    url: z.string(),
    events: z.array(z.enum(events)),
    personal_fields: z.array(z.enum(fields)).meta({
      description: "What it is told of customers; only the owner can add to it, in the workspace",
    }),
    on: z.boolean().meta({ description: "false: turned off by the owner, or after failing" }),
    failing_since: Moment.nullable(),
  })
  .meta({ id: "Webhook" });

export const NewlyAdded = Webhook.extend({
  secret: z.string().meta({
    description: "What its calls are signed with (standardwebhooks.com). Told this once",
  }),
}).meta({ id: "NewlyAddedWebhook" });
