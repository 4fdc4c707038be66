import type { Request, Response } from "express";
import { config } from "../../config/index.ts";
import { Person } from "../models/index.ts";
import { noticeKinds } from "../models/notice.ts";
import { AddressTaken } from "../models/person.ts";
import { type Registered, Registration, SlugTaken } from "../models/registration.ts";
import { hashPassword } from "../passwords.ts";
import { blank, type Form, parse, refused } from "../web/form.ts";
import { page } from "../web/page.ts";
import { signIn } from "../web/people.ts";
import { limit } from "../web/rate-limit.ts";
import { personWith } from "./credentials.ts";
import { withGoodPassword } from "./password.field.ts";
import {
  type AnotherRegistration,
  AnotherRegistrationForm,
  fields,
  type NewRegistration,
  RegistrationForm,
} from "./registrations.form.ts";
import { zoneGroups } from "../web/zones.ts";

const PER_BUCKET = { max: 100, perSeconds: 3600 };

export function blankForm(req: Request, res: Response) {
  showForm(req, res, blank({ notices: [...noticeKinds] }));
}

export async function create(req: Request, res: Response) {
  await limit(req, "signup", PER_BUCKET);
  if (req.person) return createAnother(req, res, req.person.id);
  const form = await withGoodPassword(parse(RegistrationForm, req.body), ownWords(req.body));
  if (!form.input) return showForm(req, res, form, 422);
  try {
    const { slug, owner } = await register(form.input);
    await signIn(req, res, owner);
    res.redirect(303, `/b/${slug}`);
  } catch (error) {
    const again = error instanceof AddressTaken && (await registeredBefore(req, form.input));
    if (!again) return showForm(req, res, refusedFor(form, error), 422);
    await signIn(req, res, again.person);
    res.redirect(303, `/b/${again.slug}`);
  }
}

/** Somebody who is signed in registers one more business. */
async function createAnother(req: Request, res: Response, personId: number) {
  const form = parse(AnotherRegistrationForm, req.body);
  if (!form.input) return showForm(req, res, form, 422);
  try {
    const person = await Person.findByPk(personId, { rejectOnEmpty: true });
    const another = { ...registering(form.input), person, email: person.email };
    const { slug, owner } = await Registration.signUp(another, Date.now());
    await signIn(req, res, owner); // new rights, new session
    res.redirect(303, `/b/${slug}`);
  } catch (error) {
    showForm(req, res, refusedFor(form, error), 422);
  }
}

async function register(input: NewRegistration): Promise<Registered> {
  const { name, email, password } = input;
  const person = { name, email, passwordHash: await hashPassword(password) };
  return Registration.signUp({ ...registering(input), person, email }, Date.now());
}

function registering({
  company,
  address,
  phone,
  zone,
  slug,
  notices,
  ...more
}: AnotherRegistration) {
  const { revenue, headcount, industry } = more;
  const profile = { revenue, headcount, industry };
  return { company, address, phone, zone, slug, notices, profile };
}

/** The same form sent twice: the business was made by the first. */
async function registeredBefore(req: Request, { email, password, company }: NewRegistration) {
  const person = await personWith(req, email, password);
  if (!person) return undefined;
  const found = await Person.workplaces(person.id);
  const business = found.find(({ name, role }) => name === company && role === "owner");
  return business && { person, slug: business.slug };
}

// Whoever registers is signed in at once, so an address that has an account cannot be answered as
// though it had none. It is told plainly; the limit keeps this from becoming a directory.
function refusedFor<T>(form: Form<T>, error: unknown): Form<T> {
  if (error instanceof AddressTaken)
    return refused(
      form,
      "email",
      "There is an account with this address. Sign in, or choose a new password, and register then",
    );
  if (error instanceof SlugTaken) return refused(form, "slug", "Another business has this address");
  throw error;
}

function ownWords(body: unknown): string[] {
  const { name, company, email, slug } = (body ?? {}) as Record<string, unknown>;
  return [name, company, email, slug].filter((text) => typeof text === "string");
}

function showForm(req: Request, res: Response, form: Form<unknown>, status = 200) {
  const required = Object.entries(fields).flatMap(([name, field]) => {
    if (!("required" in field) || (req.person && "once" in field)) return [];
    const { schema: _, column: __, required: ___, ...shown } = field;
    return [{ ...shown, name }];
  });
  const title = "Register your business";
  const bookingBase = `${config.baseUrl}/book/`;
  const locals = { title, form, required, fields, zones: zoneGroups(Date.now()), bookingBase };
  page(res, "account/registrations/new", locals, status);
}
