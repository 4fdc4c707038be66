import type { Request, Response } from "express";
import { formatRange } from "../domain/hours-text.ts";
import { Exception, type ExceptionLine } from "../models/exception.ts";
import type { Staff } from "../models/index.ts";
import { blank, type Form, parse } from "../web/form.ts";
import { page } from "../web/page.ts";
import { actorOf, at } from "./actor.ts";
import { exceptionForm, kinds, toFields } from "./exceptions.form.ts";
import { ownOrOwners } from "./hours.controller.ts";
import { standingOutside } from "./left-behind.ts";
import { dayWords, today } from "./moments.ts";
import { paged } from "./paging.ts";

export async function index(req: Request, res: Response) {
  const staff = await ownOrOwners(req);
  await show(req, res, staff, blank({ kind: "closed" }));
}

export async function create(req: Request, res: Response) {
  const staff = await ownOrOwners(req);
  const now = Date.now();
  const form = parse(exceptionForm(today(req.business.zone, now)), req.body);
  if (!form.input) return show(req, res, staff, form, 422);

  await Exception.add(staff, toFields(form.input), actorOf(req), now);
  res.redirect(303, at(req, `/hours/${staff.id}/exceptions`));
}

export async function destroy(req: Request, res: Response) {
  const staff = await ownOrOwners(req);
  await Exception.remove(staff, req.params.id, actorOf(req), Date.now());
  res.redirect(303, at(req, `/hours/${staff.id}/exceptions`));
}

async function show(req: Request, res: Response, staff: Staff, form: Form<unknown>, status = 200) {
  const now = Date.now();
  const since = today(req.business.zone, now);
  const [exceptions, standing] = await Promise.all([
    paged(req, (slice) => Exception.from(staff, since, slice)),
    standingOutside(req, staff, now),
  ]);
  const title = `Days off and extra hours of ${staff.name}`;
  const lines = exceptions.lines.map((line) => ({ id: line.id, ...inWords(line) }));
  const locals = { form, kinds, since, standing, exceptions: { ...exceptions, lines } };
  page(res, "business/exceptions/index", { title, someone: staff, ...locals }, status);
}

function inWords({ date, kind, from, to }: ExceptionLine): { day: string; what: string } {
  const works = kind === "open" ? "working as well" : "not working";
  const day = dayWords(date);
  if (from === null || to === null) return { day, what: `${works} all day` };
  return { day, what: `${works} ${formatRange({ from, to })}` };
}
