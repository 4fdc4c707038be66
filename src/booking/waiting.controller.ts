// A customer waits for a time to become free: she joins, looks at her place on the list, leaves it.
import { randomUUID } from "node:crypto";
import type { Request, Response } from "express";
import type { z } from "zod";
import { addDays, formatInstant, instantToLocal, isLocalDate } from "../domain/time.ts";
import { NotFound } from "../errors.ts";
import type { Words } from "../language.ts";
import { type Catalogue, catalogueAt, catalogueOfId, serviceById } from "../models/catalogue.ts";
import type { Question } from "../models/starts.ts";
import { AlreadyWaiting, WaitingEntries, type WaitingEntry } from "../models/waiting-entry.ts";
import { leaveList, refuseOffer } from "../models/waiting-leaving.ts";
import { wishWords } from "../models/waiting-words.ts";
import { Waiting } from "../models/waiting.ts";
import { hmac } from "../secrets.ts";
import { blank, type Form, parse, refused } from "../web/form.ts";
import { linkIn, wordsOf } from "../web/language.ts";
import { page } from "../web/page.ts";
import { nameBusiness } from "../web/tenant.ts";
import { wishIn } from "../web/waiting.form.ts";
import { limitBookings } from "./booking-limit.ts";
import { waitingForm } from "./waiting.form.ts";
import { questionAsked, wishFields, wishQuery } from "./wish.ts";

const A_WEEK = 6; // days after the first

export function blankForm(req: Request, res: Response) {
  const question = questionWaiting(req);
  const today = todayOf(question);
  const { from: asked } = req.query;
  const isLater = typeof asked === "string" && isLocalDate(asked) && asked > today;
  const from = isLater ? asked : today;
  const days = { from, to: addDays(from, A_WEEK) };
  showForm(res, question, blank({ ...days, once: randomUUID() }));
}

export async function create(req: Request, res: Response) {
  const question = questionWaiting(req);
  const words = wordsOf(res);
  const form = parse(waitingForm(todayOf(question)), req.body, words);
  if (!form.input) return showForm(res, question, form, 422);
  const { input } = form;
  await limitBookings(req, input.email, question.now);
  if (await Waiting.isFree(question, wishIn(input)))
    return showForm(res, question, refused(form, "from", words.t("waiting.free")), 422);
  try {
    const token = await WaitingEntries.join(
      question,
      detailsOf(req, input, words),
      { kind: "customer" },
      question.now,
    );
    res.redirect(303, linkIn(res, `/waiting/${token}`));
  } catch (error) {
    if (!(error instanceof AlreadyWaiting)) throw error;
    showForm(res, question, refused(form, "email", words.t("waiting.already")), 422);
  }
}

export async function show(req: Request, res: Response) {
  const { entry, catalogue } = await find(req, res);
  const { business } = catalogue;
  const words = wordsOf(res);
  const now = Date.now();
  const offer = await WaitingEntries.openOffer(entry, now);
  const service = serviceById(catalogue, entry.serviceId);
  page(res, "booking/waiting/show", {
    title: words.t(isOpen(entry) ? "waiting.on_list" : "waiting.title", { service: service.name }),
    here: pathOf(req),
    entry,
    service,
    provider: catalogue.providers.find(({ id }) => id === entry.staffId),
    wish: wishWords(entry, words),
    isOpen: isOpen(entry),
    offer: offer && {
      path: `/book/${business.slug}/holds/${offer.token}`,
      when: formatInstant(offer.startsAt, business.zone, words.locale),
      until: formatInstant(offer.expiresAt, business.zone, words.locale),
    },
  });
}

export async function leave(req: Request, res: Response) {
  const { entry } = await find(req, res);
  await leaveList(entry, { kind: "customer" }, Date.now());
  res.redirect(303, linkIn(res, pathOf(req)));
}

/** The time offered does not suit: the next gets it, and she waits on. */
export async function refuse(req: Request, res: Response) {
  const { entry } = await find(req, res);
  await refuseOffer(entry);
  res.redirect(303, linkIn(res, pathOf(req)));
}

function pathOf({ params }: Request): string {
  return `/waiting/${String(params.token)}`;
}

type Input = z.output<ReturnType<typeof waitingForm>>;

/** @throws NotFound for a service without a waiting list */
function questionWaiting(req: Request): Question {
  const question = questionAsked(req, Date.now());
  if (!question.service.waitingList) throw new NotFound("waiting list");
  return question;
}

function todayOf({ catalogue, now }: Question) {
  return instantToLocal(now, catalogue.business.zone).date;
}

function detailsOf(req: Request, input: Input, { language }: Words) {
  const { name, email, phone, once } = input;
  // Nobody outside chooses what a link is made of; the form only tells which it is.
  const uid = once ? hmac("waiting form", `${req.catalogue.business.id} ${once}`) : randomUUID();
  return { ...wishIn(input), name, email, phone, language, uid };
}

function showForm(res: Response, question: Question, form: Form<unknown>, status = 200): void {
  const { catalogue, service, staffId } = question;
  const { business } = catalogue;
  const words = wordsOf(res);
  const times = `/book/${business.slug}/${service.slug}`;
  const locals = {
    title: words.t("waiting.title", { service: service.name }),
    business,
    service,
    provider: catalogue.providers.find(({ id }) => id === staffId),
    wish: wishFields(question),
    today: todayOf(question),
    here: `${times}/waiting`,
    times: `${times}?${wishQuery(question)}`.replace(/[?&]$/, ""),
    form,
  };
  page(res, "booking/waiting/new", locals, status);
}

function isOpen({ state }: WaitingEntry): boolean {
  return state === "waiting" || state === "offered";
}

async function find(
  req: Request,
  res: Response,
): Promise<{ entry: WaitingEntry; catalogue: Catalogue }> {
  const entry = await WaitingEntries.withToken(String(req.params.token));
  const catalogue = catalogueAt(await catalogueOfId(entry.businessId), entry.locationId);
  nameBusiness(req, res, catalogue.business, entry.language);
  return { entry, catalogue };
}
