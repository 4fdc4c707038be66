import type { Request } from "express";
import { NotFound } from "../errors.ts";
import type { SignedInPerson } from "../web/request.ts";

/** Who is signed in. The route table lets nobody else in. */
export function personOf(req: Request): SignedInPerson {
  if (!req.person) throw new NotFound("account");
  return req.person;
}
