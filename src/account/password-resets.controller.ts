import { setTimeout as wait } from "node:timers/promises";
import type { Request, Response } from "express";
import { z } from "zod";
import { PasswordReset } from "../models/password-reset.ts";
import { blank, type Form, mailAddress, parse } from "../web/form.ts";
import { page } from "../web/page.ts";
import { limit } from "../web/rate-limit.ts";

const PER_BUCKET = { max: 60, perSeconds: 3600 };
// Longer than writing down what is owed takes, so that the time tells nothing either.
const ANSWER_AFTER = 300; // ms

const PasswordResetForm = z.object({ email: mailAddress() });

export function blankForm(_req: Request, res: Response) {
  showForm(res, blank());
}

/** Known and unknown addresses get the same answer. */
export async function create(req: Request, res: Response) {
  await limit(req, "password", PER_BUCKET);
  const form = parse(PasswordResetForm, req.body);
  if (!form.input) return showForm(res, form, 422);
  const request = PasswordReset.request(form.input.email, Date.now());
  await Promise.all([request, wait(ANSWER_AFTER)]);
  res.redirect(303, "/password/sent");
}

export function show(_req: Request, res: Response) {
  page(res, "account/password-resets/show", { title: "Look into your mailbox" });
}

function showForm(res: Response, form: Form<unknown>, status = 200) {
  page(res, "account/password-resets/new", { title: "Choose a new password", form }, status);
}
