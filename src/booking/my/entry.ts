// What a used link opens. It is kept in the address, not in a cookie: visitors have none.
import type { Request, Response } from "express";
import { Gone } from "../../errors.ts";
import { type Entry, MyLink } from "../../models/my-link.ts";
import { wordsOf } from "../../web/language.ts";
import { page } from "../../web/page.ts";

export type Entered = Entry & { path: string };
export type EnteredAction = (req: Request, res: Response, entry: Entered) => unknown;

/** The address of a customer's own pages at this business. */
export function myPath(req: Request, path = ""): string {
  return `/my/${req.catalogue.business.slug}${path}`;
}

/** A page of somebody who came by a link; whose hour is over learns how to get another. */
export function entered(action: EnteredAction) {
  return async (req: Request, res: Response): Promise<unknown> => {
    const token = String(req.params.token);
    let entry: Entry;
    try {
      entry = await MyLink.enter(req.catalogue.business, token, Date.now());
    } catch (error) {
      if (!(error instanceof Gone)) throw error;
      return showGone(req, res);
    }
    return action(req, res, { ...entry, path: myPath(req, `/${token}`) });
  };
}

/** With the way to a new link. */
export function showGone(req: Request, res: Response): void {
  const title = wordsOf(res).t("my.gone_title");
  page(res, "booking/my/gone", { title, here: myPath(req) }, 410);
}
