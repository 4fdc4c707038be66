// Who waits for a time to become free, in the order in which times are offered.
import type { Request, Response } from "express";
import { WaitingList, type WaitingLine } from "../models/waiting-list.ts";
import type { OfferState } from "../models/waiting-offer.ts";
import { page } from "../web/page.ts";
import { actorOf, at } from "./actor.ts";
import { clockWords, daysWords, momentsIn } from "./moments.ts";
import { paged } from "../web/paging.ts";
import { bookOf, mayChange, onlyWith } from "./rights.ts";

export async function index(req: Request, res: Response) {
  const waiting = await paged(req, (slice) => WaitingList.list(bookOf(req), slice));
  const lines = waiting.lines.map((line) => inWords(req, line));
  page(res, "business/waiting/index", { title: "Waiting list", waiting: { ...waiting, lines } });
}

/** She is told nothing; her name and address go. */
export async function destroy(req: Request, res: Response) {
  const book = { id: req.business.id, only: onlyWith(req) };
  await WaitingList.remove(book, req.params.id, actorOf(req), Date.now());
  res.redirect(303, at(req, "/waiting"));
}

function inWords(req: Request, line: WaitingLine) {
  const moments = momentsIn(req.business.zone);
  return {
    ...line,
    days: daysWords(line.fromDate, line.toDate),
    hours: hoursWords(line),
    mayChange: line.staffId === null || mayChange(req, { staffId: line.staffId }),
    since: moments(line.createdAt),
    offers: line.offers.map(({ startsAt, expiresAt, staffName, state, offeredBy }) => ({
      when: moments(startsAt),
      staffName,
      offeredBy,
      became: becomes[state],
      keptUntil: state === "open" ? moments(expiresAt).time : undefined,
    })),
  };
}

const becomes: Record<OfferState, string> = {
  open: "kept",
  taken: "booked",
  refused: "not wanted",
  expired: "not answered",
};

function hoursWords({ fromMinute, toMinute }: WaitingLine): string {
  const [after, before] = [fromMinute, toMinute].map((m) => (m === null ? "" : clockWords(m)));
  if (after && before) return `${after} to ${before}`;
  if (after) return `${after} or later`;
  return before ? `${before} or earlier` : "";
}
