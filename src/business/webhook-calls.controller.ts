import type { Request, Response } from "express";
import { WebhookCall } from "../models/webhook-call.ts";
import { Webhook } from "../models/webhook.ts";
import { at } from "./actor.ts";

/** Sends an example of nobody's appointment. */
export async function test(req: Request, res: Response) {
  const webhook = await Webhook.find(req.business, req.params.id);
  await Webhook.test(webhook, Date.now());
  res.redirect(303, at(req, `/integrations/webhooks/${webhook.id}`));
}

/** Sends one of the log again, whether it had arrived or not. */
export async function repeat(req: Request, res: Response) {
  const { id, call } = req.params;
  await WebhookCall.sendAgain(req.business, id, call, Date.now());
  res.redirect(303, at(req, `/integrations/webhooks/${String(id)}`));
}
