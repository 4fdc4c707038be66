import type { Request, Response } from "express";
import { may, type Right, RIGHTS, type Role, ROLES } from "../domain/rights.ts";
import { page } from "../web/page.ts";
import { memberOf } from "./actor.ts";

/** Who may do what: the table by which the routes are guarded. */
export function index(req: Request, res: Response): void {
  const roles = Object.keys(ROLES) as Role[];
  const lines = Object.entries(RIGHTS).map(([right, words]) => ({
    words,
    granted: roles.map((role) => may(role, right as Right)),
  }));
  const names = roles.map((role) => ROLES[role]);
  const mine = ROLES[memberOf(req).role];
  page(res, "business/rights/index", { title: "Who may do what", names, lines, mine });
}
