import type { Request, Response } from "express";
import { type CsvColumn, everyRow } from "../csv.ts";
import { about } from "../domain/fields.ts";
import { formatInstant, type Instant, type Zone } from "../domain/time.ts";
import { answerTexts } from "../models/answer-feed.ts";
import { CustomerList, type CustomerLineInFull } from "../models/customer-list.ts";
import { Fields } from "../models/field.ts";
import { customersAsked } from "./customers.controller.ts";
import { fieldColumns, sendFile } from "./file.ts";

type Line = CustomerLineInFull & { texts: ReadonlyMap<number, string> };

/** All customers, or those the list was narrowed to, with what they answered, however many: two statements for some hundreds. */
export async function file(req: Request, res: Response) {
  const { business } = req;
  const filter = customersAsked(req);
  const fields = about("customer", await Fields.of(business));
  const lines = everyRow<Line>(async (last, limit) => {
    const batch = await CustomerList.after(business, filter, last, limit);
    const ids = batch.map(({ id }) => id);
    const texts = await answerTexts(business.id, "customer", ids, fields);
    return batch.map((line) => ({ ...line, texts: texts.get(line.id) ?? new Map() }));
  });
  const all = [...columns(business.zone), ...fieldColumns<Line>(fields)];
  await sendFile(req, res, "customers", all, lines);
}

function columns(zone: Zone): Array<CsvColumn<Line>> {
  const when = (instant: Instant | null) => instant && formatInstant(instant, zone).dateTime;
  return [
    ["Name", ({ name }) => name],
    ["E-mail", ({ email }) => email],
    ["Phone", ({ phone }) => phone],
    ["Notes for staff", ({ note }) => note],
    ["Alert for staff", ({ alert }) => alert],
    ["Blocked", ({ blocked }) => blocked],
    ["No-shows", ({ noShows }) => noShows],
    ["Last or next appointment", ({ lastStart }) => when(lastStart)],
    ["Known since", ({ createdAt }) => when(createdAt)],
  ];
}
