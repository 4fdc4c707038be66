// Every refusal is a page that says what happened and what to do next.
import type { NextFunction, Request, Response } from "express";
import { HttpError, NotFound, TooManyRequests } from "../errors.ts";
import { log } from "../log.ts";
import { wordsOf } from "./language.ts";
import { page } from "./page.ts";
import { StaleForm } from "./stale-form.ts";

const statuses = [400, 403, 404, 409, 410, 413, 422, 429, 500, 503] as const;

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
  const { t } = wordsOf(res);
  const locals = {
    title: t(`error.${status}.title`),
    next: t(`error.${status}.next`),
    detail: status === 404 ? undefined : detailOf(error, res),
  };
  page(res, "errors/error", locals, status);
}

/** What was typed is kept in the page, to be sent again at the press of a button. */
function offerAgain(req: Request, res: Response): void {
  const body = (req.body ?? {}) as Record<string, string | string[]>;
  const fields = Object.entries(body)
    .filter(([name]) => name !== "_csrf" && !/password/i.test(name))
    .flatMap(([name, value]) => [value].flat().map((text) => ({ name, value: text })));
  const title = wordsOf(res).t("stale.title");
  page(res, "errors/stale-form", { title, action: req.originalUrl, fields }, 403);
}

function detailOf(error: unknown, res: Response): string | undefined {
  if (!(error instanceof HttpError)) return undefined;
  return error.sentence?.in(wordsOf(res)) ?? error.message;
}

// Middleware (body parser, router, csurf) puts a status on what it throws.
function statusOf(error: unknown): (typeof statuses)[number] {
  const { status, type } = (error ?? {}) as { status?: unknown; type?: unknown };
  if (type === "parameters.too.many") return 413;
  const known = statuses.find((one) => one === status);
  if (known) return known;
  return typeof status === "number" && status >= 400 && status < 500 ? 400 : 500;
}
