import type { Request, Response } from "express";
import { z } from "zod";
import { Conflict } from "../errors.ts";
import { Staff } from "../models/index.ts";
import { Invitation } from "../models/invitation.ts";
import { blank, type Form, mailAddress, parse, refused } from "../web/form.ts";
import { page } from "../web/page.ts";
import { actorOf, at } from "./actor.ts";

const InvitationForm = z.object({ email: mailAddress() });

export async function blankForm(req: Request, res: Response) {
  const staff = await Staff.find(req.business, req.params.id);
  show(res, staff, blank({ email: staff.email ?? "" }));
}

export async function create(req: Request, res: Response) {
  const staff = await Staff.find(req.business, req.params.id);
  const form = parse(InvitationForm, req.body);
  if (!form.input) return show(res, staff, form, 422);

  try {
    const { email } = form.input;
    await Invitation.invite(req.business, staff.id, email, actorOf(req), Date.now());
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    return show(res, staff, refused(form, "email", error.message), 409);
  }
  res.redirect(303, at(req, "/staff"));
}

function show(res: Response, staff: Staff, form: Form<unknown>, status = 200) {
  const title = `Invite ${staff.name} to sign in`;
  page(res, "business/staff/invitation", { title, someone: staff, form }, status);
}
