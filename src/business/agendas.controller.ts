// Who gets a mail each morning with her appointments: a provider says so of herself, who looks after
// the staff of everybody.
import type { Request, Response } from "express";
import { Agenda, type AgendaReader, wishes } from "../models/agenda.ts";
import { Notice } from "../models/index.ts";
import { ChangedMeanwhile, editionOf } from "../models/set-up.ts";
import { blank, type Form, parse } from "../web/form.ts";
import { page } from "../web/page.ts";
import { actorOf, at, memberOf } from "./actor.ts";
import { agendasForm, readerOptions } from "./agendas.form.ts";
import { asTyped, type Difference, differences } from "./meanwhile.ts";
import { clockWords, zoneName } from "./moments.ts";
import { mayDo } from "./rights.ts";

export async function edit(req: Request, res: Response) {
  const readers = await Agenda.readers(among(req));
  const stored = wishes(readers);
  await show(req, res, { readers, form: blank(stored), edition: editionOf(stored) });
}

export async function update(req: Request, res: Response) {
  const readers = await Agenda.readers(among(req));
  const form = parse(agendasForm(readers), req.body);
  const edition = String(form.values.edition ?? "");
  if (!form.input) return show(req, res, { readers, form, edition }, 422);

  try {
    await Agenda.change(among(req), form.input.staff, edition, actorOf(req), Date.now());
  } catch (error) {
    if (error instanceof ChangedMeanwhile) return showBoth(req, res, form);
    throw error;
  }
  res.redirect(303, at(req, "/agendas?saved=1"));
}

/** Of whom whoever asks decides. */
function among(req: Request) {
  return { id: req.business.id, only: mayDo(req, "people") ? undefined : memberOf(req).id };
}

type Shown = {
  readers: readonly AgendaReader[];
  form: Form<unknown>;
  edition: string;
  differences?: Difference[];
};

async function show(req: Request, res: Response, { readers, ...shown }: Shown, status = 200) {
  const { id, zone, agendaHour } = req.business;
  const { agenda } = await Notice.allFor(id);
  const locals = {
    ...shown,
    title: "The day by mail",
    options: readerOptions(readers),
    everybody: mayDo(req, "people"),
    sent: agenda.enabled,
    hour: clockWords(agendaHour * 60),
    zone: zoneName(zone, Date.now()),
    saved: req.query.saved === "1",
  };
  page(res, "business/agendas/edit", locals, status);
}

async function showBoth(req: Request, res: Response, form: Form<unknown>) {
  const readers = await Agenda.readers(among(req));
  const stored = wishes(readers);
  const labels = { staff: ["Get it", readerOptions(readers)] as const };
  const both = differences(labels, form.values, blank(stored).values);
  const shown = { readers, form: asTyped(form), edition: editionOf(stored), differences: both };
  await show(req, res, shown, 409);
}
