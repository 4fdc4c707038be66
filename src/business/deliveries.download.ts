import type { Request, Response } from "express";
import { type CsvColumn, everyRow } from "../csv.ts";
import { formatInstant, type Instant, type Zone } from "../domain/time.ts";
import { DeliveryLog, type LogLine } from "../models/delivery-log.ts";
import { filterOf, logAsked } from "./deliveries.asked.ts";
import { mailWords } from "./deliveries.controller.ts";
import { sendFile } from "./file.ts";
import { momentsIn } from "./moments.ts";
import { callWords } from "./webhooks.words.ts";

/** The log as it is narrowed, all of it; what was said stays on its pages. */
export async function file(req: Request, res: Response) {
  const { id, zone } = req.business;
  const filter = filterOf(logAsked(req));
  const lines = everyRow<LogLine>((last, limit) => DeliveryLog.after(id, filter, last, limit));
  await sendFile(req, res, "mails-and-webhooks", columnsIn(zone), lines);
}

function columnsIn(zone: Zone): Array<CsvColumn<LogLine>> {
  const moments = momentsIn(zone);
  const when = (at: Instant | null) => at && formatInstant(at, zone).dateTime;
  const words = ({ mail, call }: LogLine) =>
    mail ? mailWords(mail, moments) : callWords(call, moments);
  return [
    ["Channel", ({ mail }) => (mail ? "Mail" : "Webhook")],
    ["What", (one) => words(one).what],
    ["To", ({ mail, call }) => (mail ? mailWords(mail, moments).whom : new URL(call.url).host)],
    ["Address", ({ mail }) => mail?.recipient],
    ["State", (one) => words(one).how],
    ["Tries", (one) => lineOf(one).tries],
    ["Due", (one) => when(lineOf(one).dueAt)],
    ["Finished", (one) => when(lineOf(one).finishedAt)],
    ["Appointment", (one) => lineOf(one).appointmentId],
  ];
}

function lineOf({ mail, call }: LogLine) {
  return mail ?? call;
}
