import type { Request, Response } from "express";
import { type CsvColumn, everyRow } from "../csv.ts";
import { formatInstant, type Instant, type Zone } from "../domain/time.ts";
import { type BusinessLine, DeliveryLog } from "../models/delivery-log.ts";
import { momentsIn } from "./moments.ts";
import { inWords, statesShown } from "./deliveries.controller.ts";
import { sendFile } from "./file.ts";

/** The log as it is narrowed, all of it; what mails said stays on their pages. */
export async function file(req: Request, res: Response) {
  const { id, zone } = req.business;
  const states = statesShown(req);
  const lines = everyRow<BusinessLine>((last, limit) =>
    DeliveryLog.after(id, states, last?.id, limit),
  );
  await sendFile(req, res, "mails", columnsIn(zone), lines);
}

function columnsIn(zone: Zone): Array<CsvColumn<BusinessLine>> {
  const words = (line: BusinessLine) => inWords(line, momentsIn(zone));
  const when = (at: Instant | null) => at && formatInstant(at, zone).dateTime;
  return [
    ["Mail", (line) => words(line).what],
    ["To", (line) => words(line).whom],
    ["Address", ({ recipient }) => recipient],
    ["State", (line) => words(line).how],
    ["Tries", ({ tries }) => tries],
    ["Due", ({ dueAt }) => when(dueAt)],
    ["Finished", ({ finishedAt }) => when(finishedAt)],
    ["Appointment", ({ appointmentId }) => appointmentId],
  ];
}
