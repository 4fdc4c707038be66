// What whoever asks may do, and with whose appointments: her own, or everybody's.
import type { Request } from "express";
import { may, type Right } from "../domain/rights.ts";
import { Forbidden } from "../errors.ts";
import type { Book } from "../models/appointment-list.ts";
import { memberOf } from "./actor.ts";

/** For what a page shows; what a route does is guarded by its line in the table. */
export function mayDo(req: Request, right: Right): boolean {
  return may(memberOf(req).role, right);
}

/** The only provider whose appointments, and their customers, whoever asks sees; undefined: all. */
export function onlyOf(req: Request): number | undefined {
  const { id, seesAll } = memberOf(req);
  return seesAll || mayDo(req, "appointments.all") ? undefined : id;
}

/** What of the business's book whoever asks sees. */
export function bookOf(req: Request): Book {
  return { id: req.business.id, only: onlyOf(req) };
}

export function mayChange(req: Request, { staffId }: { staffId: number }): boolean {
  return mayDo(req, "appointments.all") || memberOf(req).id === staffId;
}

/** @throws Forbidden */
export function requireMayChange(req: Request, appointment: { staffId: number }): void {
  if (!mayChange(req, appointment))
    throw new Forbidden("Your role lets you change your own appointments only");
}

/** The only provider whom who asks may book with; undefined: any. */
export function onlyWith(req: Request): number | undefined {
  return mayDo(req, "appointments.all") ? undefined : memberOf(req).id;
}

/** @throws Forbidden */
export function requireMayBookWith(req: Request, staffId: number): void {
  if (!mayChange(req, { staffId }))
    throw new Forbidden("Your role lets you book with yourself only");
}
