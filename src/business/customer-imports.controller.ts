// A file of customers: brought, looked at, read in the background, reported on.
import type { Request, Response } from "express";
import { decode, readRows, separatorOf } from "../csv-reading.ts";
import { COLUMNS, guessMapping, hasHeadings, PROBLEMS } from "../customer-file.ts";
import {
  CustomerImport,
  type ImportOptions,
  MOST_FAULTS,
  MOST_LINES,
} from "../models/customer-import.ts";
import { type Transfer, Transfers } from "../models/transfer.ts";
import { blank, type Form, parse, refused } from "../web/form.ts";
import { page } from "../web/page.ts";
import { at, memberOf } from "./actor.ts";
import { ImportForm } from "./customer-imports.form.ts";
import { momentsIn } from "./moments.ts";

const LOOKED_AT = 6; // lines that are shown before it starts
const SHOWN_EARLIER = 10;
const TOO_LONG = `More than ${MOST_LINES} lines: bring the file in parts`;

export async function blankForm(req: Request, res: Response) {
  await showUpload(req, res, blank());
}

export async function create(req: Request, res: Response) {
  const { business, upload } = req;
  const no = (message: string) => showUpload(req, res, refused(blank(), "file", message), 422);
  if (!upload) return no("Choose a file");
  const { text, encoding } = decode(upload.bytes);
  const separator = separatorOf(text);
  const lines = await readRows(text, separator, MOST_LINES + 1).catch(() => []);
  if (lines.length === 0) return no("This file has no lines that can be read as CSV");
  if (lines.length > MOST_LINES + 1) return no(TOO_LONG);
  const owner = {
    businessId: business.id,
    staffId: memberOf(req).id,
    kind: "customers_in",
  } as const;
  const begun = { total: lines.length, options: { separator, encoding }, content: upload.bytes };
  const id = await Transfers.begin(owner, "draft", begun, Date.now());
  res.redirect(303, at(req, `/customers/imports/${id}`));
}

export async function show(req: Request, res: Response) {
  const transfer = await find(req);
  if (transfer.state !== "draft") return showState(req, res, transfer);
  const { separator } = transfer.options as ImportOptions;
  const lines = await CustomerImport.lines(transfer, separator, LOOKED_AT);
  const guessed = guessMapping(lines).map((name, i) => [`column${i}`, name]);
  const values = { faults: "skip", known: "skip", headings: hasHeadings(lines) ? "1" : "" };
  showDraft(req, res, transfer, lines, blank({ ...values, ...Object.fromEntries(guessed) }));
}

export async function update(req: Request, res: Response) {
  const transfer = await find(req);
  if (transfer.state !== "draft") return showState(req, res, transfer);
  const { separator } = transfer.options as ImportOptions;
  const lines = await CustomerImport.lines(transfer, separator, LOOKED_AT);
  const form = parse(ImportForm(widthOf(lines)), req.body);
  if (!form.input) return showDraft(req, res, transfer, lines, form, 422);
  await Transfers.start(transfer, { ...(transfer.options as object), ...form.input });
  res.redirect(303, at(req, `/customers/imports/${transfer.id}`));
}

export async function destroy(req: Request, res: Response) {
  await Transfers.discard(await find(req));
  res.redirect(303, at(req, "/customers/import"));
}

function find(req: Request): Promise<Transfer> {
  return Transfers.find(req.business, "customers_in", req.params.id);
}

async function showUpload(req: Request, res: Response, form: Form<unknown>, status = 200) {
  const { business } = req;
  const earlier = await Transfers.latest(business, "customers_in", SHOWN_EARLIER);
  const locals = {
    title: "Import customers",
    form,
    earlier: earlier.map((transfer) => ({ ...transfer, report: CustomerImport.report(transfer) })),
    most: MOST_LINES,
    moment: momentsIn(business.zone),
    here: at(req, "/customers/import"),
    imports: at(req, "/customers/imports"),
  };
  page(res, "business/customer-imports/new", locals, status);
}

function showDraft(
  req: Request,
  res: Response,
  transfer: Transfer,
  lines: string[][],
  form: Form<unknown>,
  status = 200,
): void {
  const width = widthOf(lines);
  const locals = {
    title: "What the columns are",
    transfer,
    form,
    lines: lines.map((cells) => Array.from({ length: width }, (_, i) => cells[i] ?? "")),
    columns: [["", "Leave it out"], ...Object.entries(COLUMNS)],
    here: at(req, `/customers/imports/${transfer.id}`),
  };
  page(res, "business/customer-imports/edit", locals, status);
}

function showState(req: Request, res: Response, transfer: Transfer): void {
  const report = CustomerImport.report(transfer);
  page(res, "business/customer-imports/show", {
    title: titles[transfer.state],
    transfer,
    report,
    problems: PROBLEMS,
    most: MOST_FAULTS,
    customers: at(req, "/customers"),
    again: at(req, "/customers/import"),
  });
}

const titles: Record<Transfer["state"], string> = {
  draft: "What the columns are",
  running: "The file is being read",
  done: "The file has been read",
  refused: "Nothing was taken over",
  failed: "The file could not be read",
};

function widthOf(lines: readonly string[][]): number {
  return Math.min(Math.max(0, ...lines.map((cells) => cells.length)), MOST_COLUMNS);
}

const MOST_COLUMNS = 60;
