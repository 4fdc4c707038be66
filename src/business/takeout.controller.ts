// A business leaves with everything, and comes back with it.
import { Readable } from "node:stream";
import type { Request, Response } from "express";
import { DAY, type Instant, instantToLocal } from "../domain/time.ts";
import { Gone } from "../errors.ts";
import { REFUSALS, type TakeoutReport } from "../models/takeout-file.ts";
import { isEmpty } from "../models/takeout-import.ts";
import { STAYS } from "../models/takeout-tables.ts";
import { receive } from "../models/transfer-content.ts";
import { type Transfer, type TransferKind, Transfers } from "../models/transfer.ts";
import { download } from "../web/download.ts";
import { blank, type Form, refused } from "../web/form.ts";
import { page } from "../web/page.ts";
import { at, memberOf } from "./actor.ts";
import { momentsIn } from "./moments.ts";

const LARGEST = 256 * 1024 * 1024; // bytes of a file that is brought
const SHOWN_EARLIER = 10;
const SAME_PRESS = 60_000; // ms

export async function show(req: Request, res: Response) {
  await showPage(req, res, blank());
}

/** One at a time: pressed twice, the one that is being made is shown. */
export async function createExport(req: Request, res: Response) {
  const { business } = req;
  const now = Date.now();
  const [last] = await Transfers.latest(business, "all_out", 1);
  const isSame = last && (last.state === "running" || now - last.createdAt < SAME_PRESS);
  const id = isSame ? last.id : await begin(req, "all_out", now);
  res.redirect(303, at(req, `/takeout/exports/${id}`));
}

export async function showExport(req: Request, res: Response) {
  const transfer = await Transfers.find(req.business, "all_out", req.params.id);
  const moments = momentsIn(req.business.zone);
  page(res, "business/takeout/export", {
    title: exportTitles[transfer.state],
    transfer,
    tables: (transfer.report as TakeoutReport).tables ?? {},
    ready: transfer.state === "done" && (await Transfers.hasContent(transfer)),
    until: moments(transfer.createdAt + DAY),
    here: at(req, `/takeout/exports/${transfer.id}`),
    takeout: at(req, "/takeout"),
  });
}

export async function file(req: Request, res: Response) {
  const { business } = req;
  const transfer = await Transfers.find(business, "all_out", req.params.id);
  if (transfer.state !== "done" || !(await Transfers.hasContent(transfer)))
    throw new Gone("Such a file is kept for a day, or until a customer is erased");
  const { date } = instantToLocal(transfer.createdAt, business.zone);
  const content = Readable.from(Transfers.pieces(transfer), { objectMode: false });
  await download(req, res, `plainbook-${business.slug}-${date}.zip`, content);
}

export async function createImport(req: Request, res: Response) {
  const { business, upload } = req;
  const no = (message: string) => showPage(req, res, refused(blank(), "file", message), 422);
  if (!upload) return no("Choose a file");
  const [last] = await Transfers.latest(business, "all_in", 1);
  const isSame = last?.state === "running";
  if (!isSame && !(await isEmpty(business.id))) return no(REFUSALS.filled);
  const id = isSame
    ? last.id
    : await receive(ownerOf(req, "all_in"), upload.content(LARGEST), Date.now());
  res.redirect(303, at(req, `/takeout/imports/${id}`));
}

export async function showImport(req: Request, res: Response) {
  const transfer = await Transfers.find(req.business, "all_in", req.params.id);
  const report = transfer.report as TakeoutReport;
  page(res, "business/takeout/import", {
    title: importTitles[transfer.state],
    transfer,
    report,
    refusal: report.refusal && REFUSALS[report.refusal],
    home: at(req),
    people: at(req, "/staff"),
    takeout: at(req, "/takeout"),
  });
}

function begin(req: Request, kind: TransferKind, now: Instant): Promise<number> {
  return Transfers.begin(ownerOf(req, kind), "running", {}, now);
}

function ownerOf(req: Request, kind: TransferKind) {
  return { businessId: req.business.id, staffId: memberOf(req).id, kind };
}

async function showPage(req: Request, res: Response, form: Form<unknown>, status = 200) {
  const { business } = req;
  const locals = {
    title: "Leave with everything",
    form,
    empty: await isEmpty(business.id),
    earlier: await Transfers.latest(business, "all_out", SHOWN_EARLIER),
    stays: STAYS,
    most: LARGEST / 1024 ** 2,
    moment: momentsIn(business.zone),
    here: at(req, "/takeout"),
  };
  page(res, "business/takeout/show", locals, status);
}

const exportTitles: Record<Transfer["state"], string> = {
  draft: "Your file is being made",
  running: "Your file is being made",
  done: "Your file",
  refused: "Your file could not be made",
  failed: "Your file could not be made",
};

const importTitles: Record<Transfer["state"], string> = {
  draft: "Everything is being put back",
  running: "Everything is being put back",
  done: "Everything is back",
  refused: "Nothing was put back",
  failed: "Not everything could be put back",
};
