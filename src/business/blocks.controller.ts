import type { Request, Response } from "express";
import { Customer } from "../models/index.ts";
import { actorOf, at } from "./actor.ts";
import { bookOf } from "./rights.ts";

export async function create(req: Request, res: Response) {
  const customer = await Customer.find(bookOf(req), req.params.id);
  await customer.block(actorOf(req), Date.now());
  res.redirect(303, at(req, `/customers/${customer.id}`));
}

export async function destroy(req: Request, res: Response) {
  const customer = await Customer.find(bookOf(req), req.params.id);
  await customer.unblock(actorOf(req), Date.now());
  res.redirect(303, at(req, `/customers/${customer.id}`));
}
