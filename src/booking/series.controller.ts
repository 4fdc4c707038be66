// A customer's series of appointments: all of it on one page, and what she may cancel of it at once.
import type { Request, Response } from "express";
import { formatInstant, type Instant, MINUTE } from "../domain/time.ts";
import { BadRequest } from "../errors.ts";
import type { Words } from "../language.ts";
import { keptToken } from "../links.ts";
import { serviceById } from "../models/catalogue.ts";
import type { Appointment } from "../models/index.ts";
import { type Member, Series } from "../models/series.ts";
import { membersIn } from "../models/series-members.ts";
import { linkIn, wordsOf } from "../web/language.ts";
import { page } from "../web/page.ts";
import { findByLink, pathOf } from "./by-link.ts";

const EXTENTS = ["after", "upcoming"] as const;

export async function show(req: Request, res: Response) {
  const { appointment, catalogue } = await findByLink(req, res);
  const service = serviceById(catalogue, appointment.serviceId);
  const members = await Series.members(appointment);
  const now = Date.now();
  const inTime = now + service.cancellingNotice * MINUTE;
  const words = wordsOf(res);
  const lineIn = (one: Member) => ({ ...lineOf(one, words), here: one.id === appointment.id });
  const late = membersIn(members, now, now)
    .filter(({ startsAt }) => startsAt < inTime)
    .map(({ id }) => id);
  page(res, "booking/series/show", {
    title: words.t("series.title"),
    service,
    zone: appointment.zone,
    members: members.map((one) => ({ ...lineIn(one), late: late.includes(one.id) })),
    cancelling: extentsIn(members, appointment, now, inTime).map(({ extent, stay, go }) => ({
      extent,
      stay: stay.map(lineIn),
      go: go.map(lineIn),
    })),
    here: pathOf(req),
  });
}

export async function cancel(req: Request, res: Response) {
  const { appointment, catalogue } = await findByLink(req, res);
  const service = serviceById(catalogue, appointment.serviceId);
  const { extent } = (req.body ?? {}) as Record<string, unknown>;
  const asked = EXTENTS.find((one) => one === extent);
  if (!asked) throw new BadRequest();
  const now = Date.now();
  const from = asked === "after" ? appointment.startsAt : now;
  await Series.cancel(appointment, service, from, { actor: { kind: "customer" } }, now);
  res.redirect(303, linkIn(res, `${pathOf(req)}/series`));
}

/** What there is to cancel, and what of it stays because it is too late. */
function extentsIn(members: Member[], appointment: Appointment, now: Instant, inTime: Instant) {
  const extents = EXTENTS.map((extent) => {
    const all = membersIn(members, extent === "after" ? appointment.startsAt : now, now);
    const stay = all.filter(({ startsAt }) => startsAt < inTime);
    return { extent, stay, go: all.filter((one) => !stay.includes(one)) };
  });
  const [after, upcoming] = extents;
  const same = after?.go.length === upcoming?.go.length;
  return extents.filter(({ extent, go }) => go.length > 0 && !(same && extent === "after"));
}

function lineOf({ startsAt, zone, staffName, status, uid, tokenHash }: Member, words: Words) {
  const { dateTime, ...when } = formatInstant(startsAt, zone, words.locale);
  // Of one whose key is no longer ours there is no link.
  const token = keptToken("appointment", uid, tokenHash);
  return {
    when: words.t("mail.moment", when),
    zone: when.zone,
    iso: dateTime.replace(/\[.*/, ""),
    staffName,
    status: words.t(`my_status.${status}`),
    path: token && `/appointments/${token}`,
  };
}
