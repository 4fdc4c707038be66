import type { Request, Response } from "express";
import { WebhookCall } from "../models/webhook-call.ts";
import { Webhook } from "../models/webhook.ts";
import { at } from "./actor.ts";
import { logAsked } from "./deliveries.asked.ts";
import { linkTo } from "./query.ts";

/** Sends an example of nobody's appointment. */
export async function test(req: Request, res: Response) {
  const webhook = await Webhook.find(req.business, req.params.id);
  await Webhook.test(webhook, Date.now());
  res.redirect(303, at(req, `/integrations/webhooks/${webhook.id}`));
}

/** Sends one of the log again, whether it had arrived or not. */
export async function repeat(req: Request, res: Response) {
  const { id, call } = req.params;
  await WebhookCall.sendAgain(req.business, { webhookId: id }, call, Date.now());
  res.redirect(303, at(req, `/integrations/webhooks/${String(id)}`));
}

/** The same from the page of its appointment. */
export async function repeatOfAppointment(req: Request, res: Response) {
  const { id, call } = req.params;
  await WebhookCall.sendAgain(req.business, { appointmentId: id }, call, Date.now());
  res.redirect(303, at(req, `/appointments/${String(id)}`));
}

/** The same from the log of all that went out. */
export async function repeatListed(req: Request, res: Response) {
  await WebhookCall.sendAgain(req.business, {}, req.params.id, Date.now());
  res.redirect(303, linkTo(at(req, "/deliveries"), logAsked(req)));
}
