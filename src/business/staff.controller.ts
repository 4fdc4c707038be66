import type { Request, Response } from "express";
import { ROLES } from "../domain/rights.ts";
import { Service, Staff } from "../models/index.ts";
import { Invitation } from "../models/invitation.ts";
import { ChangedMeanwhile, editionOf, Refused } from "../models/set-up.ts";
import { blank, type Form, parse, refused } from "../web/form.ts";
import { page } from "../web/page.ts";
import { actorOf, at, memberOf } from "./actor.ts";
import { standingOf } from "./left-behind.ts";
import { asTyped, type Difference, differences, type Option } from "./meanwhile.ts";
import { paged } from "../web/paging.ts";
import { labels, rolesFor, StaffForm, toFields, toValues } from "./staff.form.ts";

export async function index(req: Request, res: Response) {
  const archived = req.query.archived === "1";
  const [staff, invited] = await Promise.all([
    paged(req, (slice) => Staff.list(req.business, { archived, ...slice })),
    Invitation.pendingFor(req.business.id, Date.now()),
  ]);
  const locals = { people: staff, archived, invited, roleNames: ROLES };
  page(res, "business/staff/index", { title: "Staff", ...locals });
}

export async function blankForm(req: Request, res: Response) {
  const options = await services(req);
  const position = await Staff.nextPosition(req.business);
  const ticked = options.map(([id]) => id);
  const usual = { bookable: "1", sees_all: "1", role: "provider" };
  const form = blank({ ...usual, position, services: ticked });
  showNew(req, res, form, options);
}

export async function create(req: Request, res: Response) {
  const options = await services(req);
  const form = checked(parse(StaffForm, req.body), options);
  if (!form.input) return showNew(req, res, form, options, 422);

  const fields = toFields(form.input);
  try {
    const staff = await Staff.add(req.business, fields, actorOf(req), Date.now());
    // Who can be booked needs hours next.
    res.redirect(303, at(req, fields.bookable ? `/hours/${staff.id}` : "/staff"));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    showNew(req, res, refused(form, error.field, error.message), options, 422);
  }
}

export async function edit(req: Request, res: Response) {
  const staff = await Staff.find(req.business, req.params.id);
  const fields = await staff.fields();
  const options = await services(req);
  await showEdit(req, res, staff, {
    form: blank(toValues(fields)),
    edition: editionOf(fields),
    options,
  });
}

export async function update(req: Request, res: Response) {
  const staff = await Staff.find(req.business, req.params.id);
  const options = await services(req);
  const form = checked(parse(StaffForm, req.body), options);
  const edition = String(form.values.edition ?? "");
  if (!form.input) return showEdit(req, res, staff, { form, edition, options }, 422);

  try {
    await staff.change(toFields(form.input), edition, actorOf(req), Date.now());
  } catch (error) {
    if (error instanceof ChangedMeanwhile) return showBoth(req, res, form, options);
    if (!(error instanceof Refused)) throw error;
    const again = refused(form, error.field, error.message);
    return showEdit(req, res, staff, { form: again, edition, options }, 422);
  }
  res.redirect(303, at(req, "/staff"));
}

/** @throws Forbidden for oneself and for the last owner */
export async function archive(req: Request, res: Response) {
  const staff = await Staff.find(req.business, req.params.id);
  await staff.archive(actorOf(req), Date.now());
  res.redirect(303, at(req, "/staff"));
}

export async function restore(req: Request, res: Response) {
  const staff = await Staff.find(req.business, req.params.id);
  await staff.takeBack(actorOf(req), Date.now());
  res.redirect(303, at(req, "/staff"));
}

/** What can be ticked. */
async function services(req: Request): Promise<Option[]> {
  const offered = await Service.offeredBy(req.business);
  return offered.map(({ id, name }) => [id, name]);
}

function checked<T extends { services: number[] }>(form: Form<T>, options: Option[]): Form<T> {
  const known = options.map(([id]) => id);
  const unknown = form.input?.services.some((id) => !known.includes(id));
  return unknown ? refused(form, "services", "Choose from the list") : form;
}

type Shown = {
  form: Form<unknown>;
  edition: string;
  options: Option[];
  differences?: Difference[];
};

function showNew(
  req: Request,
  res: Response,
  form: Form<unknown>,
  options: Option[],
  status = 200,
): void {
  const locals = { form, options, roles: rolesFor(memberOf(req).role) };
  page(res, "business/staff/new", { title: "Add a person", ...locals }, status);
}

async function showEdit(req: Request, res: Response, staff: Staff, shown: Shown, status = 200) {
  const now = Date.now();
  const [standing, invited] = await Promise.all([
    standingOf(req, staff, now),
    Invitation.pendingFor(req.business.id, now),
  ]);
  const locals = {
    ...shown,
    someone: staff,
    roles: rolesFor(memberOf(req).role, staff.role),
    standing,
    invited: invited.get(staff.id),
    isMe: staff.id === memberOf(req).id,
  };
  page(res, "business/staff/edit", { title: `Change ${staff.name}`, ...locals }, status);
}

async function showBoth(req: Request, res: Response, form: Form<unknown>, options: Option[]) {
  const staff = await Staff.find(req.business, req.params.id);
  const fields = await staff.fields();
  const named = { ...labels, services: ["Services", options] as const };
  const saved = blank(toValues(fields)).values;
  const both = differences(named, form.values, saved);
  const shown = { form: asTyped(form), edition: editionOf(fields), options, differences: both };
  await showEdit(req, res, staff, shown, 409);
}
