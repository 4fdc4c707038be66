import type { Request, Response } from "express";
import { config } from "../../config/index.ts";
import { english, nameOf } from "../language.ts";
import { AuditEntry, Notice } from "../models/index.ts";
import { type NoticeKind, noticeKinds, type Notices, type Sender } from "../models/notice.ts";
import { languagesOf } from "../models/notice-preview.ts";
import { NoticeText } from "../models/notice-text.ts";
import { inTurn } from "../models/set-up.ts";
import { blank, type Form, parse } from "../web/form.ts";
import { page } from "../web/page.ts";
import { actorOf, at } from "./actor.ts";
import { textKinds } from "./notice-texts.form.ts";
import { explained, leadOptions, leadsIn, NoticesForm, toValues } from "./notices.form.ts";

export async function edit(req: Request, res: Response) {
  const notices = await Notice.allFor(req.business.id);
  await show(req, res, notices, blank(toValues(notices, req.business)));
}

export async function update(req: Request, res: Response) {
  const form = parse(NoticesForm, req.body);
  if (!form.input) return show(req, res, await Notice.allFor(req.business.id), form, 422);

  const { sender_name: senderName, reply_to: replyTo } = form.input;
  await save(req, form.input, leadsIn(form.input), { senderName, replyTo });
  res.redirect(303, at(req, "/notices?saved=1"));
}

/** Only what has changed is written. */
function save(
  req: Request,
  enabled: Record<NoticeKind, boolean>,
  leads: readonly number[],
  sender: Sender,
): Promise<void> {
  const { business } = req;
  const now = Date.now();
  return inTurn(business, async () => {
    const stored = await Notice.allFor(business.id);
    const changed = noticeKinds.filter(
      (kind) =>
        stored[kind].enabled !== enabled[kind] ||
        (kind === "reminder" && String(stored.reminder.leads) !== String(leads)),
    );
    const renamed =
      business.senderName !== sender.senderName || business.replyTo !== sender.replyTo;
    if (changed.length === 0 && !renamed) return;
    for (const kind of changed)
      await Notice.set(business, kind, { enabled: enabled[kind], leads }, now);
    if (renamed) await business.update(sender);
    const on = noticeKinds.map((kind) => [kind, enabled[kind]]);
    const details = { ...Object.fromEntries(on), sender: renamed };
    const fact = { businessId: business.id, action: "notices.changed", details };
    await AuditEntry.write(fact, actorOf(req), now);
  });
}

async function show(
  req: Request,
  res: Response,
  stored: Notices,
  form: Form<unknown>,
  status = 200,
) {
  const { business } = req;
  const locals = {
    title: "Notices",
    form,
    explained,
    leads: leadOptions(stored.reminder.leads),
    saved: req.query.saved === "1",
    usual: { from: english.t("mail.from", { business: business.name }), replyTo: business.email },
    mailFrom: config.mailFrom,
    texts: await textsOf(req),
    languages: languagesOf(business).map((tag) => [tag, nameOf(tag)]),
  };
  page(res, "business/notices/edit", locals, status);
}

/** Each mail with the languages in which it has the business's own words. */
async function textsOf({ business }: Request) {
  const own = await NoticeText.namesOf(business.id);
  return Object.entries(textKinds).map(([kind, name]) => {
    const languages = own.filter((text) => text.kind === kind).map(({ language }) => language);
    return { kind, name, own: languages };
  });
}
