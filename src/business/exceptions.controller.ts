import type { Request, Response } from "express";
import { isLocalDate, type LocalDate } from "../domain/time.ts";
import { Exception, type ExceptionRun, fieldsOf, type Which } from "../models/exception.ts";
import type { Staff } from "../models/index.ts";
import { ChangedMeanwhile, editionOf, Refused } from "../models/set-up.ts";
import { blank, type Form, parse, refused } from "../web/form.ts";
import { page } from "../web/page.ts";
import { actorOf, at } from "./actor.ts";
import { exceptionForm, kinds, labelsOf, toFields, toValues } from "./exceptions.form.ts";
import { ownOrAll } from "./hours.controller.ts";
import { standingOutside } from "./left-behind.ts";
import { asTyped, type Difference, differences, type Option } from "./meanwhile.ts";
import { clockRange, daysWords } from "./moments.ts";
import { type Places, placesIn } from "./places.ts";
import { paged } from "../web/paging.ts";
import { asked, linkTo } from "./query.ts";

export async function index(req: Request, res: Response) {
  const staff = await ownOrAll(req);
  await show(req, res, staff, blank({ kind: "closed" }));
}

export async function create(req: Request, res: Response) {
  const staff = await ownOrAll(req);
  const now = Date.now();
  const { since, options } = await placesIn(req.business, now);
  const form = parse(exceptionForm(since, options), req.body);
  if (!form.input) return show(req, res, staff, form, 422);

  try {
    await Exception.add(staff, toFields(form.input), actorOf(req), now);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return show(req, res, staff, refused(form, error.field, error.message), 422);
  }
  res.redirect(303, at(req, `/hours/${staff.id}/exceptions`));
}

export async function edit(req: Request, res: Response) {
  const staff = await ownOrAll(req);
  const run = await Exception.find(staff, whichOf(req));
  await showEdit(req, res, run, { form: blank(toValues(run)), edition: editionOf(fieldsOf(run)) });
}

export async function update(req: Request, res: Response) {
  const staff = await ownOrAll(req);
  const run = await Exception.find(staff, whichOf(req));
  const now = Date.now();
  const { since, ...places } = await placesIn(req.business, now);
  const options = withPlaceOf(run, places);
  const form = parse(exceptionForm(since, options), req.body);
  const edition = String(form.values.edition ?? "");
  if (!form.input) return showEdit(req, res, run, { form, edition }, 422);

  const fields = toFields(form.input);
  // With one location nobody is asked where.
  const locationId = options.length > 1 ? fields.locationId : run.locationId;
  const wanted = { ...fields, locationId };
  try {
    await Exception.change(staff, whichOf(req), wanted, edition, actorOf(req), now);
  } catch (error) {
    if (error instanceof ChangedMeanwhile) return showBoth(req, res, staff, form);
    if (!(error instanceof Refused)) throw error;
    const again = refused(form, error.field, error.message);
    return showEdit(req, res, run, { form: again, edition }, 422);
  }
  const told = { saved: wanted.first, until: wanted.last };
  res.redirect(303, linkTo(at(req, `/hours/${staff.id}/exceptions`), told));
}

export async function destroy(req: Request, res: Response) {
  const staff = await ownOrAll(req);
  const { until } = (req.body ?? {}) as Record<string, unknown>;
  const which = { id: req.params.id, until: dayOf(until) };
  try {
    const removed = await Exception.remove(staff, which, actorOf(req), Date.now());
    const told = { removed: removed.date, until: removed.last };
    res.redirect(303, linkTo(at(req, `/hours/${staff.id}/exceptions`), told));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const form = refused(blank({ kind: "closed" }), error.field, error.message);
    await show(req, res, staff, form, 422);
  }
}

function whichOf(req: Request): Which {
  return { id: req.params.id, until: dayOf(req.query.until) };
}

function dayOf(text: unknown): LocalDate | undefined {
  return typeof text === "string" && isLocalDate(text) ? text : undefined;
}

/** Where it can be, with where it is: that may be archived since. */
function withPlaceOf(
  { locationId }: ExceptionRun,
  { options, nameOf }: Pick<Places, "options" | "nameOf">,
): Option[] {
  const name = nameOf(locationId);
  const known = locationId === null || options.some(([id]) => id === locationId);
  return known || name === undefined ? options : [...options, [locationId, name]];
}

type Shown = { form: Form<unknown>; edition: string; differences?: Difference[] };

async function showEdit(
  req: Request,
  res: Response,
  run: ExceptionRun,
  shown: Shown,
  status = 200,
) {
  const staff = await ownOrAll(req);
  const places = await placesIn(req.business, Date.now());
  const { day, what, until } = inWords(run);
  const locals = {
    ...shown,
    title: `Change a day of ${staff.name}`,
    about: `${day}: ${what}`,
    someone: staff,
    kinds,
    places: { ...places, options: withPlaceOf(run, places) },
    here: linkTo(at(req, `/hours/${staff.id}/exceptions/${run.id}`), { until }),
  };
  page(res, "business/exceptions/edit", locals, status);
}

async function showBoth(req: Request, res: Response, staff: Staff, form: Form<unknown>) {
  const run = await Exception.find(staff, whichOf(req));
  const options = withPlaceOf(run, await placesIn(req.business, Date.now()));
  const both = differences(labelsOf(options), form.values, blank(toValues(run)).values);
  const shown = { form: asTyped(form), edition: editionOf(fieldsOf(run)), differences: both };
  await showEdit(req, res, run, shown, 409);
}

async function show(req: Request, res: Response, staff: Staff, form: Form<unknown>, status = 200) {
  const now = Date.now();
  const places = await placesIn(req.business, now);
  const [exceptions, standing] = await Promise.all([
    paged(req, (slice) => Exception.runsFrom(staff, places.since, slice)),
    standingOutside(req, staff, now),
  ]);
  const title = `Days off and extra hours of ${staff.name}`;
  const lines = exceptions.lines.map((line) => ({
    id: line.id,
    where: places.nameOf(line.locationId),
    ...inWords(line),
  }));
  const locals = { form, kinds, places, standing, exceptions: { ...exceptions, lines } };
  page(
    res,
    "business/exceptions/index",
    { title, someone: staff, ...news(req), ...locals },
    status,
  );
}

type InWords = { day: string; what: string; until: LocalDate | undefined };

function inWords({ date, last, kind, from, to }: ExceptionRun): InWords {
  const works = kind === "open" ? "working as well" : "not working";
  const day = daysWords(date, last);
  const until = last === date ? undefined : last;
  if (from === null || to === null) return { day, what: `${works} all day`, until };
  return { day, what: `${works} ${clockRange({ from, to })}`, until };
}

/** What has just been removed or saved, from the address. */
function news(req: Request) {
  const words = (name: string) => {
    const [first, last] = [asked(req, name), asked(req, "until")];
    return isLocalDate(first) && isLocalDate(last) ? daysWords(first, last) : undefined;
  };
  return { removed: words("removed"), saved: words("saved") };
}
