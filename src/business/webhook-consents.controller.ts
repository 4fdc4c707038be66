// What the owner agrees to being sent to a webhook, and no longer.
import type { Request, Response } from "express";
import { Webhook } from "../models/webhook.ts";
import { blank, type Form, parse } from "../web/form.ts";
import { page } from "../web/page.ts";
import { actorOf, at } from "./actor.ts";
import { always, eventOptions, fieldOptions, TermsForm } from "./webhooks.form.ts";

export async function blankForm(req: Request, res: Response) {
  const webhook = await Webhook.find(req.business, req.params.id);
  const { events, fields } = webhook;
  show(res, webhook, blank({ events, fields }));
}

export async function create(req: Request, res: Response) {
  const webhook = await Webhook.find(req.business, req.params.id);
  const form = parse(TermsForm, req.body);
  if (!form.input) return show(res, webhook, form, 422);

  await Webhook.agree(webhook, form.input, actorOf(req), Date.now());
  res.redirect(303, at(req, `/integrations/webhooks/${webhook.id}`));
}

/** Nothing is sent from here on, what waits included. */
export async function destroy(req: Request, res: Response) {
  const webhook = await Webhook.find(req.business, req.params.id);
  await Webhook.revoke(webhook, actorOf(req), Date.now());
  res.redirect(303, at(req, `/integrations/webhooks/${webhook.id}`));
}

function show(res: Response, webhook: Webhook, form: Form<unknown>, status = 200): void {
  const locals = { title: "What is sent", webhook, form, eventOptions, fieldOptions, always };
  page(res, "business/webhooks/consent", locals, status);
}
