import type { Request, Response } from "express";
import { z } from "zod";
import { NotFound } from "../errors.ts";
import { BusinessProfile } from "../models/business-profile.ts";
import { Person } from "../models/index.ts";
import { blank, type Form, line, parse } from "../web/form.ts";
import { page } from "../web/page.ts";
import { noteFor } from "./notes.ts";
import { personOf } from "./person.ts";

const NameForm = z.object({ name: line("Enter your name") });

export function show(req: Request, res: Response) {
  return showAccount(req, res);
}

export async function update(req: Request, res: Response) {
  const form = parse(NameForm, req.body);
  if (!form.input) return showAccount(req, res, { name: form }, 422);
  await Person.rename(personOf(req).id, form.input.name);
  res.redirect(303, "/account?note=name-changed");
}

export async function removeProfile(req: Request, res: Response) {
  const owned = (await Person.workplaces(personOf(req).id)).filter(({ role }) => role === "owner");
  const business = owned.find(({ id }) => String(id) === req.params.id);
  if (!business) throw new NotFound("business");
  await BusinessProfile.remove(business.id);
  res.redirect(303, "/account?note=profile-removed");
}

/** The page with its two forms, one of them perhaps refused. */
export async function showAccount(
  req: Request,
  res: Response,
  { name, password }: { name?: Form<unknown>; password?: Form<unknown> } = {},
  status = 200,
): Promise<void> {
  const [workplaces, profiles] = await Promise.all([
    Person.workplaces(personOf(req).id),
    BusinessProfile.ownedBy(personOf(req).id),
  ]);
  const locals = {
    title: "Your account",
    note: noteFor(req),
    workplaces,
    profiles,
    nameForm: name ?? blank({ name: req.person?.name }),
    passwordForm: password ?? blank(),
  };
  page(res, "account/account/show", locals, status);
}
