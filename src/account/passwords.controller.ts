// A new password: by the one-time link of a mail, or by somebody who is signed in.
import type { Request, Response } from "express";
import { z } from "zod";
import { Gone } from "../errors.ts";
import { Person } from "../models/index.ts";
import { type OpenReset, PasswordReset } from "../models/password-reset.ts";
import { hashPassword } from "../passwords.ts";
import { blank, type Form, parse, refused } from "../web/form.ts";
import { page } from "../web/page.ts";
import { signIn } from "../web/people.ts";
import { showAccount } from "./account.controller.ts";
import { personWith } from "./credentials.ts";
import { chosenPassword, givenPassword, withGoodPassword } from "./password.field.ts";

const NewPasswordForm = z.object({ password: chosenPassword });
const ChangeForm = z.object({ current_password: givenPassword, password: chosenPassword });

export async function edit(req: Request, res: Response) {
  const reset = await openReset(req, res);
  if (reset) showForm(res, reset, blank());
}

export async function update(req: Request, res: Response) {
  const reset = await openReset(req, res);
  if (!reset) return;
  const own = [reset.name, reset.email];
  const form = await withGoodPassword(parse(NewPasswordForm, req.body), own);
  if (!form.input) return showForm(res, reset, form, 422);
  try {
    const passwordHash = await hashPassword(form.input.password);
    await PasswordReset.use(String(req.params.token), passwordHash, Date.now());
    res.redirect(303, "/login?note=new-password");
  } catch (error) {
    showGone(res, error);
  }
}

/** All other sessions of the person end; this one goes on as a new one. */
export async function change(req: Request, res: Response) {
  const { name = "", email = "" } = req.person ?? {};
  const form = await withGoodPassword(parse(ChangeForm, req.body), [name, email]);
  if (!form.input) return showAccount(req, res, { password: form }, 422);
  const person = await personWith(req, email, form.input.current_password);
  if (!person) {
    const wrong = refused(form, "current_password", "This is not your password");
    return showAccount(req, res, { password: wrong }, 422);
  }
  const passwordHash = await hashPassword(form.input.password);
  await signIn(req, res, await Person.choosePassword(person.id, passwordHash, Date.now()));
  res.redirect(303, "/account?note=password-changed");
}

async function openReset(req: Request, res: Response): Promise<OpenReset | undefined> {
  try {
    return await PasswordReset.open(String(req.params.token), Date.now());
  } catch (error) {
    showGone(res, error);
    return undefined;
  }
}

function showGone(res: Response, error: unknown): void {
  if (!(error instanceof Gone)) throw error;
  const title = "This link has been used or has expired";
  page(res, "account/passwords/gone", { title }, 410);
}

function showForm(res: Response, { email }: OpenReset, form: Form<unknown>, status = 200) {
  page(res, "account/passwords/edit", { title: "Choose a new password", email, form }, status);
}
