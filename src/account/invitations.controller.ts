// Somebody of a business accepts its invitation: as a new person, as one who has an account with
// the invited address, or as whoever is signed in.
import type { Request, Response } from "express";
import { z } from "zod";
import { Gone } from "../errors.ts";
import { Invitation, type OpenInvitation } from "../models/invitation.ts";
import { AddressTaken, Person } from "../models/person.ts";
import { hashPassword } from "../passwords.ts";
import { blank, type Form, line, parse, refused } from "../web/form.ts";
import { page } from "../web/page.ts";
import { signIn } from "../web/people.ts";
import { limit } from "../web/rate-limit.ts";
import { personWith } from "./credentials.ts";
import { chosenPassword, givenPassword, withGoodPassword } from "./password.field.ts";

const PER_BUCKET = { max: 300, perSeconds: 600 };

const NewPersonForm = z.object({ name: line("Enter your name"), password: chosenPassword });
const KnownPersonForm = z.object({ password: givenPassword });

type Who = Parameters<typeof Invitation.accept>[1];

export async function show(req: Request, res: Response) {
  const invitation = await openInvitation(req, res);
  if (invitation) showForm(req, res, invitation, blank({ name: invitation.staffName }));
}

export async function accept(req: Request, res: Response) {
  await limit(req, "invitation", PER_BUCKET);
  const invitation = await openInvitation(req, res);
  if (!invitation) return;
  const answer = await answered(req, invitation);
  if ("errors" in answer) return showForm(req, res, invitation, answer, 422);
  try {
    await signIn(req, res, await Invitation.accept(String(req.params.token), answer, Date.now()));
    res.redirect(303, `/login/check?next=/b/${invitation.slug}`);
  } catch (error) {
    // Somebody registered with the address meanwhile: the form now asks for her password.
    if (error instanceof AddressTaken) return res.redirect(303, req.originalUrl);
    showGone(res, error);
  }
}

/** Who accepts, or the form that was not right. */
async function answered(req: Request, invitation: OpenInvitation): Promise<Who | Form<never>> {
  if (req.person) return Person.findByPk(req.person.id, { rejectOnEmpty: true });
  if (invitation.account) {
    const form = parse(KnownPersonForm, req.body);
    if (!form.input) return { ...form, input: undefined };
    const person = await personWith(req, invitation.email, form.input.password);
    return person ?? refused<never>(blank(), "password", "This is not your password");
  }
  const own = [invitation.staffName, invitation.email, invitation.businessName];
  const form = await withGoodPassword(parse(NewPersonForm, req.body), own);
  if (!form.input) return { ...form, input: undefined };
  const { name, password } = form.input;
  return { name, passwordHash: await hashPassword(password) };
}

async function openInvitation(req: Request, res: Response): Promise<OpenInvitation | undefined> {
  try {
    return await Invitation.open(String(req.params.token), Date.now());
  } catch (error) {
    showGone(res, error);
    return undefined;
  }
}

function showGone(res: Response, error: unknown): void {
  if (!(error instanceof Gone)) throw error;
  const title = "This invitation has been used or has expired";
  page(res, "account/invitations/gone", { title }, 410);
}

function showForm(
  req: Request,
  res: Response,
  { account, ...invitation }: OpenInvitation,
  form: Form<unknown>,
  status = 200,
): void {
  const title = `Join ${invitation.businessName}`;
  const as = req.person ? "me" : account ? "known" : "new";
  page(res, "account/invitations/show", { title, invitation, as, form }, status);
}
