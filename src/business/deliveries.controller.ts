import type { Request, Response } from "express";
import { NotFound } from "../errors.ts";
import { toId } from "../models/id.ts";
import { Appointment, Delivery } from "../models/index.ts";
import { at } from "./actor.ts";
import { bookOf, requireMayChange } from "./rights.ts";

/** Sends again what failed or may not have arrived. */
export async function repeat(req: Request, res: Response) {
  const appointment = await Appointment.find(bookOf(req), req.params.id);
  requireMayChange(req, appointment);
  const deliveries = await Delivery.ofAppointment(req.business.id, appointment.id);
  const delivery = deliveries.find(({ id }) => id === toId(req.params.delivery));
  if (!delivery) throw new NotFound("delivery");
  // Pressed twice, it is on its way already.
  if (delivery.state === "failed" || delivery.state === "unknown")
    await Delivery.sendAgain(req.business, delivery.id, Date.now());
  res.redirect(303, at(req, `/appointments/${appointment.id}`));
}
