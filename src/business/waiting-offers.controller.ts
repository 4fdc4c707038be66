// Offering somebody on the waiting list a time of the business's own choice.
import type { Request, Response } from "express";
import { z } from "zod";
import { addDays, type LocalDate, parseStart } from "../domain/time.ts";
import { Conflict } from "../errors.ts";
import { OfferByHand } from "../models/waiting-by-hand.ts";
import type { WaitingEntry } from "../models/waiting-entry.ts";
import { WaitingList } from "../models/waiting-list.ts";
import { blank, type Form, parse, refused } from "../web/form.ts";
import { page } from "../web/page.ts";
import { actorOf, at } from "./actor.ts";
import { choicesByDay, daysWords, today, zoneName } from "./moments.ts";
import { dateAsked, linkTo } from "./query.ts";
import { onlyWith } from "./rights.ts";

const OfferForm = z.object({
  start: z.string("Choose a time").transform(parseStart).pipe(z.number("Choose a time")),
});

export async function blankForm(req: Request, res: Response) {
  await showForm(req, res, await find(req), blank());
}

export async function create(req: Request, res: Response) {
  const entry = await find(req);
  const form = parse(OfferForm, req.body);
  if (!form.input) return showForm(req, res, entry, form, 422);
  try {
    await OfferByHand.offer(entry, form.input.start, { ...byHand(req), actor: actorOf(req) });
    res.redirect(303, at(req, "/waiting"));
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    await showForm(req, res, entry, refused(form, "start", error.message), 409);
  }
}

type Found = WaitingEntry & { name: string };

/** @throws NotFound for who waits for others than whoever asks may book with */
function find(req: Request): Promise<Found> {
  return WaitingList.find({ id: req.business.id, only: onlyWith(req) }, req.params.id);
}

function byHand(req: Request) {
  return { now: Date.now(), only: onlyWith(req) };
}

async function showForm(
  req: Request,
  res: Response,
  entry: Found,
  form: Form<unknown>,
  status = 200,
) {
  const by = byHand(req);
  const day = dateAsked(req, later(entry.fromDate, today(req.business.zone, by.now)));
  const { starts, zone } = await OfferByHand.starts(entry, day, by);
  const here = at(req, `/waiting/${entry.id}/offers`);
  const on = (days: number) => linkTo(`${here}/new`, { date: addDays(day, days) });
  const locals = {
    title: `Offer ${entry.name} a time`,
    here: linkTo(here, { date: day }),
    form,
    waitsFor: daysWords(entry.fromDate, entry.toDate),
    days: choicesByDay(starts, zone),
    day: daysWords(day, day),
    zone: zoneName(zone, starts[0] ?? by.now),
    links: { previous: on(-1), next: on(1), list: at(req, "/waiting") },
  };
  page(res, "business/waiting-offers/new", locals, status);
}

function later(a: LocalDate, b: LocalDate): LocalDate {
  return a > b ? a : b;
}
