// The privacy statement, and the promises it gives.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Request, Response } from "express";
import { parseStatement } from "../domain/statement.ts";
import { sharedPage } from "../web/page-cache.ts";
import { promises } from "./promises.ts";

export const statement = parseStatement(
  readFileSync(join(import.meta.dirname, "statement.txt"), "utf8"),
);

export function show(req: Request, res: Response) {
  sharedPage(req, res, "privacy/statement/show", { title: "Privacy statement", statement });
}

export function showPromises(req: Request, res: Response) {
  const title = "Our promises, and what keeps them";
  const paragraphs = statement.flatMap((section) => section.paragraphs);
  const given = promises.map((one) => ({
    ...one,
    anchor: anchorOf(one.id),
    paragraphs: paragraphs.filter((paragraph) => paragraph.promises.includes(one.id)),
  }));
  const kept = given.filter(({ status }) => status === "kept");
  const later = given.filter(({ status }) => status !== "kept");
  sharedPage(req, res, "privacy/statement/promises", { title, kept, later });
}

function anchorOf(id: string): string {
  return id.replace(".", "-");
}
