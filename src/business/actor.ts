import type { Request } from "express";
import { NotFound } from "../errors.ts";
import type { Actor } from "../models/index.ts";
import type { Member } from "../models/staff.ts";

/** Who is asking. The route table lets nobody else in. */
export function memberOf(req: Request): Member {
  if (!req.staff) throw new NotFound("business");
  return req.staff;
}

/** The same, for the audit trail. */
export function actorOf(req: Request): Actor & { kind: "staff" } {
  return { kind: "staff", staffId: memberOf(req).id };
}

/** The address of a page of this workspace. */
export function at(req: Request, path = ""): string {
  return `/b/${req.business.slug}${path}`;
}
