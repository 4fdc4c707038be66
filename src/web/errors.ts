// Every refusal is a page that says what happened and what to do next.
import type { NextFunction, Request, Response } from "express";
import { HttpError, NotFound, TooManyRequests } from "../errors.ts";
import { log } from "../log.ts";
import { page } from "./page.ts";
import { StaleForm } from "./stale-form.ts";

type Advice = { title: string; next: string };

const advice: Record<number, Advice> = {
  400: {
    title: "That request made no sense",
    next: "Go back, reload the page and try once more.",
  },
  403: {
    title: "Not allowed",
    next: "Go back, or sign in as somebody who may do this.",
  },
  404: {
    title: "Page not found",
    next: "Check the address for a typing mistake. If you followed a link, it may be an old one.",
  },
  409: {
    title: "That has changed meanwhile",
    next: "Go back, reload the page to see how things are now, and try again.",
  },
  410: {
    title: "This link has been used or has expired",
    next: "Ask for a new one where you got it.",
  },
  413: {
    title: "That was too much at once",
    next: "Go back and send less: shorter texts or a smaller file.",
  },
  422: {
    title: "Something in the form was not right",
    next: "Go back and check what you typed.",
  },
  429: {
    title: "Too many attempts",
    next: "Wait a little and try again. Nothing you have done so far is lost.",
  },
  500: {
    title: "Something went wrong",
    next: "It is our fault, and it has been noted. Please try again in a minute.",
  },
  503: {
    title: "Busy at the moment",
    next: "Please try again in a minute.",
  },
};

export function notFound(): never {
  throw new NotFound();
}

/** Express's error handler: four parameters make it one. */
export function showError(error: unknown, req: Request, res: Response, next: NextFunction): void {
  if (res.headersSent) return next(error);
  // Of a business that is not there, there is nothing to put above the page.
  if (res.locals.layout === "booking" && !res.locals.business) res.locals.layout = "site";
  if (error instanceof StaleForm) return offerAgain(req, res);
  const status = statusOf(error);
  if (status >= 500) log.error({ error, route: req.pattern }, "request failed");
  if (error instanceof TooManyRequests) res.setHeader("Retry-After", error.retryAfter);
  if (status === 503) res.setHeader("Retry-After", 30);
  const { title, next: whatNext } = advice[status] ?? advice[500] ?? { title: "", next: "" };
  const detail = error instanceof HttpError && status !== 404 ? error.message : undefined;
  page(res, "errors/error", { title, next: whatNext, detail, status }, status);
}

/** What was typed is kept in the page, to be sent again at the press of a button. */
function offerAgain(req: Request, res: Response): void {
  const body = (req.body ?? {}) as Record<string, string | string[]>;
  const fields = Object.entries(body)
    .filter(([name]) => name !== "_csrf" && !/password/i.test(name))
    .flatMap(([name, value]) => [value].flat().map((text) => ({ name, value: text })));
  const title = "Please send this once more";
  page(res, "errors/stale-form", { title, action: req.originalUrl, fields }, 403);
}

// Middleware (body parser, router, csurf) puts a status on what it throws.
function statusOf(error: unknown): number {
  const { status, type } = (error ?? {}) as { status?: unknown; type?: unknown };
  if (type === "parameters.too.many") return 413;
  if (typeof status === "number" && status in advice) return status;
  return typeof status === "number" && status >= 400 && status < 500 ? 400 : 500;
}
