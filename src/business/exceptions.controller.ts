import type { Request, Response } from "express";
import { isLocalDate, type LocalDate } from "../domain/time.ts";
import { Exception, type ExceptionRun } from "../models/exception.ts";
import type { Staff } from "../models/index.ts";
import { blank, type Form, parse } from "../web/form.ts";
import { page } from "../web/page.ts";
import { actorOf, at } from "./actor.ts";
import { exceptionForm, kinds, toFields } from "./exceptions.form.ts";
import { ownOrAll } from "./hours.controller.ts";
import { standingOutside } from "./left-behind.ts";
import { clockRange, daysWords, today } from "./moments.ts";
import { paged } from "./paging.ts";
import { asked, linkTo } from "./query.ts";

export async function index(req: Request, res: Response) {
  const staff = await ownOrAll(req);
  await show(req, res, staff, blank({ kind: "closed" }));
}

export async function create(req: Request, res: Response) {
  const staff = await ownOrAll(req);
  const now = Date.now();
  const form = parse(exceptionForm(today(req.business.zone, now)), req.body);
  if (!form.input) return show(req, res, staff, form, 422);

  await Exception.add(staff, toFields(form.input), actorOf(req), now);
  res.redirect(303, at(req, `/hours/${staff.id}/exceptions`));
}

export async function destroy(req: Request, res: Response) {
  const staff = await ownOrAll(req);
  const { until } = (req.body ?? {}) as Record<string, unknown>;
  const last = typeof until === "string" && isLocalDate(until) ? until : undefined;
  const removed = await Exception.remove(staff, req.params.id, last, actorOf(req), Date.now());
  const told = { removed: removed.date, until: removed.last };
  res.redirect(303, linkTo(at(req, `/hours/${staff.id}/exceptions`), told));
}

async function show(req: Request, res: Response, staff: Staff, form: Form<unknown>, status = 200) {
  const now = Date.now();
  const since = today(req.business.zone, now);
  const [exceptions, standing] = await Promise.all([
    paged(req, (slice) => Exception.runsFrom(staff, since, slice)),
    standingOutside(req, staff, now),
  ]);
  const title = `Days off and extra hours of ${staff.name}`;
  const lines = exceptions.lines.map((line) => ({ id: line.id, ...inWords(line) }));
  const locals = { form, kinds, since, standing, exceptions: { ...exceptions, lines } };
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
