import type { Request, Response } from "express";
import { sharedPage } from "../web/page-cache.ts";

export function show(req: Request, res: Response) {
  sharedPage(req, res, "site/home", { title: "Plainbook: appointments, plainly" });
}
