import type { Request, Response } from "express";
import type { Zone } from "../domain/time.ts";
import { Forbidden, NotFound } from "../errors.ts";
import { Hours } from "../models/hours.ts";
import { Staff } from "../models/index.ts";
import { Locations } from "../models/location.ts";
import { ChangedMeanwhile, editionOf, Refused } from "../models/set-up.ts";
import { blank, type Form, parse, refused } from "../web/form.ts";
import { page } from "../web/page.ts";
import { actorOf, at, memberOf } from "./actor.ts";
import { dayName, HoursForm, labels, toValues, toWeek, weekdays } from "./hours.form.ts";
import { weekWords } from "./hours.words.ts";
import { standingOutside } from "./left-behind.ts";
import { asTyped, type Difference, differences } from "./meanwhile.ts";
import { paged } from "../web/paging.ts";
import { mayDo } from "./rights.ts";

/** Everybody's week for who may change them; a provider goes straight to her own. */
export async function index(req: Request, res: Response) {
  if (!mayDo(req, "hours")) return res.redirect(303, at(req, `/hours/${memberOf(req).id}`));
  const place = await placeOf(req);
  const [staff, weeks] = await Promise.all([
    paged(req, (slice) => Staff.list(req.business, { archived: false, ...slice })),
    Hours.weeksOf(req.business, place.id),
  ]);
  const lines = staff.lines.map((one) => ({ ...one, week: weekWords(weeks.get(one.id) ?? []) }));
  const people = { ...staff, lines };
  page(res, "business/hours/index", { title: "Hours", people, place });
}

export async function edit(req: Request, res: Response) {
  const staff = await ownOrAll(req);
  const place = await placeOf(req);
  const week = await Hours.weekOf(staff, place.id);
  await show(req, res, staff, { form: blank(toValues(week)), edition: editionOf(week), place });
}

export async function update(req: Request, res: Response) {
  const staff = await ownOrAll(req);
  const place = await placeOf(req);
  const form = parse(HoursForm, req.body);
  const edition = String(form.values.edition ?? "");
  if (!form.input) return show(req, res, staff, { form, edition, place }, 422);

  try {
    const week = toWeek(form.input);
    await Hours.replace(staff, week, edition, actorOf(req), Date.now(), place.id);
  } catch (error) {
    if (error instanceof ChangedMeanwhile) return showBoth(req, res, staff, { form, place });
    if (!(error instanceof Refused)) throw error;
    const again = refused(form, error.field, error.message);
    return show(req, res, staff, { form: again, edition, place }, 422);
  }
  const more = place.others.length > 0 ? `&location=${place.id}` : "";
  res.redirect(303, at(req, `/hours/${staff.id}?saved=1${more}`));
}

/** The location that the address names, or the first; and the others, for links to their hours. */
export type PlaceAsked = {
  id: number;
  name: string;
  zone: Zone;
  others: ReadonlyArray<{ id: number; name: string }>;
};

/** @throws NotFound */
async function placeOf(req: Request): Promise<PlaceAsked> {
  const inUse = (await Locations.of(req.business)).filter(({ archived }) => !archived);
  const { location } = req.query;
  const place = inUse.find(({ id }) => location === undefined || String(id) === location);
  if (!place) throw new NotFound("location");
  const others = inUse.filter(({ id }) => id !== place.id);
  return { id: place.id, name: place.name, zone: place.zone ?? req.business.zone, others };
}

/**
 * Whose hours the path speaks of: everybody's for who may change them, a provider's own for her.
 * @throws NotFound, Forbidden
 */
export async function ownOrAll(req: Request): Promise<Staff> {
  const staff = await Staff.find(req.business, req.params.staffId);
  if (!mayDo(req, "hours") && memberOf(req).id !== staff.id)
    throw new Forbidden("Your role lets you set your own hours only");
  return staff;
}

type Shown = {
  form: Form<unknown>;
  edition: string;
  place: PlaceAsked;
  differences?: Difference[];
};

async function show(req: Request, res: Response, staff: Staff, shown: Shown, status = 200) {
  const locals = {
    ...shown,
    someone: staff,
    days: weekdays.map((day) => [day, dayName(day)]),
    saved: req.query.saved === "1",
    standing: await standingOutside(req, staff, Date.now()),
  };
  page(res, "business/hours/edit", { title: `Hours of ${staff.name}`, ...locals }, status);
}

async function showBoth(
  req: Request,
  res: Response,
  staff: Staff,
  { form, place }: { form: Form<unknown>; place: PlaceAsked },
) {
  const week = await Hours.weekOf(staff, place.id);
  const saved = blank(toValues(week)).values;
  const both = differences(labels, form.values, saved);
  const shown = { form: asTyped(form), edition: editionOf(week), place, differences: both };
  await show(req, res, staff, shown, 409);
}
