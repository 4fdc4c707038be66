// A person takes away all that is known of her, and closes her account.
import type { Request, Response } from "express";
import { z } from "zod";
import { AccountData, OwnerNeeded } from "../models/account-data.ts";
import { Person } from "../models/index.ts";
import { blank, box, type Form, parse, refused } from "../web/form.ts";
import { download } from "../web/download.ts";
import { page } from "../web/page.ts";
import { endSession } from "../web/session.ts";
import { json } from "../zip.ts";
import { personWith } from "./credentials.ts";
import { givenPassword } from "./password.field.ts";

const ClosureForm = z.object({
  password: givenPassword,
  sure: box.refine(Boolean, "Tick the box to say that you want that"),
});

export async function file(req: Request, res: Response) {
  const data = await AccountData.of(req.person?.id ?? 0);
  await download(req, res, "plainbook-account.json", json(data));
}

export function blankForm(req: Request, res: Response) {
  return showForm(req, res, blank());
}

export async function create(req: Request, res: Response) {
  const form = parse(ClosureForm, req.body);
  if (!form.input) return showForm(req, res, form, 422);
  const person = await personWith(req, req.person?.email ?? "", form.input.password);
  if (!person)
    return showForm(req, res, refused(form, "password", "This is not your password"), 422);
  try {
    await AccountData.close(person.id, Date.now());
  } catch (error) {
    if (!(error instanceof OwnerNeeded)) throw error;
    const why = `Make somebody else an owner first of: ${error.businesses.join(", ")}`;
    return showForm(req, res, refused(form, "sure", why), 422);
  }
  await endSession(req, res);
  res.redirect(303, "/login?note=account-closed");
}

async function showForm(req: Request, res: Response, form: Form<unknown>, status = 200) {
  const workplaces = await Person.workplaces(req.person?.id ?? 0);
  page(res, "account/closure/new", { title: "Close your account?", form, workplaces }, status);
}
