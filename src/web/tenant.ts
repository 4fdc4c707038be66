// The business a path speaks of, loaded before anything else of the area runs.
import type { NextFunction, Request, Response } from "express";
import { catalogueOf } from "../models/catalogue.ts";
import { isSlug } from "../domain/slug.ts";
import { Business } from "../models/index.ts";
import { NotFound } from "../errors.ts";
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
  res.locals.business = req.catalogue.business;
  speak(req, res, req.catalogue.business);
  next();
}

function slugOf(req: Request): string {
  const slug = req.params.business;
  if (typeof slug !== "string" || !isSlug(slug)) throw new NotFound("business");
  return slug;
}
