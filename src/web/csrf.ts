// csurf is archived, so it is wrapped here and nowhere else: session mode only (its cookie mode
// accepts an attacker's own pair), the token read from the body only, mounted only where somebody
// is signed in, and never alone (same-origin.ts).
import csurf from "csurf";
import type { NextFunction, Request, Response } from "express";
import { requireSameOrigin } from "./same-origin.ts";
import { StaleForm } from "./stale-form.ts";

const offer = csurf({ value: tokenOf, ignoreMethods: ["GET", "HEAD", "POST"] });
const protect = csurf({ value: tokenOf, ignoreMethods: [] });

/** Middleware for every request with a session: `req.csrfToken()` for the page's forms. */
export function offerCsrfToken(req: Request, res: Response, next: NextFunction): void {
  offer(req, res, next);
}

/** At sign-in: two pages opened at once would else each make a secret, and one be refused. */
export function plantCsrfSecret(req: Request, res: Response): void {
  offer(req, res, () => undefined);
}

/** Middleware for a POST of somebody signed in. */
export function requireCsrfToken(req: Request, res: Response, next: NextFunction): void {
  requireSameOrigin(req);
  protect(req, res, (error?: unknown) => next(error ? new StaleForm() : undefined));
}

function tokenOf(req: Request): string {
  const token = (req.body as Record<string, unknown> | undefined)?._csrf;
  return typeof token === "string" ? token : "";
}
