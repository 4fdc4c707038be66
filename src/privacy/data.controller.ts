// The data map in plain words, for everybody.
import type { Request, Response } from "express";
import { type ClassName, dataClasses } from "../domain/data-classes.ts";
import { keptWords } from "../domain/kept.ts";
import { sharedPage } from "../web/page-cache.ts";

const OUR_OWN: readonly ClassName[] = ["hold", "batch", "system", "offer", "count"];

export function show(req: Request, res: Response) {
  const names = Object.keys(dataClasses) as ClassName[];
  const lines = (wanted: boolean) =>
    names
      .filter((name) => OUR_OWN.includes(name) !== wanted)
      .map((name) => ({ ...dataClasses[name], kept: keptWords(dataClasses[name]) }));
  const title = "What we keep, and for how long";
  sharedPage(req, res, "privacy/data/show", { title, personal: lines(true), other: lines(false) });
}
