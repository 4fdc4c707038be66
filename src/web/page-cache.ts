// Pages that are the same for every visitor are kept for a second, finished and compressed; only
// the form's token is new each time. What is committed in this process makes it forget them at
// once, in others as soon as Redis tells. A page may so be a second old, which is no harm: what it
// offers is not promised before the database has said so.
import type { NextFunction, Request, Response } from "express";
import { log } from "../log.ts";
import { onCommit } from "../models/database.ts";
import { redis } from "../redis.ts";
import { formToken } from "./form-token.ts";
import { allowFrames, framesAllowed } from "./headers.ts";
import { languageAsked, wordsOf } from "./language.ts";
import { acceptsGzip, type Locals, rendered, sendBytes } from "./page.ts";
import { gzippedWith, plainWith, spliced, type SplicedPage, TOKEN_GAP } from "./spliced.ts";

type Kept = {
  page: SplicedPage;
  pattern: string;
  language: string;
  frameOrigins: readonly string[];
  until: number;
};

const KEPT_MS = 1000;
const MOST_PAGES = 1000;
const CHANNEL = "pages";

const kept = new Map<string, Kept>();
let generation = 0; // one more with each commit anywhere

onCommit(() => {
  forgetPages();
  tellOthers();
});

/** Middleware: answers with the kept page, if there is one. */
export function serveKeptPage(req: Request, res: Response, next: NextFunction): void {
  const found = req.method === "GET" ? kept.get(keyOf(req)) : undefined;
  if (found && found.until > Date.now()) {
    req.pattern = found.pattern;
    res.setHeader("Content-Language", found.language);
    allowFrames(res, found.frameOrigins);
    return send(req, res, found.page);
  }
  res.locals.generation = generation;
  next();
}

/** Sends a page that says the same to every visitor, and keeps it. */
export function sharedPage(req: Request, res: Response, view: string, locals: Locals): void {
  const page = spliced(rendered(res, view, { ...locals, token: () => TOKEN_GAP }));
  // What was committed while the page was made may be missing from it.
  if (res.locals.generation === generation && req.method === "GET") keep(req, res, page);
  send(req, res, page);
}

export function forgetPages(): void {
  generation++;
  kept.clear();
}

/** Hears of commits in other processes, until closed. */
export function hearOfChanges(): { close(): void } {
  const subscriber = redis.duplicate({ disableOfflineQueue: false });
  subscriber.on("error", deaf);
  subscriber
    .connect()
    .then(() => subscriber.subscribe(CHANNEL, forgetPages))
    .catch(deaf);
  return { close: () => subscriber.destroy() };
}

// Browsers write their wishes in hundreds of ways: what counts is which of our languages they name.
function keyOf(req: Request): string {
  return `${languageAsked(req)} ${req.originalUrl}`;
}

function keep(req: Request, res: Response, page: SplicedPage): void {
  if (kept.size >= MOST_PAGES) kept.clear();
  kept.set(keyOf(req), {
    page,
    pattern: req.pattern ?? "none",
    language: wordsOf(res).language,
    frameOrigins: framesAllowed(res),
    until: Date.now() + KEPT_MS,
  });
}

function send(req: Request, res: Response, page: SplicedPage): void {
  const token = formToken();
  if (acceptsGzip(req)) {
    res.setHeader("Content-Encoding", "gzip");
    sendBytes(req, res, gzippedWith(page, token));
  } else sendBytes(req, res, plainWith(page, token));
}

let telling: NodeJS.Immediate | undefined;

// Many commits at once are told once.
function tellOthers(): void {
  telling ??= setImmediate(() => {
    telling = undefined;
    if (redis.isReady)
      redis
        .publish(CHANNEL, "")
        .catch((error: unknown) => log.warn({ error }, "a change was not told"));
  });
}

function deaf(error: unknown): void {
  log.warn({ error }, "changes elsewhere are not heard");
}
