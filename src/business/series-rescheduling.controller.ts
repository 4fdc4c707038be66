// Moving one of a series and all after it: first the plan is shown, then what can go is moved.
import type { Request, Response } from "express";
import { z } from "zod";
import {
  type Instant,
  instantToLocal,
  isLocalDate,
  localToInstants,
  type Zone,
} from "../domain/time.ts";
import { parseTime } from "../domain/time-text.ts";
import { Conflict, NotFound } from "../errors.ts";
import { AppointmentList } from "../models/appointment-list.ts";
import { asBooked } from "../models/appointment.ts";
import { catalogueAt, catalogueOf, serviceById } from "../models/catalogue.ts";
import { toId } from "../models/id.ts";
import { Appointment, TimeTaken } from "../models/index.ts";
import { type PlannedMove, type Shift, versionOf } from "../models/series-move.ts";
import { Series } from "../models/series.ts";
import { blank, box, type Form, list, parse, refused } from "../web/form.ts";
import { page } from "../web/page.ts";
import { actorOf, at } from "./actor.ts";
import { momentsIn } from "./moments.ts";
import { bookOf, onlyWith, requireMayBookWith, requireMayChange } from "./rights.ts";

const MoveForm = z.object({
  date: z
    .string("Enter a day like 2027-02-01")
    .trim()
    .refine(isLocalDate, "Enter a day like 2027-02-01"),
  time: z
    .string("Enter a time like 9:30 or 2:15 pm")
    .trim()
    .refine((text) => parseTime(text) !== null, "Enter a time like 9:30 or 2:15 pm"),
  staff: z.string().default(""),
  override: box,
  /** Those of the plan that go; empty while there is no plan yet. */
  moves: list(z.string().regex(/^\d{1,10}-\d{1,10}$/)),
});
type Input = z.infer<typeof MoveForm>;

type Moving = Pick<Shift, "appointment" | "question" | "by"> & { zone: Zone };

export async function blankForm(req: Request, res: Response) {
  const moving = await movingOf(req, "");
  const { startsAt } = moving.appointment;
  const { date } = instantToLocal(startsAt, moving.zone);
  const { time } = momentsIn(moving.zone)(startsAt);
  await showForm(req, res, moving, blank({ date, time, staff: "" }));
}

export async function create(req: Request, res: Response) {
  const form = parse(MoveForm, req.body);
  const moving = await movingOf(req, String(form.values.staff ?? ""));
  if (!form.input) return showForm(req, res, moving, form, { status: 422 });
  const start = startOf(form.input, moving.zone);
  if (start === undefined) {
    const message = "That time does not exist on that day: the clocks go forward over it";
    return showForm(req, res, moving, refused(form, "time", message), { status: 422 });
  }
  const shift = { ...moving, start, override: form.input.override };
  if (form.input.moves.length === 0)
    return showForm(req, res, moving, form, { plan: await Series.planMove(shift) });
  await move(req, res, shift, form, form.input);
}

async function move(req: Request, res: Response, shift: Shift, form: Form<Input>, input: Input) {
  const { appointment, question, start } = shift;
  const done = () => res.redirect(303, at(req, `/appointments/${appointment.id}/series`));
  // Moved twice is moved once.
  const isThere = question.staffId === undefined || question.staffId === appointment.staffId;
  if (appointment.startsAt === start && isThere) return done();
  try {
    await Series.move(shift, input.moves);
    done();
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    const plan = await Series.planMove(shift);
    const zone = shift.question.catalogue.business.zone;
    const gone = error instanceof TimeTaken ? "taken" : "changed";
    await showForm(req, res, { ...shift, zone }, form, { plan, gone, status: 409 });
  }
}

function startOf({ date, time }: Input, zone: Zone): Instant | undefined {
  return localToInstants(date, parseTime(time) ?? 0, zone)[0];
}

async function movingOf(req: Request, staff: string): Promise<Moving> {
  const appointment = await Appointment.find(bookOf(req), req.params.id);
  requireMayChange(req, appointment);
  // It stays where it is.
  const catalogue = catalogueAt(await catalogueOf(req.business.slug), appointment.locationId);
  const service = asBooked(serviceById(catalogue, appointment.serviceId), appointment);
  const staffId = staff === "" ? undefined : toId(staff);
  if (staffId !== undefined) {
    if (!service.staffIds.includes(staffId)) throw new NotFound("provider");
    requireMayBookWith(req, staffId);
  }
  const question = {
    // Closing bookings is for customers: staff go on.
    catalogue: { ...catalogue, business: { ...catalogue.business, bookingsOpen: true } },
    service,
    people: appointment.people,
    staffId,
    now: Date.now(),
  };
  const by = { actor: actorOf(req), only: onlyWith(req) };
  return { appointment, question, by, zone: catalogue.business.zone };
}

type Shown = { plan?: PlannedMove[]; gone?: "taken" | "changed"; status?: number };

async function showForm(
  req: Request,
  res: Response,
  { appointment, question, zone }: Moving,
  form: Form<unknown>,
  { plan, gone, status = 200 }: Shown = {},
) {
  const moment = momentsIn(zone);
  const { providers } = question.catalogue;
  const nameOf = (staffId?: number) => providers.find(({ id }) => id === staffId)?.name;
  const only = onlyWith(req);
  const locals = {
    title: "Move this one and all after it",
    here: at(req, `/appointments/${appointment.id}`),
    facts: await AppointmentList.facts(bookOf(req), appointment.id),
    at: momentsIn(appointment.zone),
    form,
    gone,
    providers: providers
      .filter(({ id }) => question.service.staffIds.includes(id) && (!only || id === only))
      .map(({ id, name }): [string, string] => [String(id), name]),
    plan: plan?.map(({ member, start, candidate }) => ({
      version: versionOf(member),
      from: moment(member.startsAt),
      to: start === null ? undefined : moment(start),
      staffName: nameOf(candidate?.staffId) ?? member.staffName,
      goes: candidate !== undefined,
    })),
  };
  page(res, "business/series/rescheduling", locals, status);
}
