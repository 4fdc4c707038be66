// What every area of the site has in front of its routes.
import type { NextFunction, Request, RequestHandler, Response } from "express";
import { STATUSES } from "../domain/status.ts";
import { offerCsrfToken } from "./csrf.ts";
import { formToken } from "./form-token.ts";
import type { Layout } from "./page.ts";
import { identifyOperator, identifyPerson, identifyStaff } from "./people.ts";
import { loadSession } from "./session.ts";
import { loadBusiness, loadCatalogue } from "./tenant.ts";

/** Pages of visitors: no session is read, whatever the browser sends. */
export function visitorArea(layout: Layout, pattern = ""): RequestHandler[] {
  return [dress(layout, pattern)];
}

/** A business's public pages. */
export function bookingArea(pattern: string): RequestHandler[] {
  return [dress("booking", pattern), loadCatalogue as RequestHandler];
}

/** Pages where somebody may be signed in. */
export function personArea(layout: Layout, pattern = ""): RequestHandler[] {
  return [dress(layout, pattern), loadSession, identifyPerson as RequestHandler, tokens];
}

/** A business's workspace. */
export function workspaceArea(pattern: string): RequestHandler[] {
  const tenant = [loadBusiness, identifyStaff] as RequestHandler[];
  return [...personArea("business", pattern), nameSection, nameStatuses, ...tenant];
}

export function operatorArea(pattern: string): RequestHandler[] {
  const identify = identifyOperator as RequestHandler;
  return [dress("operator", pattern), loadSession, identify, tokens];
}

function dress(layout: Layout, pattern: string): RequestHandler {
  return (req, res, next) => {
    res.locals.layout = layout;
    res.locals.token = () => (req.csrfToken ? req.csrfToken() : formToken());
    req.baseUrlPattern = pattern;
    next();
  };
}

/** For the navigation: "appointments" on every page below /appointments, "" on the first page. */
function nameSection(req: Request, res: Response, next: NextFunction): void {
  res.locals.section = req.path.split("/")[1] ?? "";
  next();
}

/** For whatever shows an appointment. */
function nameStatuses(_: Request, res: Response, next: NextFunction): void {
  res.locals.statuses = STATUSES;
  next();
}

function tokens(req: Request, res: Response, next: NextFunction): void {
  if (req.person || req.operator) offerCsrfToken(req, res, next);
  else next();
}
