// Who waits for a time to become free, in the order in which times are offered.
import type { Request, Response } from "express";
import { WaitingEntries, type WaitingLine } from "../models/waiting-entry.ts";
import { page } from "../web/page.ts";
import { at } from "./actor.ts";
import { clockWords, daysWords, momentsIn } from "./moments.ts";
import { paged } from "./paging.ts";
import { bookOf, mayChange, onlyWith } from "./rights.ts";

export async function index(req: Request, res: Response) {
  const waiting = await paged(req, (slice) => WaitingEntries.list(bookOf(req), slice));
  const lines = waiting.lines.map((line) => inWords(req, line));
  page(res, "business/waiting/index", { title: "Waiting list", waiting: { ...waiting, lines } });
}

/** She is told nothing; her name and address go. */
export async function destroy(req: Request, res: Response) {
  const book = { id: req.business.id, only: onlyWith(req) };
  await WaitingEntries.remove(book, req.params.id, Date.now());
  res.redirect(303, at(req, "/waiting"));
}

function inWords(req: Request, line: WaitingLine) {
  const moments = momentsIn(req.business.zone);
  const { lastStart, lastExpires } = line;
  return {
    ...line,
    days: daysWords(line.fromDate, line.toDate),
    hours: hoursWords(line),
    mayRemove: line.staffId === null || mayChange(req, { staffId: line.staffId }),
    since: moments(line.createdAt),
    offered: lastStart === null ? undefined : moments(lastStart),
    keptUntil:
      line.state === "offered" && lastExpires !== null ? moments(lastExpires).time : undefined,
  };
}

function hoursWords({ fromMinute, toMinute }: WaitingLine): string {
  const [after, before] = [fromMinute, toMinute].map((m) => (m === null ? "" : clockWords(m)));
  if (after && before) return `${after} to ${before}`;
  if (after) return `${after} or later`;
  return before ? `${before} or earlier` : "";
}
