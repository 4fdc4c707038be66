import type { Request, Response } from "express";
import { AuditEntry, Notice } from "../models/index.ts";
import { type NoticeKind, noticeKinds, type Notices } from "../models/notice.ts";
import { inTurn } from "../models/set-up.ts";
import { blank, type Form, parse } from "../web/form.ts";
import { page } from "../web/page.ts";
import { actorOf, at } from "./actor.ts";
import { explained, leadOptions, NoticesForm, toValues } from "./notices.form.ts";

export async function edit(req: Request, res: Response) {
  const notices = await Notice.allFor(req.business.id);
  show(req, res, notices, blank(toValues(notices)));
}

export async function update(req: Request, res: Response) {
  const form = parse(NoticesForm, req.body);
  if (!form.input) return show(req, res, await Notice.allFor(req.business.id), form, 422);

  const { lead, ...enabled } = form.input;
  await save(req, enabled, lead);
  res.redirect(303, at(req, "/notices?saved=1"));
}

/** Only what has changed is written. */
function save(req: Request, enabled: Record<NoticeKind, boolean>, lead: number): Promise<void> {
  const { business } = req;
  const now = Date.now();
  return inTurn(business, async () => {
    const stored = await Notice.allFor(business.id);
    const changed = noticeKinds.filter(
      (kind) =>
        stored[kind].enabled !== enabled[kind] ||
        (kind === "reminder" && stored.reminder.leadMinutes !== lead),
    );
    if (changed.length === 0) return;
    for (const kind of changed)
      await Notice.set(business, kind, { enabled: enabled[kind], leadMinutes: lead }, now);
    const fact = { businessId: business.id, action: "notices.changed", details: enabled };
    await AuditEntry.write(fact, actorOf(req), now);
  });
}

function show(req: Request, res: Response, stored: Notices, form: Form<unknown>, status = 200) {
  const leads = leadOptions(stored.reminder.leadMinutes);
  const saved = req.query.saved === "1";
  page(res, "business/notices/edit", { title: "Notices", form, explained, leads, saved }, status);
}
