import type { Request, Response } from "express";
import { Closure, type ClosureLine } from "../models/closure.ts";
import { blank, type Form, parse } from "../web/form.ts";
import { page } from "../web/page.ts";
import { actorOf, at } from "./actor.ts";
import { closureForm, toFields } from "./closures.form.ts";
import { standingLine } from "./left-behind.ts";
import { daysWords } from "./moments.ts";
import { paged } from "../web/paging.ts";
import { type Places, placesIn } from "./places.ts";
import { mayDo } from "./rights.ts";

export async function index(req: Request, res: Response) {
  await show(req, res, blank());
}

export async function create(req: Request, res: Response) {
  const now = Date.now();
  const { since, options } = await placesIn(req.business, now);
  const form = parse(closureForm(since, options), req.body);
  if (!form.input) return show(req, res, form, 422);

  await Closure.add(req.business, toFields(form.input), actorOf(req), now);
  res.redirect(303, at(req, "/closures"));
}

export async function destroy(req: Request, res: Response) {
  await Closure.remove(req.business, req.params.id, actorOf(req), Date.now());
  res.redirect(303, at(req, "/closures"));
}

async function show(req: Request, res: Response, form: Form<unknown>, status = 200) {
  const { business } = req;
  const now = Date.now();
  const places = await placesIn(business, now);
  const closures = await paged(req, (slice) => Closure.from(business, places.since, slice));
  const within = mayDo(req, "closures")
    ? await Closure.appointmentsIn(business, closures.lines, places.zoneOf, now)
    : [];
  const locals = {
    form,
    places,
    closures: { ...closures, lines: closures.lines.map((line) => inWords(line, places)) },
    standing: within.map((line) => standingLine(req, line)),
  };
  page(res, "business/closures/index", { title: "Closed days", ...locals }, status);
}

function inWords({ id, from, to, reason, locationId }: ClosureLine, { nameOf }: Places) {
  return { id, days: daysWords(from, to), where: nameOf(locationId), reason };
}
