import type { Request, Response } from "express";
import { Refused } from "../models/set-up.ts";
import { WebhookCall } from "../models/webhook-call.ts";
import { Webhook } from "../models/webhook.ts";
import { blank, type Form, parse, refused } from "../web/form.ts";
import { page } from "../web/page.ts";
import { actorOf, at } from "./actor.ts";
import { momentsIn } from "./moments.ts";
import { paged } from "../web/paging.ts";
import { always, eventOptions, fieldOptions, WebhookForm } from "./webhooks.form.ts";
import { callWords, standing, termsWords } from "./webhooks.words.ts";

export async function index(req: Request, res: Response) {
  const moments = momentsIn(req.business.zone);
  const found = await Webhook.list(req.business);
  const webhooks = found.map((one) => ({ ...one, ...standing(one, moments) }));
  page(res, "business/webhooks/index", { title: "Webhooks", webhooks });
}

export function blankForm(_req: Request, res: Response): void {
  showNew(res, blank({ events: eventOptions.map(([event]) => event) }));
}

export async function create(req: Request, res: Response) {
  const form = parse(WebhookForm, req.body);
  if (!form.input) return showNew(res, form, 422);

  try {
    const id = await Webhook.add(req.business, form.input, actorOf(req), Date.now());
    res.redirect(303, at(req, `/integrations/webhooks/${id}`));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    showNew(res, refused(form, error.field, error.message), 422);
  }
}

/** Three queries: the webhook, its secret, a page of its log. */
export async function show(req: Request, res: Response) {
  const webhook = await Webhook.find(req.business, req.params.id);
  const [secret, calls] = await Promise.all([
    Webhook.secretOf(webhook),
    paged(req, (slice) => WebhookCall.ofWebhook(webhook, slice)),
  ]);
  const moments = momentsIn(req.business.zone);
  const { previousUntil } = webhook;
  const former = previousUntil !== null && previousUntil > Date.now() ? previousUntil : undefined;
  page(res, "business/webhooks/show", {
    title: "Webhook",
    webhook,
    secret,
    former: former && moments(former),
    standing: standing(webhook, moments),
    terms: termsWords(webhook),
    calls: { ...calls, lines: calls.lines.map((line) => callWords(line, moments)) },
    here: at(req, `/integrations/webhooks/${webhook.id}`),
  });
}

/** A new secret; the former is good for another day. */
export async function rotate(req: Request, res: Response) {
  const webhook = await Webhook.find(req.business, req.params.id);
  await Webhook.rotate(webhook, actorOf(req), Date.now());
  res.redirect(303, at(req, `/integrations/webhooks/${webhook.id}`));
}

export async function destroy(req: Request, res: Response) {
  await Webhook.remove(req.business, req.params.id, actorOf(req), Date.now());
  res.redirect(303, at(req, "/integrations/webhooks"));
}

function showNew(res: Response, form: Form<unknown>, status = 200): void {
  const locals = { title: "Add a webhook", form, eventOptions, fieldOptions, always };
  page(res, "business/webhooks/new", locals, status);
}
