import type { Request, Response } from "express";
import { Customer } from "../models/index.ts";
import { actorOf, at } from "./actor.ts";
import { bookOf } from "./rights.ts";

/** Of a customer, whose bookings then stand at once. */
export async function create(req: Request, res: Response) {
  const customer = await Customer.find(bookOf(req), req.params.id);
  await customer.approve(actorOf(req), Date.now());
  res.redirect(303, at(req, `/customers/${customer.id}`));
}
