// The operators' switch of the referral mails: off in a moment when they are misused.
import type { Request, Response } from "express";
import { formatInstant } from "../domain/time.ts";
import { Unavailable } from "../errors.ts";
import { Switch } from "../models/switch.ts";
import { liveWorkers, referralDepth } from "../referral-workers.ts";
import { page } from "../web/page.ts";

export async function show(_req: Request, res: Response) {
  const [{ enabled, changedAt }, queue] = await Promise.all([Switch.state("referrals"), depth()]);
  const changed = changedAt === null ? undefined : formatInstant(changedAt, "UTC");
  page(res, "operator/referrals/show", { title: "Referrals", enabled, changed, ...queue });
}

export async function pause(req: Request, res: Response) {
  await turn(req, false);
  res.redirect(303, "/operator/referrals");
}

export async function resume(req: Request, res: Response) {
  await turn(req, true);
  res.redirect(303, "/operator/referrals");
}

async function turn(req: Request, enabled: boolean): Promise<void> {
  if (!req.operator) throw new Unavailable();
  await Switch.turn("referrals", enabled, req.operator, Date.now());
}

/** With Redis away the switch must still be within reach. */
async function depth(): Promise<{ workers?: number; waiting?: number }> {
  try {
    const [workers, waiting] = await Promise.all([liveWorkers(), referralDepth()]);
    return { workers: workers.length, waiting };
  } catch {
    return {};
  }
}
