import type { Request, Response } from "express";
import { formatInstant, type Instant, type Zone } from "../domain/time.ts";
import { WaitingList, type WaitingLine } from "../models/waiting-list.ts";
import type { CsvColumn } from "../csv.ts";
import { everySlice, sendFile } from "./file.ts";
import { clockWords } from "./moments.ts";
import { bookOf } from "./rights.ts";

/** Who waits, in the order in which times are offered. */
export async function file(req: Request, res: Response) {
  const lines = everySlice((slice) => WaitingList.list(bookOf(req), slice));
  await sendFile(req, res, "waiting", columnsIn(req.business.zone), lines);
}

function columnsIn(zone: Zone): Array<CsvColumn<WaitingLine>> {
  const when = (at: Instant | null) => at && formatInstant(at, zone).dateTime;
  return [
    ["Who", ({ name }) => name],
    ["E-mail", ({ email }) => email],
    ["Phone", ({ phone }) => phone],
    ["Service", ({ serviceName }) => serviceName],
    ["With", ({ staffName }) => staffName],
    ["People", ({ people }) => people],
    ["First day", ({ fromDate }) => fromDate],
    ["Last day", ({ toDate }) => toDate],
    ["Not before", ({ fromMinute }) => clock(fromMinute)],
    ["Not after", ({ toMinute }) => clock(toMinute)],
    ["Since", ({ createdAt }) => when(createdAt)],
    ["Offers", ({ offers }) => offers.length],
    ["Offered last", ({ offers: [last] }) => when(last?.startsAt ?? null)],
  ];
}

function clock(minute: number | null): string | null {
  return minute === null ? null : clockWords(minute);
}
