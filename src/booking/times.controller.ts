import type { Request, Response } from "express";
import { type CatalogueService, offeredService, providersToChoose } from "../models/catalogue.ts";
import { Hold, TimeTaken } from "../models/index.ts";
import { type Question, startsAfter } from "../models/starts.ts";
import { blank, type Form, parse } from "../web/form.ts";
import { linkIn, wordsOf } from "../web/language.ts";
import { page } from "../web/page.ts";
import { sharedPage } from "../web/page-cache.ts";
import { holdPressedBefore, rememberPress } from "./press.ts";
import { releaseHoldLimit, reserveHoldLimit } from "./hold-limit.ts";
import { StartForm } from "./start.form.ts";
import { choicesByDay, weekFrom } from "./week.ts";

const OTHERS = 12; // next free times shown when one has gone

export async function show(req: Request, res: Response) {
  await showWeek(req, res, blank());
}

export async function hold(req: Request, res: Response) {
  const form = parse(StartForm, req.body, wordsOf(res));
  if (!form.input) return showWeek(req, res, form, 422);
  const question = questionOf(req);
  // The page says that nothing can be booked for now, which is another thing than a time taken.
  if (!question.catalogue.business.bookingsOpen) return showWeek(req, res, form, 409);
  const { start } = form.input;
  await reserveHoldLimit(req);
  try {
    const token = await Hold.take(question, start);
    await rememberPress(req, start, token);
    res.redirect(303, linkIn(res, `/book/${req.catalogue.business.slug}/holds/${token}`));
  } catch (error) {
    await releaseHoldLimit(req);
    if (!(error instanceof TimeTaken)) throw error;
    await showOthers(req, res, question, start);
  }
}

async function showWeek(req: Request, res: Response, form: Form<unknown>, status = 200) {
  const question = questionOf(req);
  const week = await weekFrom(question, req.query.from, wordsOf(res));
  const locals = { ...header(question), ...week, form, action: here(question) };
  if (status === 200) sharedPage(req, res, "booking/times/show", locals);
  else page(res, "booking/times/show", locals, status);
}

/** The time has gone meanwhile: the next free ones, to choose from at once. */
async function showOthers(req: Request, res: Response, question: Question, start: number) {
  const others = await startsAfter(question, start, OTHERS);
  const { zone } = question.catalogue.business;
  const words = wordsOf(res);
  const locals = {
    ...header(question),
    title: words.t("taken.title"),
    days: choicesByDay(others, zone, words),
    zone,
    action: here(question),
    form: blank(),
    kept: await holdPressedBefore(req, start),
  };
  page(res, "booking/times/taken", locals, 409);
}

function questionOf(req: Request): Question {
  const service = offeredService(req.catalogue, String(req.params.service));
  const staffId = providerAskedFor(req, service);
  return { catalogue: req.catalogue, service, staffId, now: Date.now() };
}

/** Whoever is not known here means anyone. */
function providerAskedFor(req: Request, service: CatalogueService): number | undefined {
  const body = (req.body ?? {}) as Record<string, unknown>;
  const asked = Number(body.staff ?? req.query.staff);
  return service.staffIds.includes(asked) ? asked : undefined;
}

function header({ catalogue, service, staffId }: Question) {
  return {
    title: service.name,
    service,
    staffId,
    providers: providersToChoose(catalogue, service).map(({ id, name }) => ({ id, name })),
  };
}

function here({ catalogue, service }: Question): string {
  return `/book/${catalogue.business.slug}/${service.slug}`;
}
