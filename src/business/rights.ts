// Everybody of a business sees its whole book. A provider changes only her own part of it, the
// owner all of it.
import type { Request } from "express";
import { Forbidden } from "../errors.ts";
import { memberOf } from "./actor.ts";

export function mayChange(req: Request, { staffId }: { staffId: number }): boolean {
  const { role, id } = memberOf(req);
  return role === "owner" || id === staffId;
}

/** @throws Forbidden */
export function requireMayChange(req: Request, appointment: { staffId: number }): void {
  if (!mayChange(req, appointment))
    throw new Forbidden("You can change your own appointments; the owner can change all");
}

/** The only provider whom who asks may book with; undefined: any. */
export function onlyWith(req: Request): number | undefined {
  const { role, id } = memberOf(req);
  return role === "owner" ? undefined : id;
}

/** @throws Forbidden */
export function requireMayBookWith(req: Request, staffId: number): void {
  if (!mayChange(req, { staffId }))
    throw new Forbidden("You can book with yourself; the owner can book with everybody");
}
