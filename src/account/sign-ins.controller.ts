// Where a person is signed in, and where she was in the last 90 days.
import type { Request, Response } from "express";
import { DAY, dayNumber, formatInstant } from "../domain/time.ts";
import { browserName, regionName } from "../domain/visit.ts";
import { type SignInLine, SignIns } from "../models/sign-in.ts";
import { paged } from "../web/paging.ts";
import { page } from "../web/page.ts";
import { signOut } from "../web/people.ts";
import { noteFor } from "./notes.ts";
import { personOf } from "./person.ts";

export async function index(req: Request, res: Response) {
  const { id, signInId } = personOf(req);
  const now = Date.now();
  const [open, history] = await Promise.all([
    SignIns.open(id, now),
    paged(req, (slice) => SignIns.history(id, slice, now)),
  ]);
  const locals = {
    title: "Your sign-ins",
    note: noteFor(req),
    open: open.map((line) => ({ ...words(line), isThis: line.id === signInId })),
    history: { ...history, lines: history.lines.map(words) },
  };
  page(res, "account/sign-ins/index", locals);
}

/** Ending this very one is signing out. */
export async function end(req: Request, res: Response) {
  const { id, signInId } = personOf(req);
  if (req.params.id === String(signInId)) {
    await signOut(req, res);
    return res.redirect(303, "/login?note=signed-out");
  }
  await SignIns.end(id, req.params.id, Date.now());
  res.redirect(303, "/account/sign-ins?note=sign-in-ended");
}

export async function endOthers(req: Request, res: Response) {
  const { id, signInId } = personOf(req);
  await SignIns.endOthers(id, signInId, Date.now());
  res.redirect(303, "/account/sign-ins?note=sign-ins-ended");
}

function words({ id, at, seenDay, region, browser, endedAt }: SignInLine) {
  return {
    id,
    day: dayIn(at),
    seen: dayIn(dayNumber(seenDay) * DAY),
    region: regionName(region),
    browser: browserName(browser),
    ended: endedAt === null ? null : dayIn(endedAt),
  };
}

function dayIn(instant: number): string {
  return formatInstant(instant, "UTC").date;
}
