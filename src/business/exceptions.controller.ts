import type { Request, Response } from "express";
import { isLocalDate, type LocalDate } from "../domain/time.ts";
import { Exception, type ExceptionRun } from "../models/exception.ts";
import type { Staff } from "../models/index.ts";
import { Refused } from "../models/set-up.ts";
import { blank, type Form, parse, refused } from "../web/form.ts";
import { page } from "../web/page.ts";
import { actorOf, at } from "./actor.ts";
import { exceptionForm, kinds, toFields } from "./exceptions.form.ts";
import { ownOrAll } from "./hours.controller.ts";
import { standingOutside } from "./left-behind.ts";
import { clockRange, daysWords } from "./moments.ts";
import { paged } from "./paging.ts";
import { placesIn } from "./places.ts";
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

export async function destroy(req: Request, res: Response) {
  const staff = await ownOrAll(req);
  const { until } = (req.body ?? {}) as Record<string, unknown>;
  const last = typeof until === "string" && isLocalDate(until) ? until : undefined;
  try {
    const removed = await Exception.remove(staff, req.params.id, last, actorOf(req), Date.now());
    const told = { removed: removed.date, until: removed.last };
    res.redirect(303, linkTo(at(req, `/hours/${staff.id}/exceptions`), told));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const form = refused(blank({ kind: "closed" }), error.field, error.message);
    await show(req, res, staff, form, 422);
  }
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
  const removed = removedWords(req);
  page(res, "business/exceptions/index", { title, someone: staff, removed, ...locals }, status);
}

type InWords = { day: string; what: string; until: LocalDate | undefined };

function inWords({ date, last, kind, from, to }: ExceptionRun): InWords {
  const works = kind === "open" ? "working as well" : "not working";
  const day = daysWords(date, last);
  const until = last === date ? undefined : last;
  if (from === null || to === null) return { day, what: `${works} all day`, until };
  return { day, what: `${works} ${clockRange({ from, to })}`, until };
}

/** What has just been removed, from the address. */
function removedWords(req: Request): string | undefined {
  const [first, last] = [asked(req, "removed"), asked(req, "until")];
  return isLocalDate(first) && isLocalDate(last) ? daysWords(first, last) : undefined;
}
