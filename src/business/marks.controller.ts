// What staff say of an appointment on its day: each at the press of one button, wherever it is shown.
import type { Request, Response } from "express";
import type { Mark } from "../domain/status.ts";
import { Conflict } from "../errors.ts";
import type { Actor } from "../models/audit-entry.ts";
import { Appointment } from "../models/index.ts";
import { localPath } from "../web/local-path.ts";
import { actorOf, at } from "./actor.ts";
import { showChanged } from "./changed.ts";
import { bookOf, requireMayChange } from "./rights.ts";

export const arrive = marking("arrived");
export const complete = marking("completed");
export const miss = marking("no_show");
export const takeBack = marking("confirmed");
/** The answer to what a customer has asked for. */
export const approve = saying(Appointment.approve);
export const decline = saying(Appointment.decline);

function marking(mark: Mark) {
  return saying((appointment, actor, now) => Appointment.mark(appointment, mark, actor, now));
}

type Verb = (appointment: Appointment, actor: Actor, now: number) => Promise<void>;

function saying(verb: Verb) {
  return async (req: Request, res: Response) => {
    const appointment = await Appointment.find(bookOf(req), req.params.id);
    requireMayChange(req, appointment);
    try {
      await verb(appointment, actorOf(req), Date.now());
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      return showChanged(req, res);
    }
    const { back } = (req.body ?? {}) as Record<string, unknown>;
    res.redirect(303, localPath(back) ?? at(req, `/appointments/${appointment.id}`));
  };
}
