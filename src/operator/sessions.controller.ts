import type { Request, Response } from "express";
import { z } from "zod";
import { log } from "../log.ts";
import { Operator } from "../models/index.ts";
import { isPassword } from "../passwords.ts";
import { accountTried, beginTry, endTries } from "../web/back-off.ts";
import { blank, type Form, line, parse, refused } from "../web/form.ts";
import { localPath } from "../web/local-path.ts";
import { page } from "../web/page.ts";
import { signInOperator } from "../web/people.ts";
import { limit } from "../web/rate-limit.ts";
import { endSession } from "../web/session.ts";

const HOME = "/operator";
const PER_BUCKET = { max: 100, perSeconds: 600 };
const WRONG = "This address and this password do not belong together";

const SessionForm = z.object({
  email: line("Enter your e-mail address", 254).toLowerCase(),
  password: z.string("Enter your password").min(1, "Enter your password"),
  next: z.string().optional().transform(localPath),
});

export function blankForm(req: Request, res: Response) {
  const next = localPath(req.query.next);
  if (req.operator) return res.redirect(303, next ?? HOME);
  showForm(res, blank({ next }));
}

export async function create(req: Request, res: Response) {
  await limit(req, "operator-login", PER_BUCKET);
  const form = parse(SessionForm, req.body);
  if (!form.input) return showForm(res, form, 422);
  const operator = await operatorWith(req, form.input);
  if (!operator) return showForm(res, refused(form, "password", WRONG), 422);

  await signInOperator(req, res, operator);
  res.redirect(303, `/operator/login/check?next=${encodeURIComponent(form.input.next ?? HOME)}`);
}

/** Whether the browser brought the cookie back that signing in needs. */
export function show(req: Request, res: Response) {
  if (req.operator) return res.redirect(303, localPath(req.query.next) ?? HOME);
  page(res, "operator/sessions/no-cookie", { title: "Not signed in" }, 403);
}

export async function destroy(req: Request, res: Response) {
  await endSession(req, res);
  res.redirect(303, "/operator/login");
}

type Credentials = { email: string; password: string };

/** An address nobody has takes the same steps and the same time. */
async function operatorWith(req: Request, { email, password }: Credentials) {
  const operator = await Operator.withEmail(email);
  const account = accountTried("operator", operator?.id, email);
  await beginTry(req, account);
  if (!(await isPassword(password, operator?.passwordHash))) {
    log.warn({ region: req.region, bucket: req.rateBucket }, "operator sign-in refused");
    return undefined;
  }
  await endTries(req, account);
  return operator ?? undefined;
}

function showForm(res: Response, form: Form<unknown>, status = 200) {
  page(res, "operator/sessions/new", { title: "Operator sign-in", form }, status);
}
