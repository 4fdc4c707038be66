import type { Request, Response } from "express";
import { blank, type Form, parse, refused } from "../web/form.ts";
import { localPath } from "../web/local-path.ts";
import { page } from "../web/page.ts";
import { signIn, signOut } from "../web/people.ts";
import { limit } from "../web/rate-limit.ts";
import { personWith } from "./credentials.ts";
import { homeOf } from "./home.ts";
import { noteFor } from "./notes.ts";
import { SessionForm } from "./sessions.form.ts";

const PER_BUCKET = { max: 300, perSeconds: 600 };
const WRONG = "This address and this password do not belong together";

export async function blankForm(req: Request, res: Response) {
  const next = localPath(req.query.next);
  if (req.person) return res.redirect(303, next ?? (await homeOf(req.person.id)));
  showForm(req, res, blank({ next }));
}

export async function create(req: Request, res: Response) {
  await limit(req, "login", PER_BUCKET);
  const form = parse(SessionForm, req.body);
  if (!form.input) return showForm(req, res, form, 422);
  const { email, password, next } = form.input;
  const person = await personWith(req, email, password);
  if (!person) return showForm(req, res, refused(form, "password", WRONG), 422);

  await signIn(req, res, person);
  const home = next ?? (await homeOf(person.id));
  res.redirect(303, `/login/check?next=${encodeURIComponent(home)}`);
}

/** Whether the browser brought the cookie back that signing in needs. */
export async function show(req: Request, res: Response) {
  if (!req.person) return page(res, "account/sessions/no-cookie", { title: "Not signed in" }, 403);
  res.redirect(303, localPath(req.query.next) ?? (await homeOf(req.person.id)));
}

export async function destroy(req: Request, res: Response) {
  await signOut(req, res);
  res.redirect(303, "/login?note=signed-out");
}

function showForm(req: Request, res: Response, form: Form<unknown>, status = 200) {
  const locals = { title: "Sign in", form, note: noteFor(req) };
  page(res, "account/sessions/new", locals, status);
}
