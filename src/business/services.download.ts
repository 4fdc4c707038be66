import type { Request, Response } from "express";
import { plainMoney } from "../domain/money.ts";
import { Service } from "../models/index.ts";
import { everySlice, sendFile } from "./file.ts";

/** Those in use or those archived, as the list shows them. */
export async function file(req: Request, res: Response) {
  const { business } = req;
  const archived = req.query.archived === "1";
  const lines = everySlice((slice) => Service.list(business, { archived, ...slice }));
  await sendFile(
    req,
    res,
    "services",
    [
      ["Name", ({ name }) => name],
      ["Category", ({ category }) => category],
      ["Minutes", ({ minutes }) => minutes],
      [`Price (${business.currency})`, ({ price }) => (price === null ? null : plainMoney(price))],
      ["By link only", (line) => line.private],
      ["Providers", ({ providers }) => providers],
      ["Archived", (line) => line.archived],
    ],
    lines,
  );
}
