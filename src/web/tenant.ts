// The business a path speaks of, loaded before anything else of the area runs.
import type { NextFunction, Request, Response } from "express";
import { type CatalogueBusiness, catalogueOf } from "../models/catalogue.ts";
import { isSlug } from "../domain/slug.ts";
import { Business } from "../models/index.ts";
import { NotFound } from "../errors.ts";
import { allowFrames } from "./headers.ts";
import { speak } from "./language.ts";

/** For the workspace: /b/:business. Whether who asks works there is the route's affair. */
export async function loadBusiness(req: Request, res: Response, next: NextFunction) {
  // Who is not signed in learns nothing of which businesses there are.
  if (req.person) {
    req.business = await Business.withSlug(slugOf(req));
    res.locals.business = req.business;
  }
  next();
}

/** For the public pages: /book/:business. */
export async function loadCatalogue(req: Request, res: Response, next: NextFunction) {
  req.catalogue = await catalogueOf(slugOf(req));
  nameBusiness(req, res, req.catalogue.business);
  next();
}

/**
 * Whose page for customers the answer is: the name above it, its language, who may frame it.
 * @param remembered the language the customer booked in
 */
export function nameBusiness(
  req: Request,
  res: Response,
  business: CatalogueBusiness,
  remembered?: string | null,
): void {
  res.locals.business = business;
  speak(req, res, business, remembered);
  allowFrames(res, business.frameOrigins);
}

function slugOf(req: Request): string {
  const slug = req.params.business;
  if (typeof slug !== "string" || !isSlug(slug)) throw new NotFound("business");
  return slug;
}
