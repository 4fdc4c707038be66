import type { Request, Response } from "express";
import { page } from "../web/page.ts";

export function show(_req: Request, res: Response) {
  page(res, "operator/home/show", { title: "Operator console" });
}
