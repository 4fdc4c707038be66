import type { Request, Response } from "express";
import { ROLES } from "../domain/rights.ts";
import { Staff } from "../models/index.ts";
import { everySlice, sendFile } from "./file.ts";

/** Who works there or who is archived, as the list shows them. */
export async function file(req: Request, res: Response) {
  const archived = req.query.archived === "1";
  const lines = everySlice((slice) => Staff.list(req.business, { archived, ...slice }));
  await sendFile(
    req,
    res,
    "staff",
    [
      ["Name", ({ name }) => name],
      ["Role", ({ role }) => ROLES[role]],
      ["Can be booked", ({ bookable }) => bookable],
      ["Services", ({ services }) => services],
      ["Has hours", ({ hasHours }) => hasHours],
      ["Signs in", ({ signsIn }) => signsIn],
      ["Archived", (line) => line.archived],
    ],
    lines,
  );
}
