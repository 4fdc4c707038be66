import type { Request, Response } from "express";
import { MOST_ORIGINS } from "../domain/frames.ts";
import { wordsIn } from "../language.ts";
import { bookingUrl } from "../links.ts";
import { allowFramesOf, frameOriginsIn } from "../models/frames.ts";
import { blank, type Form, parse } from "../web/form.ts";
import { page } from "../web/page.ts";
import { actorOf, at } from "./actor.ts";
import { FramesForm } from "./frames.form.ts";

export function edit(req: Request, res: Response): void {
  show(req, res, blank({ origins: frameOriginsIn(req.business).join("\n") }));
}

export async function update(req: Request, res: Response) {
  const form = parse(FramesForm, req.body);
  if (!form.input) return show(req, res, form, 422);

  await allowFramesOf(req.business, form.input.origins, actorOf(req), Date.now());
  res.redirect(303, at(req, "/integrations/frames?saved=1"));
}

function show(req: Request, res: Response, form: Form<unknown>, status = 200): void {
  const { business } = req;
  const locals = {
    title: "Your own website",
    form,
    most: MOST_ORIGINS,
    allowed: frameOriginsIn(business),
    // Customers hear it: a frame's title is what a screen reader says of it.
    frame: {
      url: bookingUrl(business.slug),
      title: wordsIn(business.language).t("services.title", { business: business.name }),
    },
    saved: req.query.saved === "1",
  };
  page(res, "business/frames/edit", locals, status);
}
