import type { Request, Response } from "express";
import { config } from "../../config/index.ts";
import { english, nameOf } from "../language.ts";
import { languagesOf } from "../models/notice-preview.ts";
import { type NoticeFields, NoticeSettings } from "../models/notice-settings.ts";
import { NoticeText } from "../models/notice-text.ts";
import { ChangedMeanwhile, editionOf } from "../models/set-up.ts";
import { blank, type Form, parse } from "../web/form.ts";
import { page } from "../web/page.ts";
import { actorOf, at } from "./actor.ts";
import { asTyped, type Difference, differences } from "./meanwhile.ts";
import { textKinds } from "./notice-texts.form.ts";
import {
  explained,
  hourOptions,
  labelsFor,
  leadOptions,
  NoticesForm,
  toFields,
  toValues,
} from "./notices.form.ts";

export async function edit(req: Request, res: Response) {
  const fields = await NoticeSettings.of(req.business);
  await show(req, res, fields, { form: blank(toValues(fields)), edition: editionOf(fields) });
}

export async function update(req: Request, res: Response) {
  const { business } = req;
  const form = parse(NoticesForm, req.body);
  const edition = String(form.values.edition ?? "");
  if (!form.input) return show(req, res, await NoticeSettings.of(business), { form, edition }, 422);

  try {
    const wanted = toFields(form.input);
    await NoticeSettings.change(business, wanted, edition, actorOf(req), Date.now());
  } catch (error) {
    if (error instanceof ChangedMeanwhile) return showBoth(req, res, form);
    throw error;
  }
  res.redirect(303, at(req, "/notices?saved=1"));
}

type Shown = { form: Form<unknown>; edition: string; differences?: Difference[] };

async function show(
  req: Request,
  res: Response,
  { leads }: NoticeFields,
  shown: Shown,
  status = 200,
) {
  const { business } = req;
  const locals = {
    ...shown,
    title: "Notices",
    explained,
    leads: leadOptions(leads),
    hours: hourOptions,
    saved: req.query.saved === "1",
    usual: { from: english.t("mail.from", { business: business.name }), replyTo: business.email },
    mailFrom: config.mailFrom,
    texts: await textsOf(req),
    languages: languagesOf(business).map((tag) => [tag, nameOf(tag)]),
  };
  page(res, "business/notices/edit", locals, status);
}

async function showBoth(req: Request, res: Response, form: Form<unknown>) {
  const fields = await NoticeSettings.of(await req.business.reload());
  const both = differences(labelsFor(fields.leads), form.values, blank(toValues(fields)).values);
  const shown = { form: asTyped(form), edition: editionOf(fields), differences: both };
  await show(req, res, fields, shown, 409);
}

/** Each mail with the languages in which it has the business's own words. */
async function textsOf({ business }: Request) {
  const own = await NoticeText.namesOf(business.id);
  return Object.entries(textKinds).map(([kind, name]) => {
    const languages = own.filter((text) => text.kind === kind).map(({ language }) => language);
    return { kind, name, own: languages };
  });
}
