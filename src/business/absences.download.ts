import type { Request, Response } from "express";
import { formatInstant } from "../domain/time.ts";
import { Absence } from "../models/absence.ts";
import { absencesOf } from "./absences.controller.ts";
import { states } from "./absences.form.ts";
import { everySlice, sendFile } from "./file.ts";
import { today } from "./moments.ts";

/** Time off that is not over: her own, or for who grants it everybody's. */
export async function file(req: Request, res: Response) {
  const { zone } = req.business;
  const since = today(zone, Date.now());
  const lines = everySlice((slice) => Absence.from(absencesOf(req), since, slice));
  await sendFile(
    req,
    res,
    "time-off",
    [
      ["Who", ({ staffName }) => staffName],
      ["First day", ({ from }) => from],
      ["Last day", ({ to }) => to],
      ["State", ({ state }) => states[state]],
      ["Note", ({ note }) => note],
      ["Asked", ({ createdAt }) => formatInstant(createdAt, zone).dateTime],
      ["Decided", ({ decidedAt }) => decidedAt && formatInstant(decidedAt, zone).dateTime],
      ["By", ({ decidedBy }) => decidedBy],
    ],
    lines,
  );
}
