// Tell a friend: the form, the mail as it will be sent, and what became of it. What is typed goes
// from page to page in the form itself and is put down nowhere.
import { setTimeout as wait } from "node:timers/promises";
import type { Request, Response } from "express";
import type { z } from "zod";
import { NotFound, Unavailable } from "../errors.ts";
import { ReferralRefusal } from "../models/referral-refusal.ts";
import { Switch } from "../models/switch.ts";
import { type Outcome, readOutcome } from "../referral-outcomes.ts";
import { FRIENDS_LINK, handOver, referralMail } from "../referrals.ts";
import { newToken } from "../secrets.ts";
import { blank, type Form, parse } from "../web/form.ts";
import { page } from "../web/page.ts";
import { limit } from "../web/rate-limit.ts";
import { MailToken, ReferralForm } from "./referrals.form.ts";

// Against misuse. A bucket is shared by strangers, so it allows more than one person needs.
const LOOKS = { max: 120, perSeconds: 3600 };
const MAILS = { max: 50, perSeconds: 3600 };
const WAIT_FOR_IT = 2500; // ms: most mails go at once
const LOOK_EVERY = 100; // ms

export async function blankForm(_req: Request, res: Response) {
  if (!(await Switch.isOn("referrals"))) return showPause(res);
  showForm(res, blank());
}

/** Shows the mail; nothing has left the page yet. */
export async function preview(req: Request, res: Response) {
  await requireSwitch();
  const form = parse(ReferralForm, req.body);
  if (!form.input) return showForm(res, form, 422);
  await limit(req, "referral look", LOOKS);
  showMail(res, form.input, newToken());
}

/** Back to the form, with what was typed. */
export function change(req: Request, res: Response) {
  const { values } = parse(ReferralForm, req.body);
  showForm(res, blank(values));
}

export async function send(req: Request, res: Response) {
  await requireSwitch();
  const form = parse(ReferralForm, req.body);
  if (!form.input) return showForm(res, form, 422);
  const token = MailToken.safeParse(req.body.mail).data;
  if (!token) return showMail(res, form.input, newToken(), 422);
  await limit(req, "referral mail", MAILS);
  const answer = await handOver(referralOf(form.input), token);
  if (answer !== "handed over") return showMail(res, form.input, token, 503, answer);
  res.redirect(303, `/refer/outcomes/${token}`);
}

/**
 * What became of it, for whoever has the token; states and reasons only. While it waits, so does the
 * answer, for a little: a page that reloads itself is no page for who reads it slowly.
 */
export async function outcome(req: Request, res: Response) {
  const token = String(req.params.token);
  if (!/^[\w-]{32}$/.test(token)) throw new NotFound();
  const found = await outcomeInAWhile(token).catch(() => {
    throw new Unavailable("We cannot look it up just now");
  });
  const locals = { title: "Your mail", outcome: found };
  page(res, "site/referrals/outcome", locals, found ? 200 : 410);
}

/** The friend's own page, from the link in her mail. Looking at it changes nothing. */
export async function refusal(req: Request, res: Response) {
  const token = String(req.params.token);
  if (!ReferralRefusal.isToken(token)) throw new NotFound();
  const refused = await ReferralRefusal.has(token);
  const title = "Never write to me again";
  page(res, "site/referrals/refusal", { title, refusalToken: token, refused });
}

export async function refuse(req: Request, res: Response) {
  const token = String(req.params.token);
  if (!(await ReferralRefusal.add(token))) throw new NotFound();
  res.redirect(303, `/refer/refusals/${token}`);
}

async function outcomeInAWhile(token: string): Promise<Outcome | undefined> {
  for (const giveUpAt = Date.now() + WAIT_FOR_IT; ; await wait(LOOK_EVERY)) {
    const found = await readOutcome(token);
    if (found?.state !== "waiting" || Date.now() >= giveUpAt) return found;
  }
}

type Typed = z.infer<typeof ReferralForm>;

async function requireSwitch(): Promise<void> {
  if (!(await Switch.isOn("referrals"))) throw new Unavailable("Telling a friend is paused");
}

function showPause(res: Response): void {
  page(res, "site/referrals/paused", { title: "Tell a friend" });
}

function showForm(res: Response, form: Form<unknown>, status = 200): void {
  page(res, "site/referrals/new", { title: "Tell a friend", form }, status);
}

function showMail(
  res: Response,
  typed: Typed,
  mailToken: string,
  status = 200,
  problem?: "nobody" | "busy",
): void {
  const mail = referralMail(referralOf(typed), FRIENDS_LINK);
  const title = "The mail to your friend";
  page(res, "site/referrals/mail", { title, typed, mail, mailToken, problem }, status);
}

function referralOf({ name, friend_name: friendName, friend_email: friendEmail }: Typed) {
  return { name, friendName, friendEmail };
}
