import type { Request } from "express";

const LINES = 50;
const LAST_PAGE = 10_000;

/** One page of a list: `lines` to show, and what its pager needs. */
export type Paged<T> = { lines: T[]; page: number; more: boolean };
export type Slice = { limit: number; offset: number };

/** Fetches the page that is asked for, and one line more to know whether there is another. */
export async function paged<T>(
  req: Request,
  fetch: (slice: Slice) => Promise<T[]>,
): Promise<Paged<T>> {
  const page = pageOf(req.query.page);
  const fetched = await fetch({ limit: LINES + 1, offset: (page - 1) * LINES });
  return { lines: fetched.slice(0, LINES), page, more: fetched.length > LINES };
}

function pageOf(asked: unknown): number {
  const page = typeof asked === "string" && /^\d{1,5}$/.test(asked) ? Number(asked) : 1;
  return Math.min(Math.max(page, 1), LAST_PAGE);
}
