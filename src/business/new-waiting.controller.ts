// Putting somebody on the waiting list who has asked on the phone or at the desk.
import type { Request, Response } from "express";
import { z } from "zod";
import { addDays } from "../domain/time.ts";
import { providersOf } from "../models/catalogue.ts";
import { AlreadyWaiting, WaitingEntries } from "../models/waiting-entry.ts";
import { Waiting } from "../models/waiting.ts";
import { hmac, newToken } from "../secrets.ts";
import { blank, type Form, parse, refused } from "../web/form.ts";
import { page } from "../web/page.ts";
import { wishIn } from "../web/waiting.form.ts";
import { actorOf, at } from "./actor.ts";
import { type Draft, draftOf, isSettled, questionOf, type Settled } from "./appointments.draft.ts";
import { today } from "./moments.ts";
import { onlyWith } from "./rights.ts";
import { waitingForm } from "./waiting.form.ts";
import { wishOptions } from "./wish.ts";

const A_WEEK = 6; // days after the first

export async function blankForm(req: Request, res: Response) {
  const draft = await waitingDraft(req, req.query);
  const { date, people, staffId, locationId } = draft;
  const days = { from: date, to: addDays(date, A_WEEK) };
  const values = { ...days, people, staff: staffId, location: locationId, once: newToken() };
  showForm(req, res, draft, blank(values));
}

export async function create(req: Request, res: Response) {
  const body = (req.body ?? {}) as Record<string, unknown>;
  const draft = await waitingDraft(req, body);
  const form = parse(waitingForm(todayOf(draft)), body);
  if (!isSettled(draft))
    return showForm(req, res, draft, refused(form, "staff", "Choose who provides it there"), 422);
  if (!form.input) return showForm(req, res, draft, form, 422);
  const again = await join(req, draft, form, form.input);
  if (again) return showForm(req, res, draft, again, 422);
  res.redirect(303, at(req, "/waiting"));
}

type Input = z.output<ReturnType<typeof waitingForm>>;

/** @returns the form with what is wrong, if something is */
async function join(
  req: Request,
  draft: Settled,
  form: Form<Input>,
  input: Input,
): Promise<Form<Input> | undefined> {
  const question = questionOf(draft);
  const { name, email, phone, once } = input;
  const wish = wishIn(input);
  if (await Waiting.isFree(question, wish))
    return refused(form, "from", "There are free times on these days: book one instead");
  const uid = hmac("staff's waiting form", `${req.business.id} ${once || newToken()}`);
  try {
    const details = { ...wish, name, email, phone, language: null, uid };
    await WaitingEntries.join(question, details, actorOf(req), draft.now);
    return undefined;
  } catch (error) {
    if (error instanceof AlreadyWaiting) return refused(form, "email", error.message);
    throw error;
  }
}

/** Of services that have a waiting list; the only one is chosen at once. */
async function waitingDraft(req: Request, from: Record<string, unknown>): Promise<Draft> {
  const now = Date.now();
  const draft = withLists(await draftOf(req, from, now));
  const [only, ...others] = draft.services;
  if (draft.service || !only || others.length > 0) return draft;
  return withLists(await draftOf(req, { ...from, service: only.id }, now));
}

function withLists({ services, service, ...draft }: Draft): Draft {
  return {
    ...draft,
    services: services.filter(({ waitingList }) => waitingList),
    service: service?.waitingList ? service : undefined,
  };
}

function todayOf({ catalogue, now }: Draft) {
  return today(catalogue.business.zone, now);
}

function showForm(req: Request, res: Response, draft: Draft, form: Form<unknown>, status = 200) {
  const { catalogue, services, service } = draft;
  const only = onlyWith(req);
  const providers = service ? providersOf(catalogue, service) : [];
  const staff = providers.filter(({ id }) => !only || id === only);
  const named = staff.map(({ id, name }): [number | string, string] => [id, name]);
  page(
    res,
    "business/waiting/new",
    {
      title: "Put somebody on the waiting list",
      here: at(req, "/waiting"),
      form,
      services: services.map(({ id, name }) => [id, name]),
      service,
      staff: only ? named : [["", "Anyone who is free"], ...named],
      since: todayOf(draft),
      ...wishOptions(catalogue, service),
    },
    status,
  );
}
