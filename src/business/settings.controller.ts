import type { Request, Response } from "express";
import { DAY, type Zone } from "../domain/time.ts";
import { bookingUrl } from "../links.ts";
import { AppointmentList } from "../models/appointment-list.ts";
import { BusinessProfile } from "../models/business-profile.ts";
import { ChangedMeanwhile, editionOf, Refused } from "../models/set-up.ts";
import { Settings } from "../models/settings.ts";
import { blank, type Form, parse, refused } from "../web/form.ts";
import { page } from "../web/page.ts";
import { zoneGroups } from "../web/zones.ts";
import { actorOf, at } from "./actor.ts";
import { asTyped, type Difference, differences } from "./meanwhile.ts";
import { momentsIn, zoneName } from "./moments.ts";
import {
  advanced,
  currencyOptions,
  languageOptions,
  labels,
  ProfileForm,
  settingsForm,
  toFields,
  toValues,
} from "./settings.form.ts";

export async function edit(req: Request, res: Response) {
  const fields = await Settings.of(req.business);
  await show(req, res, { form: blank(toValues(fields)), edition: editionOf(fields) });
}

/** A new zone is shown in its effect first, and saved when that is confirmed. */
export async function update(req: Request, res: Response) {
  const { business } = req;
  const form = parse(settingsForm(business), req.body);
  const edition = String(form.values.edition ?? "");
  if (!form.input) return show(req, res, { form, edition }, 422);
  const { zone, slug } = form.input;
  if (zone !== business.zone && form.values.confirmed_zone !== zone)
    return previewZone(req, res, form, zone);

  try {
    await Settings.change(business, toFields(form.input), edition, actorOf(req), Date.now());
  } catch (error) {
    if (error instanceof ChangedMeanwhile) return showBoth(req, res, form);
    if (!(error instanceof Refused)) throw error;
    return show(req, res, { form: refused(form, error.field, error.message), edition }, 422);
  }
  res.redirect(303, `/b/${slug}/settings?saved=1`);
}

/** What the business need not tell: all of it left empty leaves nothing. */
export async function updateProfile(req: Request, res: Response) {
  const profile = parse(ProfileForm, req.body);
  const fields = await Settings.of(req.business);
  const shown = { form: blank(toValues(fields)), edition: editionOf(fields), profile };
  if (!profile.input) return show(req, res, shown, 422);

  await BusinessProfile.set(req.business.id, profile.input);
  res.redirect(303, at(req, "/settings?saved=1"));
}

type Shown = {
  form: Form<unknown>;
  edition: string;
  profile?: Form<unknown>;
  differences?: Difference[];
};

async function show(req: Request, res: Response, shown: Shown, status = 200) {
  const { business } = req;
  const { form } = shown;
  const now = Date.now();
  const hidden = (name: string) => !form.values[name] || form.errors[name] !== undefined;
  const locals = {
    ...shown,
    profile: shown.profile ?? blank((await BusinessProfile.of(business.id)) ?? {}),
    zones: zoneGroups(now, business.zone),
    clock: momentsIn(business.zone)(now).time,
    currencies: currencyOptions(business.currency),
    languages: languageOptions,
    opened: advanced.some(hidden) || req.query.advanced === "1",
    bookingBase: bookingUrl(""),
    saved: req.query.saved === "1",
  };
  page(res, "business/settings/edit", { title: "Settings", ...locals }, status);
}

async function showBoth(req: Request, res: Response, form: Form<unknown>) {
  const fields = await Settings.of(await req.business.reload());
  const both = differences(labels, form.values, blank(toValues(fields)).values);
  const shown = { form: asTyped(form), edition: editionOf(fields), differences: both };
  await show(req, res, shown, 409);
}

const FURTHEST = 735 * DAY;
const PREVIEWED = 10;

async function previewZone(req: Request, res: Response, form: Form<unknown>, zone: Zone) {
  const { business } = req;
  const now = Date.now();
  const [before, after] = [momentsIn(business.zone), momentsIn(zone)];
  const ahead = await AppointmentList.between(business.id, { from: now, until: now + FURTHEST });
  const fields = Object.entries(form.values)
    .filter(([name]) => name !== "_csrf" && name !== "confirmed_zone")
    .flatMap(([name, value]) => [value].flat().map((text) => ({ name, value: text })));
  const locals = {
    fields,
    zone,
    total: ahead.length,
    zones: [zoneName(business.zone, now), zoneName(zone, now)],
    now: [before(now), after(now)],
    lines: ahead.slice(0, PREVIEWED).map((line) => ({
      what: `${line.serviceName} with ${line.staffName}, for ${line.customerName}`,
      times: [before(line.startsAt), after(line.startsAt)],
    })),
  };
  page(res, "business/settings/zone", { title: "Change the time zone?", ...locals });
}
