import type { Request, Response } from "express";
import { csv, type CsvColumn, everyRow } from "../csv.ts";
import { STATUSES } from "../domain/status.ts";
import { plainMoney } from "../domain/money.ts";
import { formatInstant, MINUTE } from "../domain/time.ts";
import { type AppointmentFacts, AppointmentList } from "../models/appointment-list.ts";
import { download } from "../web/download.ts";
import { calendarAsked, filterAsked } from "./appointments.calendar.ts";

/** The list as it is filtered, all of it, however long. */
export async function file(req: Request, res: Response) {
  const calendar = await calendarAsked(req, Date.now());
  const { business } = calendar.catalogue;
  const filter = filterAsked(req, calendar);
  const lines = everyRow<AppointmentFacts>((last, limit) =>
    AppointmentList.after(business.id, filter, last, limit),
  );
  const content = csv(columnsIn(business.currency), lines);
  await download(req, res, `appointments-${business.slug}.csv`, content);
}

/** When it is in words, in the zone where it takes place; the first column is for programs. */
function columnsIn(currency: string): Array<CsvColumn<AppointmentFacts>> {
  return [
    ["Start", (line) => when(line).dateTime],
    ["Weekday", (line) => when(line).weekday],
    ["Date", (line) => when(line).date],
    ["Time", (line) => when(line).time],
    ["Zone", (line) => when(line).zone],
    ["Minutes", ({ startsAt, endsAt }) => (endsAt - startsAt) / MINUTE],
    ["Service", ({ serviceName }) => serviceName],
    ["With", ({ staffName }) => staffName],
    ["Status", ({ status }) => STATUSES[status]],
    [`Price (${currency})`, ({ price }) => (price === null ? null : plainMoney(price))],
    ["Customer", ({ customerName }) => customerName],
    ["E-mail", ({ customerEmail }) => customerEmail],
    ["Phone", ({ otherPhone, customerPhone }) => otherPhone ?? customerPhone],
    ["Note", ({ note }) => note],
    ["Booked", ({ createdAt, zone }) => formatInstant(createdAt, zone).dateTime],
  ];
}

function when({ startsAt, zone }: AppointmentFacts) {
  return formatInstant(startsAt, zone);
}
