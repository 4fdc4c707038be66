import type { Request, Response } from "express";
import { formatMoney } from "../domain/money.ts";
import { type CatalogueService, listed, locationsOf } from "../models/catalogue.ts";
import { wordsOf } from "../web/language.ts";
import { sharedPage } from "../web/page-cache.ts";

export function index(req: Request, res: Response) {
  const { business, categories, locations } = req.catalogue;
  const { t, locale } = wordsOf(res);
  const inUse = locations.filter(({ archived }) => !archived);
  const lineOf = (service: CatalogueService) => {
    const { slug, name, description, minutes, price, priceShown } = service;
    const at = locationsOf(req.catalogue, service);
    return {
      slug,
      name,
      description,
      minutes,
      price: price === null || !priceShown ? null : formatMoney(price, business.currency, locale),
      // Only what is not everywhere says where it is.
      places: at.length < inUse.length ? at.map((place) => place.name) : [],
    };
  };
  // Categories stand where the first of their services does.
  const byCategory = Map.groupBy(listed(req.catalogue), ({ categoryId }) => categoryId);
  const groups = Array.from(byCategory, ([id, services]) => ({
    category: categories.find((category) => category.id === id)?.name,
    services: services.map(lineOf),
  }));
  const title = t("services.title", { business: business.name });
  sharedPage(req, res, "booking/services/index", { title, groups, locations: inUse });
}
