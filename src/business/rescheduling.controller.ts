import type { Request, Response } from "express";
import { z } from "zod";
import { isOpen } from "../domain/status.ts";
import {
  addDays,
  type Instant,
  instantToLocal,
  isLocalDate,
  type LocalDate,
  type Zone,
} from "../domain/time.ts";
import { Conflict, NotFound } from "../errors.ts";
import { AppointmentList } from "../models/appointment-list.ts";
import { asBooked } from "../models/appointment.ts";
import { type Catalogue, catalogueAt, catalogueOf, serviceById } from "../models/catalogue.ts";
import { toId } from "../models/id.ts";
import { Appointment, TimeTaken } from "../models/index.ts";
import { type Question, startAt, startsOn } from "../models/starts.ts";
import { blank, type Form, parse, refused } from "../web/form.ts";
import { page } from "../web/page.ts";
import { actorOf, at } from "./actor.ts";
import { isStale, showChanged } from "./changed.ts";
import { choicesByDay, type DayOfChoices, momentsIn, today, zoneName } from "./moments.ts";
import { linkTo } from "./query.ts";
import { bookOf, onlyWith, requireMayBookWith, requireMayChange } from "./rights.ts";
import { startAsked, startFields } from "./start-asked.ts";
import { type Refused, whyNot } from "./verdicts.ts";

const DAYS = 7;
const ANYONE = "any";
const ReschedulingForm = z.object(startFields);

type Moving = {
  appointment: Appointment;
  catalogue: Catalogue;
  question: Question;
  /** The first day shown. */
  from: LocalDate;
};
/** Starts shown in place of the week's, and why. */
type Instead = { choices?: Instant[]; refusal?: Refused };

export async function blankForm(req: Request, res: Response) {
  const moving = await movingOf(req, req.query);
  if (!isOpen(moving.appointment.status)) return showChanged(req, res);
  await showForm(req, res, moving, blank());
}

export async function create(req: Request, res: Response) {
  const moving = await movingOf(req, (req.body ?? {}) as Record<string, unknown>);
  const { appointment, question } = moving;
  const form = parse(ReschedulingForm, req.body);
  const asked = form.input && startAsked(form.input, zoneOf(question));
  if (isStale(req, appointment)) {
    // Moved twice is moved once.
    if (asked?.start !== undefined && isThere(moving, asked.start)) return done(req, res);
    return showChanged(req, res);
  }
  if (!form.input || !asked) return showForm(req, res, moving, form);
  if (asked.start === undefined) {
    const again = refused(form, asked.field, asked.message);
    return showForm(req, res, moving, again, { choices: asked.choices });
  }
  // What is offered sets no rule aside.
  const override = form.input.override && !(await startAt(question, asked.start));
  await move(req, res, moving, form, { start: asked.start, override });
}

async function move(
  req: Request,
  res: Response,
  moving: Moving,
  form: Form<unknown>,
  { start, override }: { start: Instant; override: boolean },
) {
  const { appointment, question } = moving;
  try {
    await Appointment.move(appointment, question, start, actorOf(req), override);
    done(req, res);
  } catch (error) {
    if (error instanceof TimeTaken) {
      const refusal = await whyNot(question, start, override);
      return showForm(req, res, moving, form, { refusal });
    }
    if (!(error instanceof Conflict)) throw error;
    await showChanged(req, res);
  }
}

function done(req: Request, res: Response): void {
  res.redirect(303, at(req, `/appointments/${String(req.params.id)}`));
}

function isThere({ appointment, question }: Moving, start: Instant): boolean {
  const { staffId } = question;
  const sameProvider = staffId === undefined || staffId === appointment.staffId;
  return appointment.status !== "cancelled" && appointment.startsAt === start && sameProvider;
}

async function movingOf(req: Request, from: Record<string, unknown>): Promise<Moving> {
  const appointment = await Appointment.find(bookOf(req), req.params.id);
  requireMayChange(req, appointment);
  const anywhere = await catalogueOf(req.business.slug);
  // It stays where it is.
  const catalogue = catalogueAt(anywhere, appointment.locationId);
  const service = asBooked(serviceById(catalogue, appointment.serviceId), appointment);
  const now = Date.now();
  const question = {
    // Closing bookings is for customers: staff go on.
    catalogue: { ...catalogue, business: { ...catalogue.business, bookingsOpen: true } },
    service,
    people: appointment.people,
    staffId: providerAsked(req, appointment, service.staffIds, from.staff),
    now,
    except: appointment.id,
  };
  const zone = zoneOf(question);
  const soonest = today(zone, now);
  const current = instantToLocal(appointment.startsAt, zone).date;
  const { date } = from;
  const day = typeof date === "string" && isLocalDate(date) ? date : current;
  return { appointment, catalogue, question, from: day < soonest ? soonest : day };
}

/** Whoever has it, unless another who provides the service or anyone is asked for. */
function providerAsked(
  req: Request,
  { staffId }: Appointment,
  providers: readonly number[],
  asked: unknown,
): number | undefined {
  if (asked === undefined || asked === "") return staffId;
  if (asked === ANYONE && !onlyWith(req)) return undefined;
  const id = toId(asked);
  if (id !== staffId && !providers.includes(id)) throw new NotFound("provider");
  requireMayBookWith(req, id);
  return id;
}

async function showForm(
  req: Request,
  res: Response,
  moving: Moving,
  form: Form<unknown>,
  { choices = [], refusal }: Instead = {},
) {
  const { appointment, question, from } = moving;
  const zone = zoneOf(question);
  const here = at(req, `/appointments/${appointment.id}`);
  const staff = question.staffId === undefined ? ANYONE : String(question.staffId);
  const days = refusal ? refusal.others : await daysOf(moving, choices);
  const to = (date: LocalDate) => linkTo(`${here}/rescheduling`, { staff, date });
  // A typed time goes before a chosen one, so it must not stay where there is a choice instead.
  const time = choices.length > 0 || refusal?.taken ? "" : (form.values.time ?? "");
  const values = { ...form.values, staff, date: form.values.date ?? from, time };
  const locals = {
    title: refusal?.taken ? "This time is taken" : "Move this appointment",
    here,
    facts: await AppointmentList.facts(bookOf(req), appointment.id),
    at: momentsIn(appointment.zone),
    from,
    form: { ...withReason(form, refusal), values },
    providers: providerOptions(req, moving),
    days,
    zone: zoneName(zone, question.now),
    reasons: refusal?.reasons ?? [],
    instead: refusal !== undefined || choices.length > 0,
    late: !Appointment.mayChange(appointment, question.service.reschedulingNotice, question.now),
    links: {
      previous: from > today(zone, question.now) ? to(addDays(from, -DAYS)) : undefined,
      next: to(addDays(from, DAYS)),
      why: linkTo(at(req, "/explanations"), {
        service: question.service.id,
        staff: question.staffId,
        location: question.catalogue.location.id,
        people: appointment.people,
        date: from,
      }),
    },
  };
  page(res, "business/rescheduling/new", locals, statusOf(locals.form, refusal));
}

/** A week of free starts, or the instants that a typed time may mean. */
async function daysOf({ question, from }: Moving, choices: Instant[]): Promise<DayOfChoices[]> {
  const zone = zoneOf(question);
  if (choices.length > 0) return choicesByDay(choices, zone);
  const found = await startsOn(question, from, DAYS);
  return choicesByDay(
    found.map(({ start }) => start),
    zone,
  );
}

function providerOptions(req: Request, { catalogue, question, appointment }: Moving) {
  const only = onlyWith(req);
  const able = catalogue.providers.filter(
    ({ id }) => question.service.staffIds.includes(id) || id === appointment.staffId,
  );
  const options = able.map(({ id, name }): [string, string] => [String(id), name]);
  return only ? options.filter(([id]) => id === String(only)) : [[ANYONE, "Anyone"], ...options];
}

function withReason<T>(form: Form<T>, refusal: Refused | undefined): Form<T> {
  if (!refusal || refusal.taken) return form;
  return refused(form, form.values.time ? "time" : "start", "This time is not offered");
}

/** Where the appointment is: not everywhere the clocks show the same. */
function zoneOf({ catalogue }: Question): Zone {
  return catalogue.business.zone;
}

function statusOf({ errors }: Form<unknown>, refusal: Refused | undefined): number {
  if (refusal?.taken) return 409;
  return Object.keys(errors).length > 0 ? 422 : 200;
}
