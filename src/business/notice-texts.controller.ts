import type { Request, Response } from "express";
import { type OwnText, variablesOf } from "../domain/notice-text.ts";
import { NotFound } from "../errors.ts";
import { nameOf } from "../language.ts";
import { languagesOf, type Preview, previewOf, usualText } from "../models/notice-preview.ts";
import { NoticeText, textEdition, type TextKind, type TextName } from "../models/notice-text.ts";
import { ChangedMeanwhile } from "../models/set-up.ts";
import { blank, type Form, parse } from "../web/form.ts";
import { page } from "../web/page.ts";
import { actorOf, at } from "./actor.ts";
import { asTyped, type Difference, differences } from "./meanwhile.ts";
import { labels, noticeTextForm, textKinds } from "./notice-texts.form.ts";

export async function edit(req: Request, res: Response) {
  const name = namedIn(req);
  const own = await NoticeText.find(req.business.id, name);
  show(req, res, { form: blank(own ?? usualText(name)), own, edition: textEdition(own) });
}

/** Previewed first, or stored, by the button that was pressed. */
export async function update(req: Request, res: Response) {
  const name = namedIn(req);
  const { business } = req;
  const now = Date.now();
  const form = parse(noticeTextForm(name.kind), req.body);
  const edition = String(form.values.edition ?? "");
  const shown = { form, own: await NoticeText.find(business.id, name), edition };
  if (!form.input) return show(req, res, shown, 422);
  if (form.values.preview !== undefined)
    return show(req, res, { ...shown, preview: await previewOf(business, name, form.input, now) });

  try {
    await NoticeText.set(business, name, form.input, edition, actorOf(req), now);
  } catch (error) {
    if (error instanceof ChangedMeanwhile) return showBoth(req, res, form);
    throw error;
  }
  res.redirect(303, at(req, "/notices?saved=1"));
}

/** Back to the usual text. */
export async function destroy(req: Request, res: Response) {
  await NoticeText.remove(req.business, namedIn(req), actorOf(req), Date.now());
  res.redirect(303, at(req, "/notices?saved=1"));
}

type Shown = {
  form: Form<unknown>;
  own: OwnText | undefined;
  edition: string;
  preview?: Preview;
  differences?: Difference[];
};

function show(req: Request, res: Response, shown: Shown, status = 200) {
  const name = namedIn(req);
  const { kind, language } = name;
  const locals = {
    ...shown,
    title: `${textKinds[kind]}: the text in ${nameOf(language)}`,
    language,
    usual: usualText(name),
    variables: Object.entries(variablesOf(kind)),
    here: at(req, `/notices/${kind}/texts/${language}`),
  };
  page(res, "business/notice-texts/edit", locals, status);
}

async function showBoth(req: Request, res: Response, form: Form<unknown>) {
  const name = namedIn(req);
  const own = await NoticeText.find(req.business.id, name);
  const both = differences(labels, form.values, blank(own ?? usualText(name)).values);
  const shown = { form: asTyped(form), own, edition: textEdition(own), differences: both };
  show(req, res, shown, 409);
}

/** @throws NotFound for a mail or a language there is not */
function namedIn({ params, business }: Request): TextName {
  const kind = String(params.kind);
  const language = String(params.language);
  const known = Object.hasOwn(textKinds, kind) && languagesOf(business).includes(language);
  if (!known) throw new NotFound("text");
  return { kind: kind as TextKind, language };
}
