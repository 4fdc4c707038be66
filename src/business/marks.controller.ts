// What staff say of an appointment on its day: each at the press of one button, wherever it is shown.
import type { Request, Response } from "express";
import type { Mark } from "../domain/status.ts";
import { Conflict } from "../errors.ts";
import { Appointment } from "../models/index.ts";
import { localPath } from "../web/local-path.ts";
import { actorOf, at } from "./actor.ts";
import { showChanged } from "./changed.ts";
import { bookOf, requireMayChange } from "./rights.ts";

export const arrive = marking("arrived");
export const complete = marking("completed");
export const miss = marking("no_show");
export const takeBack = marking("confirmed");

function marking(mark: Mark) {
  return async (req: Request, res: Response) => {
    const appointment = await Appointment.find(bookOf(req), req.params.id);
    requireMayChange(req, appointment);
    try {
      await Appointment.mark(appointment, mark, actorOf(req), Date.now());
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      return showChanged(req, res);
    }
    const { back } = (req.body ?? {}) as Record<string, unknown>;
    res.redirect(303, localPath(back) ?? at(req, `/appointments/${appointment.id}`));
  };
}
