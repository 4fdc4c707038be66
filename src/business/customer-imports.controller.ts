// A file of customers: brought, looked at, read in the background, reported on.
import type { Request, Response } from "express";
import { decode, readRows, separatorOf } from "../csv-reading.ts";
import {
  checkLine,
  columnOf,
  COLUMNS,
  type Fault,
  guessMapping,
  hasHeadings,
  type Mapping,
  mappingProblem,
  PROBLEMS,
} from "../customer-file.ts";
import type { Field } from "../domain/fields.ts";
import {
  CustomerImport,
  type ImportOptions,
  MOST_FAULTS,
  MOST_LINES,
} from "../models/customer-import.ts";
import { Fields } from "../models/field.ts";
import { type Transfer, Transfers } from "../models/transfer.ts";
import { blank, type Form, parse, refused } from "../web/form.ts";
import { page } from "../web/page.ts";
import { bytesOf } from "../web/upload.ts";
import { at, memberOf } from "./actor.ts";
import { customerFieldsOf } from "./answers.ts";
import { ImportForm } from "./customer-imports.form.ts";
import { momentsIn } from "./moments.ts";

const LARGEST = 15 * 1024 * 1024; // bytes, all in memory
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
  const bytes = await bytesOf(upload, LARGEST);
  const { text, encoding } = decode(bytes);
  const separator = separatorOf(text);
  const lines = await readRows(text, separator, MOST_LINES + 1).catch(() => []);
  if (lines.length === 0) return no("This file has no lines that can be read as CSV");
  if (lines.length > MOST_LINES + 1) return no(TOO_LONG);
  const owner = {
    businessId: business.id,
    staffId: memberOf(req).id,
    kind: "customers_in",
  } as const;
  const begun = { total: lines.length, options: { separator, encoding }, content: bytes };
  const id = await Transfers.begin(owner, "draft", begun, Date.now());
  res.redirect(303, at(req, `/customers/imports/${id}`));
}

export async function show(req: Request, res: Response) {
  const transfer = await find(req);
  if (transfer.state !== "draft") return showState(req, res, transfer);
  const { separator } = transfer.options as ImportOptions;
  const lines = await CustomerImport.lines(transfer, separator, LOOKED_AT);
  const fields = await customerFieldsOf(req);
  const guessed = guessMapping(lines, fields).map((name, i) => [`column${i}`, name]);
  const values = { faults: "skip", known: "skip", headings: hasHeadings(lines) ? "1" : "" };
  const form = blank({ ...values, ...Object.fromEntries(guessed) });
  showDraft(req, res, { transfer, lines, fields, form });
}

export async function update(req: Request, res: Response) {
  const transfer = await find(req);
  if (transfer.state !== "draft") return showState(req, res, transfer);
  const { separator } = transfer.options as ImportOptions;
  const lines = await CustomerImport.lines(transfer, separator, LOOKED_AT);
  const fields = await customerFieldsOf(req);
  const form = parse(ImportForm(widthOf(lines), fields), req.body);
  if (!form.input) return showDraft(req, res, { transfer, lines, fields, form }, 422);
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

type Draft = { transfer: Transfer; lines: string[][]; fields: Field[]; form: Form<unknown> };

function showDraft(req: Request, res: Response, draft: Draft, status = 200): void {
  const { transfer, lines, fields, form } = draft;
  const width = widthOf(lines);
  const locals = {
    title: "What the columns are",
    transfer,
    form,
    lines: lines.map((cells) => Array.from({ length: width }, (_, i) => cells[i] ?? "")),
    columns: [
      ["", "Leave it out"],
      ...Object.entries(COLUMNS),
      ...fields.map((field) => [columnOf(field), field.label]),
    ],
    faults: faultsAmong(draft),
    here: at(req, `/customers/imports/${transfer.id}`),
  };
  page(res, "business/customer-imports/edit", locals, status);
}

/** Which of the lines shown are not right, with the columns as they are chosen. */
function faultsAmong({ lines, fields, form: { values } }: Draft): Array<[number, string]> {
  const mapping = Array.from({ length: widthOf(lines) }, (_, i) =>
    String(values[`column${i}`] ?? ""),
  ) as unknown as Mapping;
  if (mappingProblem(mapping, fields)) return [];
  return lines.flatMap((cells, i): Array<[number, string]> => {
    const checked = i === 0 && values.headings ? "empty" : checkLine(cells, mapping, fields);
    if (typeof checked !== "object" || !("problem" in checked)) return [];
    return [[i + 1, faultWords(checked, fields)]];
  });
}

function faultWords({ problem, fieldId }: Fault, fields: readonly Field[]): string {
  if (fieldId === undefined) return PROBLEMS[problem];
  const label = fields.find(({ id }) => id === fieldId)?.label ?? "a field that is gone";
  return `${label}: ${PROBLEMS[problem]}`;
}

async function showState(req: Request, res: Response, transfer: Transfer): Promise<void> {
  const report = CustomerImport.report(transfer);
  const fields = await Fields.of(req.business);
  page(res, "business/customer-imports/show", {
    title: titles[transfer.state],
    transfer,
    report,
    faults: report.faults.map(([line, problem, fieldId]) => {
      const fault = fieldId === undefined ? { problem } : { problem, fieldId };
      return [line, faultWords(fault, fields)];
    }),
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
