import type { Request, Response } from "express";
import { page } from "../web/page.ts";

/** What connects the book with others' programs: nothing, until the owner turns it on. */
export function show(_req: Request, res: Response): void {
  page(res, "business/integrations/show", { title: "Integrations" });
}
