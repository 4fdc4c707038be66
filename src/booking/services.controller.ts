import type { Request, Response } from "express";
import { formatMoney } from "../domain/money.ts";
import { offered } from "../models/catalogue.ts";
import { wordsOf } from "../web/language.ts";
import { sharedPage } from "../web/page-cache.ts";

export function index(req: Request, res: Response) {
  const { business } = req.catalogue;
  const { t, locale } = wordsOf(res);
  const services = offered(req.catalogue).map(({ slug, name, minutes, price }) => ({
    slug,
    name,
    minutes,
    price: price === null ? null : formatMoney(price, business.currency, locale),
  }));
  const title = t("services.title", { business: business.name });
  sharedPage(req, res, "booking/services/index", { title, services });
}
