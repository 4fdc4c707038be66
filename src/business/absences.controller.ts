// Time off. Who asks sees her own; who may grant it sees everybody's.
import type { Request, Response } from "express";
import { NotFound } from "../errors.ts";
import { Absence, type AbsenceLine } from "../models/absence.ts";
import type { Book } from "../models/appointment-list.ts";
import { toId } from "../models/id.ts";
import { Staff } from "../models/index.ts";
import { blank, type Form, parse } from "../web/form.ts";
import { page } from "../web/page.ts";
import { absenceForm, states, toFields } from "./absences.form.ts";
import { actorOf, at, memberOf } from "./actor.ts";
import { standingLine } from "./left-behind.ts";
import type { Option } from "./meanwhile.ts";
import { daysWords, momentsIn, today } from "./moments.ts";
import { paged } from "../web/paging.ts";
import { asked } from "./query.ts";
import { mayDo } from "./rights.ts";

export async function index(req: Request, res: Response) {
  const staff = asked(req, "staff") || memberOf(req).id;
  await showAll(req, res, blank({ staff }));
}

export async function create(req: Request, res: Response) {
  const now = Date.now();
  const form = parse(absenceForm(today(req.business.zone, now)), req.body);
  if (!form.input) return showAll(req, res, form, 422);

  const staffId = await staffAsked(req, form.input.staff);
  const fields = toFields(form.input);
  const id = await Absence.ask(req.business, staffId, fields, actorOf(req), now);
  res.redirect(303, at(req, `/absences/${id}`));
}

/** With the appointments that would be left standing, before anybody decides. */
export async function show(req: Request, res: Response) {
  const { business } = req;
  const absence = await Absence.find(absencesOf(req), req.params.id);
  const lines = await Absence.appointmentsIn(business, absence, Date.now());
  const isHers = absence.staffId === memberOf(req).id;
  page(res, "business/absences/show", {
    title: `Time off of ${absence.staffName}`,
    absence: inWords(req, absence),
    note: absence.note,
    standing: lines.map((line) => standingLine(req, line)),
    mayDecide: absence.state === "requested" && mayDo(req, "absences"),
    mayWithdraw: isOpen(absence) && (isHers || mayDo(req, "absences")),
    here: at(req, `/absences/${absence.id}`),
  });
}

export async function grant(req: Request, res: Response) {
  await Absence.grant(absencesOf(req), req.params.id, actorOf(req), Date.now());
  back(req, res);
}

export async function refuse(req: Request, res: Response) {
  await Absence.refuse(absencesOf(req), req.params.id, actorOf(req), Date.now());
  back(req, res);
}

export async function withdraw(req: Request, res: Response) {
  await Absence.withdraw(absencesOf(req), req.params.id, actorOf(req), Date.now());
  back(req, res);
}

function back(req: Request, res: Response): void {
  res.redirect(303, at(req, `/absences/${String(req.params.id)}`));
}

/** What of all time off whoever asks sees. */
export function absencesOf(req: Request): Book {
  const only = mayDo(req, "absences") ? undefined : memberOf(req).id;
  return { id: req.business.id, only };
}

/** For whom: oneself, or for who may grant it anybody. */
async function staffAsked(req: Request, staff: string): Promise<number> {
  const own = memberOf(req).id;
  if (staff === "" || toId(staff) === own) return own;
  if (!mayDo(req, "absences")) throw new NotFound("person");
  return (await Staff.find(req.business, staff)).id;
}

async function showAll(req: Request, res: Response, form: Form<unknown>, status = 200) {
  const since = today(req.business.zone, Date.now());
  const decides = mayDo(req, "absences");
  const [absences, people] = await Promise.all([
    paged(req, (slice) => Absence.from(absencesOf(req), since, slice)),
    decides ? Staff.workingFor(req.business) : [],
  ]);
  const lines = absences.lines.map((absence) => inWords(req, absence));
  const locals = {
    form,
    since,
    decides,
    people: people.map(({ id, name }): Option => [id, name]),
    absences: { ...absences, lines },
  };
  page(res, "business/absences/index", { title: "Time off", ...locals }, status);
}

function inWords(req: Request, absence: AbsenceLine) {
  const moments = momentsIn(req.business.zone);
  const { id, staffName, state, decidedBy, decidedAt, createdAt } = absence;
  return {
    id,
    staffName,
    state,
    stateWords: states[state],
    days: daysWords(absence.from, absence.to),
    asked: moments(createdAt),
    decided: decidedAt === null ? undefined : moments(decidedAt),
    decidedBy,
  };
}

function isOpen({ state }: AbsenceLine): boolean {
  return state === "requested" || state === "granted";
}
