// Keys for others' programs. The text of a key is on one page only, the answer to its form.
import type { Request, Response } from "express";
import { ApiKey, type ApiKeyLine } from "../models/api-key.ts";
import { Refused } from "../models/set-up.ts";
import { scopes } from "../domain/scopes.ts";
import { newToken } from "../secrets.ts";
import { blank, type Form, parse, refused } from "../web/form.ts";
import { page } from "../web/page.ts";
import { actorOf, at, memberOf } from "./actor.ts";
import { KeyForm, scopeOptions } from "./keys.form.ts";
import { dayWords, type Moments, momentsIn } from "./moments.ts";
import { paged } from "../web/paging.ts";

export async function index(req: Request, res: Response) {
  const keys = await paged(req, (slice) => ApiKey.list(req.business, slice));
  const moments = momentsIn(req.business.zone);
  const lines = keys.lines.map((line) => inWords(line, moments));
  page(res, "business/keys/index", { title: "Keys for programs", keys: { ...keys, lines } });
}

export function blankForm(_req: Request, res: Response): void {
  showForm(res, blank());
}

export async function create(req: Request, res: Response) {
  const form = parse(KeyForm, req.body);
  if (!form.input) return showForm(res, form, 422);
  const actor = { kind: "staff", staffId: memberOf(req).id } as const;
  try {
    const key = await ApiKey.make(req.business, form.input, actor, Date.now());
    page(res, "business/keys/made", { title: "Your new key", key, name: form.input.name });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    showForm(res, refused(form, error.field, error.message), 422);
  }
}

export async function revoke(req: Request, res: Response) {
  await ApiKey.revoke(req.business, req.params.id, actorOf(req), Date.now());
  res.redirect(303, at(req, "/integrations/keys"));
}

function showForm(res: Response, form: Form<unknown>, status = 200): void {
  const once = form.values.once ?? newToken();
  const locals = { title: "Make a key", form, once, scopeOptions };
  page(res, "business/keys/new", locals, status);
}

function inWords(key: ApiKeyLine, moments: Moments) {
  return {
    ...key,
    may: key.scopes.map((scope) => scopes[scope]),
    made: moments(key.createdAt).day,
    used: key.lastUsedOn === null ? "never" : dayWords(key.lastUsedOn),
    revoked: key.revokedAt === null ? undefined : moments(key.revokedAt).day,
  };
}
