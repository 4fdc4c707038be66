import type { Request, Response } from "express";
import { formatMoney } from "../domain/money.ts";
import type { Words } from "../language.ts";
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
import { choicesOf, questionAsked, wishFields, wishQuery } from "./wish.ts";

const OTHERS = 12; // next free times shown when one has gone

export async function show(req: Request, res: Response) {
  await showWeek(req, res, blank());
}

export async function hold(req: Request, res: Response) {
  const form = parse(StartForm, req.body, wordsOf(res));
  if (!form.input) return showWeek(req, res, form, 422);
  const question = questionAsked(req, Date.now());
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
  const question = questionAsked(req, Date.now());
  const words = wordsOf(res);
  const week = await weekFrom(question, req.query.from, words);
  const locals = { ...header(question, words), ...week, form, action: here(question) };
  if (status === 200) sharedPage(req, res, "booking/times/show", locals);
  else page(res, "booking/times/show", locals, status);
}

/** The time has gone meanwhile: the next free ones, to choose from at once. */
async function showOthers(req: Request, res: Response, question: Question, start: number) {
  const others = await startsAfter(question, start, OTHERS);
  const words = wordsOf(res);
  const locals = {
    ...header(question, words),
    title: words.t("taken.title"),
    ...choicesByDay(others, question, words),
    action: here(question),
    form: blank(),
    kept: await holdPressedBefore(req, start),
  };
  page(res, "booking/times/taken", locals, 409);
}

function header(question: Question, words: Words) {
  const { catalogue, service } = question;
  const { business } = catalogue;
  const price = service.priceShown ? service.price : null;
  return {
    ...choicesOf(question, words),
    title: service.name,
    business,
    service,
    price: price === null ? undefined : formatMoney(price, business.currency, words.locale),
    wish: wishFields(question),
    query: wishQuery(question),
  };
}

function here({ catalogue, service }: Question): string {
  return `/book/${catalogue.business.slug}/${service.slug}`;
}
