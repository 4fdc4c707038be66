// What is shown to staff whose form speaks of an appointment as it was before somebody changed it.
import type { Request, Response } from "express";
import { isOpen } from "../domain/status.ts";
import { type AppointmentFacts, AppointmentList } from "../models/appointment-list.ts";
import { type Appointment, AuditEntry } from "../models/index.ts";
import { page } from "../web/page.ts";
import { at } from "./actor.ts";
import { historyWords } from "./appointments.words.ts";
import { momentsIn } from "./moments.ts";
import { bookOf } from "./rights.ts";

/** How it is now, who made it so, and the way back to where it can be changed again. */
export async function showChanged(req: Request, res: Response) {
  const { business } = req;
  const facts: AppointmentFacts = await AppointmentList.facts(bookOf(req), req.params.id);
  const [history, staff] = await Promise.all([
    AuditEntry.ofAppointment(business.id, facts.id),
    AppointmentList.staffNames(business.id),
  ]);
  const moments = momentsIn(facts.zone);
  const last = history.at(-1);
  const locals = {
    title: "This appointment has been changed meanwhile",
    facts,
    at: moments,
    last: last && historyWords(last, moments, staff),
    open: isOpen(facts.status),
    here: at(req, `/appointments/${facts.id}`),
  };
  page(res, "business/appointments/changed", locals, 409);
}

/** Whether the form showed the appointment as it was before some change. */
export function isStale(req: Request, { sequence }: Appointment): boolean {
  const { sequence: seen } = (req.body ?? {}) as Record<string, unknown>;
  return String(seen) !== String(sequence);
}
