// A provider's appointments for calendar programs: the link in the address is what lets them in.
import type { Request, Response } from "express";
import { calendarOf } from "../calendar.ts";
import { workspaceUrl } from "../links.ts";
import { CalendarFeed, type FeedLine, type OpenedFeed } from "../models/calendar-feed.ts";
import { editionOf } from "../models/set-up.ts";

const FRESH_SECONDS = 300;

/** 304 for who has it already; what is asked for every few minutes is seldom new. */
export async function show(req: Request, res: Response) {
  const feed = await CalendarFeed.withToken(String(req.params.token));
  const now = Date.now();
  const lines = await CalendarFeed.lines(feed, now);
  // Weak: the text also says when it was made.
  const etag = `W/"${editionOf({ feed, lines })}"`;
  res.set({
    ETag: etag,
    "Cache-Control": `private, max-age=${FRESH_SECONDS}`,
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
  });
  if (isKnown(req, etag)) {
    res.status(304).end();
    return;
  }
  res.setHeader("Content-Disposition", 'inline; filename="appointments.ics"');
  res.type("text/calendar; charset=utf-8").send(fileOf(feed, lines, now));
}

function isKnown(req: Request, etag: string): boolean {
  const known = (req.headers["if-none-match"] ?? "").split(",").map((one) => one.trim());
  return known.some((one) => one === "*" || one.replace(/^W\//, "") === etag.slice(2));
}

function fileOf(feed: OpenedFeed, lines: readonly FeedLine[], now: number): string {
  const organizer = { name: feed.businessName, address: feed.businessEmail };
  const events = lines.map((line) => ({
    cancelled: line.status === "cancelled",
    uid: line.uid,
    sequence: line.sequence,
    start: line.startsAt,
    end: line.endsAt,
    zone: line.zone,
    summary: feed.namesCustomers ? `${line.serviceName}: ${line.customerName}` : line.serviceName,
    description: workspaceUrl(feed.slug, line.id),
    location: line.address,
    organizer,
    now,
  }));
  return calendarOf(`${feed.staffName}, ${feed.businessName}`, events, now);
}
