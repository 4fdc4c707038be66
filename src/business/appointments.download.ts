import type { Request, Response } from "express";
import { type CsvColumn, everyRow } from "../csv.ts";
import { about, type Field } from "../domain/fields.ts";
import { STATUSES } from "../domain/status.ts";
import { plainMoney } from "../domain/money.ts";
import { formatInstant, MINUTE } from "../domain/time.ts";
import { answerTexts } from "../models/answer-feed.ts";
import { type AppointmentFacts, AppointmentList } from "../models/appointment-list.ts";
import { Fields } from "../models/field.ts";
import { calendarAsked, filterAsked } from "./appointments.calendar.ts";
import { fieldColumns, sendFile } from "./file.ts";

type Line = AppointmentFacts & { texts: ReadonlyMap<number, string> };

/** The list as it is filtered, all of it, with what was answered, however long. */
export async function file(req: Request, res: Response) {
  const calendar = await calendarAsked(req, Date.now());
  const { business } = calendar.catalogue;
  const filter = filterAsked(req, calendar);
  const fields = await Fields.of(req.business);
  const lines = everyRow<Line>(async (last, limit) =>
    withTexts(business.id, await AppointmentList.after(business.id, filter, last, limit), fields),
  );
  const columns = [...columnsIn(business.currency), ...fieldColumns<Line>(fields)];
  await sendFile(req, res, "appointments", columns, lines);
}

/** What was asked of the appointment and what of its customer: two statements for some hundreds. */
async function withTexts(
  businessId: number,
  lines: readonly AppointmentFacts[],
  fields: readonly Field[],
): Promise<Line[]> {
  const customers = [...new Set(lines.map(({ customerId }) => customerId))];
  const ids = lines.map(({ id }) => id);
  const [own, hers] = await Promise.all([
    answerTexts(businessId, "appointment", ids, about("appointment", fields)),
    answerTexts(businessId, "customer", customers, about("customer", fields)),
  ]);
  return lines.map((line) => {
    const texts = [...(own.get(line.id) ?? []), ...(hers.get(line.customerId) ?? [])];
    return { ...line, texts: new Map(texts) };
  });
}

/** When it is in words, in the zone where it takes place; the first columns are for programs. */
function columnsIn(currency: string): Array<CsvColumn<Line>> {
  return [
    ["Start", (line) => when(line).dateTime],
    ["End", ({ endsAt, zone }) => formatInstant(endsAt, zone).dateTime],
    ["Weekday", (line) => when(line).weekday],
    ["Date", (line) => when(line).date],
    ["Time", (line) => when(line).time],
    ["Zone", (line) => when(line).zone],
    ["Minutes", ({ startsAt, endsAt }) => (endsAt - startsAt) / MINUTE],
    ["Service", ({ serviceName }) => serviceName],
    ["Add-ons", ({ addons }) => addons],
    ["People", ({ people }) => people],
    ["With", ({ staffName }) => staffName],
    ["Location", ({ locationName }) => locationName],
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
