// A customer asks for a link to her own bookings, and uses it.
import { setTimeout as wait } from "node:timers/promises";
import type { Request, Response } from "express";
import { z } from "zod";
import { Gone } from "../../errors.ts";
import { MyLink } from "../../models/my-link.ts";
import { blank, type Form, mailAddress, parse } from "../../web/form.ts";
import { linkIn, wordsOf } from "../../web/language.ts";
import { page } from "../../web/page.ts";
import { limit } from "../../web/rate-limit.ts";
import { myPath, showGone } from "./entry.ts";

const PER_BUCKET = { max: 60, perSeconds: 3600 };
// Longer than writing down what is owed takes, so that the time tells nothing either.
const ANSWER_AFTER = 300; // ms

const LinkForm = z.object({ email: mailAddress() });

export function blankForm(req: Request, res: Response) {
  showForm(req, res, blank());
}

/** Known and unknown addresses get the same answer. */
export async function create(req: Request, res: Response) {
  await limit(req, "my-link", PER_BUCKET);
  const form = parse(LinkForm, req.body, wordsOf(res));
  if (!form.input) return showForm(req, res, form, 422);
  const request = MyLink.request(
    req.catalogue.business,
    form.input.email,
    Date.now(),
    wordsOf(res).language,
  );
  await Promise.all([request, wait(ANSWER_AFTER)]);
  res.redirect(303, linkIn(res, myPath(req, "/sent")));
}

export function sent(req: Request, res: Response) {
  page(res, "booking/my/sent", { title: wordsOf(res).t("my.sent_title"), here: myPath(req) });
}

/** Asks to go on: programs that look at mails follow every link, and must use nothing up. */
export async function show(req: Request, res: Response) {
  const { business } = req.catalogue;
  try {
    await MyLink.look(business, String(req.params.token), Date.now());
    const here = myPath(req, `/links/${String(req.params.token)}`);
    page(res, "booking/my/link", { title: titleOf(req, res), here });
  } catch (error) {
    if (!(error instanceof Gone)) throw error;
    showGone(req, res);
  }
}

export async function use(req: Request, res: Response) {
  try {
    const { business } = req.catalogue;
    const entry = await MyLink.use(business, String(req.params.token), Date.now());
    res.redirect(303, linkIn(res, myPath(req, `/${entry}`)));
  } catch (error) {
    if (!(error instanceof Gone)) throw error;
    showGone(req, res);
  }
}

function showForm(req: Request, res: Response, form: Form<unknown>, status = 200): void {
  const title = titleOf(req, res);
  page(res, "booking/my/new", { title, form, here: myPath(req) }, status);
}

function titleOf(req: Request, res: Response): string {
  return wordsOf(res).t("my.title", { business: req.catalogue.business.name });
}
