// A customer takes away all that is stored of her.
import type { Request, Response } from "express";
import { csv, type CsvColumn } from "../../csv.ts";
import { MyBookings } from "../../models/my-bookings.ts";
import { dataOf, type DataRow } from "../../models/my-data.ts";
import { download } from "../../web/download.ts";
import { json, zip, type ZipEntry } from "../../zip.ts";
import type { Entered } from "./entry.ts";

/** One file for programs, and one for each table that a spreadsheet opens. */
export async function show(req: Request, res: Response, { email }: Entered) {
  const { business } = req.catalogue;
  const customers = await MyBookings.customers(business, email);
  const ids = customers.map(({ id }) => id);
  const data = await dataOf(business, email, ids);
  const tables = Object.entries(data).map(([name, rows]): ZipEntry => [
    `${name}.csv`,
    () => csv(columnsOf(rows), rows),
  ]);
  const about = { business: business.name, zone: business.zone, ...data };
  const archive = zip([["data.json", () => json(about)], ...tables]);
  await download(req, res, `${business.slug}-my-data.zip`, archive);
}

function columnsOf([first = {}]: DataRow[]): Array<CsvColumn<DataRow>> {
  return Object.keys(first).map((name) => [name, (row) => row[name]]);
}
