// Who presses twice gets the time with the first press and is refused with the second. The page
// that refuses then shows the way on: the form's token, which no two pages share, tells that it was
// the same page.
import type { Request } from "express";
import { askRedis, redis } from "../redis.ts";
import { hashToken, seal, unseal } from "../secrets.ts";

const REMEMBERED_SECONDS = 10 * 60;

export async function rememberPress(req: Request, start: number, token: string): Promise<void> {
  const expiration = { type: "EX" as const, value: REMEMBERED_SECONDS };
  await askRedis(() => redis.set(keyOf(req, start), seal("press", token), { expiration }));
}

/** The details form of the hold that the same page has taken for this start, if any. */
export async function holdPressedBefore(req: Request, start: number): Promise<string | undefined> {
  const sealed = await askRedis(() => redis.get(keyOf(req, start)));
  const token = sealed ? unseal("press", sealed) : undefined;
  return token && `/book/${req.catalogue.business.slug}/holds/${token}`;
}

function keyOf(req: Request, start: number): string {
  const { _csrf } = req.body as Record<string, unknown>;
  return `press:${hashToken(`${String(_csrf)} ${start}`)}`;
}
