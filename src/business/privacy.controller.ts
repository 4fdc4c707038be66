// What a business keeps and for how long: its own choice where it is one, and what the nights took.
import type { Request, Response } from "express";
import { type Chosen, chosen, type ClassName, dataClasses } from "../domain/data-classes.ts";
import { keptWords } from "../domain/kept.ts";
import { type Counts, type Months, type NightsWork, Retention } from "../models/retention.ts";
import { ChangedMeanwhile, editionOf } from "../models/set-up.ts";
import { blank, type Form, parse } from "../web/form.ts";
import { page } from "../web/page.ts";
import { actorOf, at } from "./actor.ts";
import { asTyped, type Difference, differences } from "./meanwhile.ts";
import { type Moments, momentsIn } from "./moments.ts";
import { boundsOf, labels, RetentionForm } from "./privacy.form.ts";

const RECEIPTS = 10;
/** What is a business's: the rest is the service's own and a person's account. */
const NOT_ITS_OWN = new Set<ClassName>([
  "account",
  "operator",
  "count",
  "batch",
  "refusal",
  "system",
]);

export async function show(req: Request, res: Response) {
  const months = await Retention.of(req.business.id);
  await showPage(req, res, { months, form: blank(months), edition: editionOf(months) });
}

export async function update(req: Request, res: Response) {
  const months = await Retention.of(req.business.id);
  const form = parse(RetentionForm, req.body);
  const edition = String(form.values.edition ?? "");
  if (!form.input) return showPage(req, res, { months, form, edition }, 422);
  try {
    await Retention.choose(req.business, form.input, edition, actorOf(req), Date.now());
  } catch (error) {
    if (error instanceof ChangedMeanwhile) return showBoth(req, res, form);
    throw error;
  }
  res.redirect(303, at(req, "/privacy?saved=1"));
}

type Shown = { months: Months; form: Form<unknown>; edition: string; differences?: Difference[] };

async function showPage(req: Request, res: Response, shown: Shown, status = 200) {
  const { id, zone } = req.business;
  const [last, receipts] = await Promise.all([
    Retention.last(id),
    Retention.receipts(id, RECEIPTS),
  ]);
  const moments = momentsIn(zone);
  const locals = {
    ...shown,
    title: "What is kept, and for how long",
    lines: linesOf(shown.months),
    fields: chosen.map((name) => ({ name, label: labels[name], ...boundsOf(name) })),
    last: last && nightOf(last, moments),
    next: last && moments(Retention.nextAfter(last)),
    receipts: receipts.map((night) => nightOf(night, moments)),
    here: at(req, "/privacy"),
    saved: req.query.saved === "1",
  };
  page(res, "business/privacy/show", locals, status);
}

async function showBoth(req: Request, res: Response, form: Form<unknown>) {
  const months = await Retention.of(req.business.id);
  const both = differences(labels, form.values, blank(months).values);
  const shown = { months, form: asTyped(form), edition: editionOf(months), differences: both };
  await showPage(req, res, shown, 409);
}

function linesOf(months: Partial<Record<ClassName, number>>) {
  return Object.entries(dataClasses)
    .filter(([name]) => !NOT_ITS_OWN.has(name as ClassName))
    .map(([name, one]) => ({ ...one, kept: keptWords(one, months[name as Chosen]) }));
}

function nightOf({ at: instant, counts }: NightsWork, moments: Moments) {
  return { when: moments(instant), words: wordsOf(counts) };
}

const NOUNS: Record<Chosen, string> = {
  customer: "customers",
  note: "notes with appointments",
  absence_note: "notes with time off",
};

function wordsOf(counts: Counts): string {
  const words = chosen.flatMap((name) => (counts[name] ? [`${NOUNS[name]}: ${counts[name]}`] : []));
  return words.join(", ") || "nothing was over";
}
